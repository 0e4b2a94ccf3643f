#pragma once

// What the user wrote, checked and with every default filled in: the one description of a job. Made
// by app/config_load.hpp; docs/configuration.md describes the file.

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/cases/case.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/secret.hpp"
#include "core/turn.hpp"
#include "mask/keys.hpp"
#include "mask/keyset.hpp"
#include "mask/policy.hpp"
#include "mask/recovery_key.hpp"
#include "pg/conninfo.hpp"
#include "pg/login.hpp"
#include "record/column.hpp"
#include "record/envelope.hpp"

namespace moretta::app {

using Days = std::chrono::days;

enum class QueueProtocol { automatic, json, query };

struct Queue {
  std::string url;       // or the name; empty only if the command needs no queue
  std::string region;    // empty: as AWS's tools find it (aws/region.hpp)
  std::string endpoint;  // likewise
  QueueProtocol protocol = QueueProtocol::automatic;
};

enum class DatabaseAuth {
  password,
  rds_iam,  // a token of AWS for each connect
};

struct Database {
  SecretBytes url;       // may hold a password; empty only if the command needs no database
  std::string password;  // where it is kept, if not in the URL
  DatabaseAuth auth = DatabaseAuth::password;
  std::unique_ptr<pg::Login> login;  // set if user or password may change while we run
};

enum class KeyLife {
  kept,
  throwaway,  // of a demo: compared with the registry, but not noted there
};

struct Keys {
  std::string secret = "env:SECRET_KEY";  // where the key or keyset is, never the key itself
  int id = 1;                             // of the key that makes tokens
  std::string passphrase;                 // how the secret becomes a key, if it is a passphrase
  // Set if the command needs them: all keys, and of them the primary, which makes tokens.
  std::optional<mask::Keyset> set;
  std::optional<mask::MasterKey> master;
  KeyLife life = KeyLife::kept;
  std::optional<mask::RecoveryPublic> recovery{};  // escrow: what is sealed is sealed to this
};

// During a change of key or method: the new token of what `column` reads goes into `into`, which is
// a column of the mapping like every other.
struct DualWrite {
  std::string column;
  std::string into;
};

struct Table {
  std::string name;  // may be qualified: schema.table
  Mapping mapping;
  std::vector<mask::Policy> policies;  // one for each column of the mapping, in its order
  std::vector<DualWrite> dual_writes = {};
  BusinessKey key{};
  Envelope envelope = Envelope::none;
};

enum class Ledger { on, off };

enum class AfterStored { keep, erase };

// Events that are kept in S3, with a pointer to them in the queue.
struct PayloadRules {
  std::vector<std::string> buckets;  // which pointers may name; empty: none is followed
  int bytes_max = 10 * 1024 * 1024;
  AfterStored after = AfterStored::keep;
};

struct Lanes {
  int count = 4;             // each has one thread and one database connection
  int turn_rows_max = 1000;  // what a lane takes from the queue before it writes
};

enum class Metrics { none, emf };

// What becomes of the traces that senders named: log lines of their messages name them; otlp: spans
// of turns are linked to them as well.
enum class Traces { none, log, otlp };

enum class LogChoice { automatic, json, text };  // automatic: text on a terminal, JSON elsewhere

struct Logging {
  LogLevel level = LogLevel::info;
  LogChoice format = LogChoice::automatic;
};

struct Status {
  std::string listen;      // app/status/listen_address.hpp; empty: no server
  std::string host_names;  // besides addresses and localhost, separated by commas
};

// Longer than SQS can keep a message (14 days), or a late redelivery would be stored twice.
inline constexpr Days ledger_retention_min{15};

struct Config {
  std::string file;  // as the user named it; for messages
  Queue queue;
  Database database;
  Keys keys;
  Table table;
  PayloadRules payloads;
  OnReject on_reject = OnReject::quarantine;
  Ledger ledger = Ledger::on;
  Days ledger_retention = ledger_retention_min;
  Lanes lanes;
  Logging log;
  Status status;
  Metrics metrics = Metrics::none;
  Traces traces = Traces::none;
  Cases cases;  // `tests:`
};

// How to connect; good while the configuration lives. REQUIRED: the command needs the database.
pg::Conninfo conninfo_of(const Config& config);

// First 16 hex digits of SHA-256 over a canonical text of table, mapping and masks, no secrets: the
// same for files that give the same rows. Stands in quarantine records.
std::string fingerprint(const Table& table);

// The same columns and tokens, but nothing kept in the vault.
Table without_vault(Table table);

// True if a token in the table depends on a key, or the vault is written.
bool needs_key(const Table& table);

}  // namespace moretta::app
