#pragma once

// One message under two configurations: the row that each makes of it, side by side. No queue, no
// database, a key of tests; never a value that is kept in clear.

#include <optional>
#include <string>
#include <vector>

#include "app/config.hpp"
#include "app/dry_transform.hpp"
#include "base/random.hpp"

namespace moretta::app {

enum class RowFate {
  same,
  changed,   // both give a row, another one
  lost,      // a row so far, a reject with the new configuration
  gained,    // the other way round
  rejected,  // by both
};

std::string_view fate_word(RowFate fate);

struct CellChange {
  std::string column;
  std::string before;  // masked, app/masked_text.hpp; empty: no such column
  std::string after;

  bool operator==(const CellChange&) const = default;
};

struct Compared {
  RowFate fate = RowFate::same;
  std::vector<CellChange> cells{};  // of a row that changes
  std::optional<Reject> before{};
  std::optional<Reject> after{};
};

class Comparison {
 public:
  // All must outlive it.
  Comparison(const Config& old, const Config& now, Random& random);

  Compared compare(const Message& message);

 private:
  struct Side {
    const Config& config;
    mask::MasterKey key;
    Transform transform;

    Side(const Config& side, Random& random);
    [[nodiscard]] std::string shown(const Row& row, std::size_t column) const;
  };
  struct Pair {
    std::string column;
    std::optional<std::size_t> before;
    std::optional<std::size_t> after;
  };

  [[nodiscard]] std::vector<CellChange> changes(const Row& before, const Row& after) const;

  Side old_;
  Side now_;
  std::vector<Pair> pairs_;  // in the order of the new table, then what it no longer has
};

}  // namespace moretta::app
