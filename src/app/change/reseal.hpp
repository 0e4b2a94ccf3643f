#pragma once

// Seals the originals of the vault again, under another key or to a recovery key: tokens, and with
// them every table that holds them, stay as they are. Safe to interrupt and to repeat.

#include <string>

#include "app/change/rewrap.hpp"

namespace moretta::app {

struct ResealPlan {
  pg::TableName vault;
  std::string domain;
  std::string done_prefix;  // what is sealed as it is to be begins so: "v2:", "e1:"
  std::size_t batch_rows = 1000;
};

struct ResealReport {
  std::size_t rows = 0;        // sealed again by this run
  std::size_t unreadable = 0;  // left as they were
  std::size_t total = 0;       // of the domain, before and after
};

// `seal_again` sees each row with the same token as old and new. Throws Unavailable, Refused.
ResealReport reseal(pg::Connection& connection, const ResealPlan& plan,
                    const ChangeSealed& seal_again,
                    const std::function<void(const RewrapStep&)>& on_step);

}  // namespace moretta::app
