#pragma once

// How much still depends on a key: asked before it is destroyed.

#include <cstdint>
#include <string>
#include <vector>

#include "app/config.hpp"

namespace moretta::app {

struct KeyRows {
  std::string place;  // "user_logins.masked_ip", "pii_vault"
  std::int64_t rows = 0;
  bool is_upper_bound = false;  // the tokens do not say which key made them
};

// Of the configured table, its vault and its quarantine. Counts every row: may take as long as
// reading the table does. Throws Unavailable, Refused.
std::vector<KeyRows> rows_under_key(const Config& config, int key_id);

}  // namespace moretta::app
