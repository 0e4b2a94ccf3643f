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
  int id = 1;              // of a plain key; a keyset has its own
  std::string passphrase;  // how the secret becomes a key, if it is a passphrase; empty: it is none
};

// Why somebody looks, and where that is written down.
struct AuditPlace {
  std::string reason;
  std::string ticket;
  std::string file;  // empty: the table, in the database
  std::string table = "moretta_unmask_audit";
};

struct RecoverOptions {
  KeyPlace key;
  AuditPlace audit;
  std::string domain;
  std::vector<std::string> tokens;  // empty: standard input, one a line
  std::string quarantined;          // a message id, instead of tokens; empty: none
  std::string table;                // whose column holds the tokens, instead of tokens; empty: none
  std::string column;
  std::vector<std::string> where;  // COLUMN=VALUE and the like, all of which must hold
  std::size_t limit = 1000;        // values shown at one go
  std::string database_url;        // empty: $DATABASE_URL
  std::string vault_table = "pii_vault";
  std::string quarantine_table = "moretta_quarantine";
  Output output = Output::people;
  OnTerminal on_terminal = OnTerminal::refuse;
};

struct AuditVerifyOptions {
  KeyPlace key;
  AuditPlace audit;
  std::string head;  // SEQ:MAC that must stand in the chain; empty: none
  std::string database_url;
  Output output = Output::people;
};

using UnmaskInvocation = std::variant<RecoverOptions, AuditVerifyOptions>;

}  // namespace moretta::app
