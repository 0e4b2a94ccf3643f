#pragma once

// What the command line of moretta-unmask asks for, as plain values. cli/ fills it, commands/ obeys
// it.

#include <cstddef>
#include <string>
#include <variant>
#include <vector>

#include "app/invocation.hpp"

namespace moretta::app {

enum class OnTerminal { refuse, print };  // --to-terminal

// Where the key or keyset is.
struct KeyPlace {
  std::string place = "env:SECRET_KEY";
  int id = 1;  // of a plain key; a keyset has its own
};

// Why somebody looks.
struct AuditPlace {
  std::string reason;
};

struct RecoverOptions {
  KeyPlace key;
  AuditPlace audit;
  std::string domain;
  std::vector<std::string> tokens;  // empty: standard input, one a line
  std::string quarantined;          // a message id, instead of tokens; empty: none
  std::string database_url;         // empty: $DATABASE_URL
  std::string vault_table = "pii_vault";
  std::string quarantine_table = "moretta_quarantine";
  Output output = Output::people;
  OnTerminal on_terminal = OnTerminal::refuse;
};

using UnmaskInvocation = std::variant<RecoverOptions>;

}  // namespace moretta::app
