#pragma once

// A chain (app/chain.hpp) as a table of the database, which roles may add to and read, and nobody
// may change.

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pg/connection.hpp"
#include "pg/table_name.hpp"

namespace moretta::app {

class ChainTable {
 public:
  struct Shape {
    std::string_view writing;  // complete "cannot ..."
    std::string_view reading;
    std::span<const std::string_view> columns;  // `seq` first, then as the MAC has them, `mac` last
    int lock = 0;                               // that those who add to this table take
  };

  // What the next record follows.
  struct End {
    std::string db_role;  // of this session
    std::int64_t seq = 0;
    std::string mac;  // empty if there is no record yet
  };

  // `connection` and what `shape` names must outlive this.
  ChainTable(pg::Connection& connection, pg::TableName table, const Shape& shape);

  // Adds the record whose columns `next` gives as texts. Durable when it returns. Throws
  // Unavailable, Refused, and what `next` throws; the connection is of no more use then.
  void append(const std::function<std::vector<std::string>(const End&)>& next);

  // In the order of the chain: an answer with the columns of `Shape`, and a row of it. Throws
  // Unavailable, Refused.
  void each(const std::function<void(const pg::Answer&, int row)>& take);

  [[nodiscard]] const pg::TableName& name() const { return table_; }

 private:
  pg::Connection& connection_;
  pg::TableName table_;
  Shape shape_;
  std::string columns_;
};

}  // namespace moretta::app
