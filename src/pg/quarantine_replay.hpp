#pragma once

// Out of the quarantine into the table: a record goes and its row comes, in one transaction. The
// ledger has the message's key already, so that the record itself says whether it was replayed.

#include <optional>
#include <string>
#include <vector>

#include "pg/connection.hpp"
#include "pg/quarantine.hpp"
#include "pg/table_name.hpp"
#include "pg/turn_parameters.hpp"

namespace moretta::pg {

struct SealedRecord {
  std::string key;  // of the ledger, as a uuid
  std::string message_id;
  std::string reason;
  std::string column;
  std::string sealed_body;
  std::optional<WallTime> sent_at{};
  WallTime received_at{};
};

enum class Replayed {
  stored,
  gone,     // somebody was faster: nothing was written
  refused,  // by the table; the record stays
};

enum class Trial {
  no,
  yes,  // all of it, and then taken back
};

class QuarantineReplay {
 public:
  // `connection` must outlive this.
  QuarantineReplay(Connection& connection, Tables tables, Mapping mapping);

  // All throw Unavailable, Refused.

  // The records behind `key`, ordered by it; "" begins.
  std::vector<SealedRecord> after(const std::string& key, const QuarantineFilter& filter,
                                  std::size_t limit);

  // The row instead of the record.
  struct End {
    Replayed how = Replayed::stored;
    ServerError error{};  // if refused
  };
  End replace(const std::string& key, Row row, Trial trial);

 private:
  Result<Answer, ServerError> store(const Writes& writes, const Part& part);

  Connection& connection_;
  Tables tables_;
  Mapping mapping_;
  TurnParameters parameters_;
};

}  // namespace moretta::pg
