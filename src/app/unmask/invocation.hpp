#pragma once

// What the command line of moretta-unmask asks for, as plain values. cli/ fills it, commands/ obeys
// it.

#include <cstddef>
#include <string>
#include <variant>
#include <vector>

#include "app/invocation.hpp"
#include "app/overrides.hpp"

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
  std::string recovery_key;        // where the private one is, for escrow; empty: none
  std::string mask;                // of tokens that do not say it, as in a configuration
  int token_key = 0;               // that made those; 0: the only one there is
  std::string seed_passphrase;     // where that of a script is, whose tokens these are
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

enum class OneWay { no, yes };     // rewrap --one-way
enum class VaultOnly { no, yes };  // rewrap --vault-only

struct ChangeOptions {
  Overrides overrides;
  AuditPlace audit;
  std::string column;
  std::string from_domain;   // empty: that of the configuration
  std::string passphrase;    // the place of seed-cbc's; empty: the old tokens are ours
  std::string recovery_key;  // the place of the private one; empty: none
  std::string from_mask;     // of old tokens that do not say it; empty: they do
  int from_key = 0;          // that made those; 0: the one that the registry names
  OneWay one_way = OneWay::no;
  VaultOnly vault = VaultOnly::no;
  int threads = 2;
  Output output = Output::people;
};

enum class DryRun { no, yes };  // replay --dry-run

struct ReplayOptions {
  Overrides overrides;
  AuditPlace audit;
  QuarantineChoice choice;
  std::string message_id;    // empty: all that the choice takes
  std::string recovery_key;  // the place of the private one; empty: none
  DryRun dry_run = DryRun::no;
  Output output = Output::people;
};

struct RecoveryKeyOptions {
  std::string file;
  int id = 1;
};

using UnmaskInvocation = std::variant<RecoverOptions, AuditVerifyOptions, ChangeOptions,
                                      RecoveryKeyOptions, ReplayOptions>;

}  // namespace moretta::app
