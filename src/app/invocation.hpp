#pragma once

// What the command line asks for, as plain values. app/cli/ fills it, app/main.cpp dispatches
// it.

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "app/overrides.hpp"

namespace moretta::app {

enum class Output { people, json };      // --json
enum class Progress { automatic, off };  // --no-progress
enum class Connect { no, yes };          // check --connect
enum class Apply { no, yes };            // schema --apply
enum class Print { tables, roles };      // schema --roles
enum class Overwrite { no, yes };        // init --force
enum class AfterDemo { remove, keep };   // demo --keep
enum class VerifyKeys { none, env };     // devqueue --verify-keys
enum class Confirm { no, yes };          // quarantine purge --yes
enum class Changed { refused, as_new };  // load --as-new
enum class RowFormat { ndjson, csv };    // mask --format

struct RunOptions {
  Overrides overrides;
  Output output = Output::people;
};

struct DrainOptions {
  Overrides overrides;
  Output output = Output::people;
  Progress progress = Progress::automatic;
};

struct LambdaOptions {
  Overrides overrides;
};

struct LoadOptions {
  Overrides overrides;
  std::vector<std::string> files;  // "-": standard input
  std::string sent_at;             // app/load/sent_time.hpp; empty: not said
  Changed changed = Changed::refused;
  Output output = Output::people;
  Progress progress = Progress::automatic;
};

struct MaskOptions {
  Overrides overrides;
  RowFormat format = RowFormat::ndjson;
};

enum class JsonSchema { no, yes };  // init --json-schema

struct InitOptions {
  JsonSchema json_schema = JsonSchema::no;
  std::string preset;            // empty: list them
  std::string sample;            // events to make a configuration for; empty: none
  std::string table = "events";  // of the sample
  std::string output;            // empty: standard output
  std::string key;               // the file to make a key in; empty: none
  Overwrite overwrite = Overwrite::no;
};

struct CheckOptions {
  Overrides overrides;
  std::string sample;  // events to hold the configuration against; empty: none
  int workers = 1;     // processes that will share the database, this one included
  std::string status;  // of a run to take times from; empty: status.listen
  Connect connect = Connect::no;
  Output output = Output::people;
};

struct TestOptions {
  Overrides overrides;
  Output output = Output::people;
};

struct PlanOptions {
  Overrides overrides;             // names the new configuration
  std::string against;             // the file of the old one
  std::vector<std::string> files;  // of events; "-": standard input
  int examples = 3;                // lines shown of each change
  Output output = Output::people;
};

struct SchemaOptions {
  Overrides overrides;
  Apply apply = Apply::no;
  Print print = Print::tables;
};

struct DemoOptions {
  std::string preset = "logins";
  AfterDemo after = AfterDemo::remove;
  Output output = Output::people;
};

struct DevqueueOptions {
  int port = 9324;
  std::vector<std::string> queues;  // NAME or NAME,fifo
  std::string load;                 // NDJSON file; empty: none
  std::int64_t generate = 0;
  std::uint64_t seed = 1;
  std::string personality = "aws";
  VerifyKeys verify_keys = VerifyKeys::none;
  std::string faults;  // JSON, devqueue/faults.hpp; empty: none
};

// What a command on the quarantine is about; empty texts do not matter.
struct QuarantineChoice {
  std::string reason;
  std::string column;
  std::string from;  // app/moment.hpp
  std::string before;
};

struct QuarantineListOptions {
  Overrides overrides;
  QuarantineChoice choice;
  int limit = 100;
  Output output = Output::people;
};

struct QuarantineShowOptions {
  Overrides overrides;
  std::string message_id;
  Output output = Output::people;
};

struct QuarantinePurgeOptions {
  Overrides overrides;
  QuarantineChoice choice;
  Confirm confirm = Confirm::no;
};

enum class KeepMap { no, yes };     // rewrap --keep-map
enum class EraseCells { no, yes };  // erase --cells

struct RewrapOptions {
  Overrides overrides;
  std::string column;
  KeepMap map = KeepMap::no;
  Output output = Output::people;
};

struct EraseOptions {
  Overrides overrides;
  std::string column;
  std::vector<std::string> tokens;  // empty: a value on standard input
  std::string reason;
  EraseCells cells = EraseCells::no;
};

enum class Once { no, yes };  // top --once

struct TopOptions {
  std::string address = "127.0.0.1:9464";
  Once once = Once::no;
  Output output = Output::people;
};

enum class Passing { all, rows, rejects };  // tap --only

struct TapOptions {
  std::string address = "127.0.0.1:9464";
  Passing passing = Passing::all;
  int limit = 0;    // items; 0: until stopped
  int seconds = 0;  // 0: until stopped
  Output output = Output::people;
};

struct TraceOptions {
  Overrides overrides;
  std::string message_id;
  std::string from;  // app/moment.hpp
  std::string before;
  Output output = Output::people;
};

enum class KeysAction {
  create,
  add,
  promote,
  disable,
  enable,
  floor,
  destroy,
  list,
  passphrase,
  split
};
enum class Counting { count, skip };  // keys destroy --uncounted

struct KeysOptions {
  KeysAction action = KeysAction::list;
  std::string keyset;      // the file
  int id = 0;              // 0: the next
  std::string from;        // the place of a key to take; empty: make one
  std::string passphrase;  // how the key at `from` is made; empty: it is one
  std::string month;       // of add: the first that gets a key of its own; empty: none does
  std::string until;       // of add: the last
  std::vector<std::string> shares;  // of split: the files to write
  Overrides overrides;              // of destroy, which looks into the database
  std::int64_t rows = -1;  // of destroy: how many the user says are under the key; -1: unsaid
  Counting counting = Counting::count;
  Output output = Output::people;
};

struct ManifestOptions {
  Overrides overrides;
  std::string head;  // that must be there; empty: none
  Output output = Output::people;
};

struct AuditOptions {
  Overrides overrides;
  std::string table;          // empty: the configuration's
  std::string group_columns;  // separated by commas; empty: none
  int prove_seconds = 0;      // 0: no proof
  int cores = 0;              // 0: all
  std::vector<std::string> spaces;
  std::string fail_on;
  Output output = Output::people;
};

struct ExplainOptions {
  Overrides overrides;
  std::string column;
  Output output = Output::people;
};

struct LookupOptions {
  Overrides overrides;
  std::string column;
  std::vector<std::string> values;  // empty: from standard input
  Output output = Output::people;
};

using Invocation = std::variant<RunOptions, DrainOptions, LambdaOptions, LoadOptions, MaskOptions,
                                InitOptions, CheckOptions, TestOptions, PlanOptions, SchemaOptions,
                                DemoOptions, DevqueueOptions, QuarantineListOptions,
                                QuarantineShowOptions, QuarantinePurgeOptions, TopOptions,
                                TapOptions, TraceOptions, RewrapOptions, EraseOptions, AuditOptions,
                                ExplainOptions, LookupOptions, ManifestOptions, KeysOptions>;

}  // namespace moretta::app
