#pragma once

// What the configuration of a field could be, and why. Rather one mask too many: who takes it away
// has looked at the column.

#include <string>
#include <vector>

#include "app/sample/sample.hpp"

namespace moretta::app {

struct Proposal {
  std::string column;
  std::string pointer;
  std::string
      type;  // as a configuration writes it; empty: the field cannot be a column, see `reason`
  std::string mask{};  // likewise
  bool is_required = true;
  bool is_nullable = false;
  std::string reason{};  // why it is masked or left out, and what is missing; may be empty

  bool operator==(const Proposal&) const = default;
};

// One for each field, in their order.
std::vector<Proposal> propose(const Sample& sample);

}  // namespace moretta::app
