#include "app/settings.hpp"

#include <algorithm>
#include <charconv>
#include <vector>

#include <fmt/format.h>

#include "app/secret_source.hpp"
#include "app/status/listen_address.hpp"
#include "base/take.hpp"
#include "mask/passphrase.hpp"

namespace moretta::app {

namespace {

using Words = std::vector<std::string_view>;
using Fault = std::optional<std::string>;

constexpr int lanes_max = 64;          // each holds a database connection; more starve the server
constexpr int turn_rows_limit = 5000;  // larger transactions only grow older, not cheaper
constexpr int key_id_max = 65535;      // two bytes of every sealed value
constexpr Days retention_max{3650};

std::optional<std::size_t> index_of(std::string_view word, const Words& words) {
  const auto found = std::find(words.begin(), words.end(), word);
  if (found == words.end()) {
    return std::nullopt;
  }
  return static_cast<std::size_t>(found - words.begin());
}

std::string not_one_of(const Scalar& scalar, const Words& words) {
  return fmt::format("{} is not a choice; allowed: {}{}", shown(scalar), list_of(words),
                     suggestion(scalar.raw, words));
}

Fault set_int(const Scalar& scalar, int min, int max, int& target) {
  const auto number = parse_int(scalar.text);
  if (!number || *number < min || *number > max) {
    return fmt::format("{} is not a whole number in range; allowed: {} to {}", shown(scalar), min,
                       max);
  }
  target = *number;
  return {};
}

Fault set_days(const Scalar& scalar, Days min, Days& target) {
  const auto time = parse_duration(scalar.text);
  if (!time || *time < min || *time > retention_max || *time % Days{1} != Seconds{0}) {
    return fmt::format("{} is not a number of days in range; allowed: {}d to {}d", shown(scalar),
                       min.count(), retention_max.count());
  }
  target = std::chrono::duration_cast<Days>(*time);
  return {};
}

Fault set_url(const Scalar& scalar, std::string& target) {
  constexpr std::string_view schemes[] = {"https://", "http://"};
  const std::string_view url = scalar.text;
  const bool fits = std::any_of(std::begin(schemes), std::end(schemes), [&](auto scheme) {
    return url.starts_with(scheme) && url.size() > scheme.size() && url[scheme.size()] != '/';
  });
  if (!url.empty() && (!fits || url.find_first_of(" @") != std::string_view::npos)) {
    return "this is not a URL of a queue service; write https://HOST/… without user or password";
  }
  target = url;
  return {};
}

// SQS: up to 80 letters, digits, - and _; FIFO queues end in .fifo.
bool is_queue_name(std::string_view text) {
  constexpr std::size_t name_chars_max = 80;
  constexpr std::string_view fifo = ".fifo";
  const std::string_view name =
      text.substr(0, text.size() - (text.ends_with(fifo) ? fifo.size() : 0));
  return !name.empty() && text.size() <= name_chars_max &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '-' || c == '_';
         });
}

Fault set_queue_url(const Scalar& scalar, Config& config) {
  if (is_queue_name(scalar.text)) {
    config.queue.url = scalar.text;
    return {};
  }
  return set_url(scalar, config.queue.url);
}

Fault set_endpoint(const Scalar& scalar, Config& config) {
  return set_url(scalar, config.queue.endpoint);
}

Fault set_region(const Scalar& scalar, Config& config) {
  constexpr std::size_t region_chars_max = 32;  // the longest of AWS has 16
  const bool plain = std::all_of(scalar.text.begin(), scalar.text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
  if (!plain || scalar.text.size() > region_chars_max) {
    return "this is not a region; write it as AWS does, e.g. eu-west-1";
  }
  config.queue.region = scalar.text;
  return {};
}

Fault set_protocol(const Scalar& scalar, Config& config) {
  const Words words = {"auto", "json", "query"};  // in the order of QueueProtocol
  const auto index = index_of(scalar.text, words);
  if (!index) {
    return not_one_of(scalar, words);
  }
  config.queue.protocol = static_cast<QueueProtocol>(*index);
  return {};
}

Fault set_database_url(const Scalar& scalar, Config& config) {
  config.database.url = SecretBytes(std::string_view(scalar.text));
  return {};
}

Fault set_database_password(const Scalar& scalar, Config& config) {
  if (!scalar.text.empty() && !is_secret_reference(scalar.text)) {
    return fmt::format("this must say where the password is, never the password; allowed: {}",
                       secret_places);
  }
  config.database.password = scalar.text;
  return {};
}

Fault set_database_auth(const Scalar& scalar, Config& config) {
  const Words words = {"password", "rds-iam"};  // in the order of DatabaseAuth
  const auto index = index_of(scalar.text, words);
  if (!index) {
    return not_one_of(scalar, words);
  }
  config.database.auth = static_cast<DatabaseAuth>(*index);
  return {};
}

Fault set_key_secret(const Scalar& scalar, Config& config) {
  config.keys.secret = scalar.text;
  return {};
}

Fault set_passphrase(const Scalar& scalar, Config& config) {
  const auto parameters = mask::parse_scrypt(scalar.text);
  if (!parameters) {
    return parameters.error();
  }
  config.keys.passphrase = scalar.text;
  return {};
}

Fault set_key_id(const Scalar& scalar, Config& config) {
  return set_int(scalar, 1, key_id_max, config.keys.id);
}

Fault set_recovery_key(const Scalar& scalar, Config& config) {
  auto key = mask::parse_recovery_public(scalar.text);
  if (!key) {
    return key.error();
  }
  config.keys.recovery = std::move(key).value();
  return {};
}

bool is_table_part(std::string_view part) {
  constexpr std::size_t identifier_bytes_max = 63;  // Postgres cuts longer ones
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  return !part.empty() && part.size() <= identifier_bytes_max && is_letter(part.front()) &&
         std::all_of(part.begin(), part.end(),
                     [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

Fault set_table_name(const Scalar& scalar, Config& config) {
  const std::string_view name = scalar.text;
  const std::size_t dot = name.find('.');
  const bool fits = dot == std::string_view::npos
                        ? is_table_part(name)
                        : is_table_part(name.substr(0, dot)) && is_table_part(name.substr(dot + 1));
  if (!fits) {
    return fmt::format(
        "{} is not the name of a table; write NAME or SCHEMA.NAME of letters, digits and _, each "
        "63 at most",
        shown(scalar));
  }
  config.table.name = name;
  return {};
}

// Different names, apart by commas; nullopt if they are not that, or too many.
std::optional<std::vector<std::string>> names_in(std::string_view text, std::size_t names_max) {
  std::vector<std::string> names;
  while (!text.empty() && names.size() <= names_max) {
    std::string_view name = take_until(text, ',');
    const std::size_t start = std::min(name.find_first_not_of(' '), name.size());
    name = name.substr(start, name.find_last_not_of(' ') + 1 - start);
    if (name.empty() || std::find(names.begin(), names.end(), name) != names.end()) {
      return std::nullopt;
    }
    names.emplace_back(name);
  }
  return names.empty() || names.size() > names_max ? std::nullopt : std::optional(names);
}

// Whether they are columns is known when those are read.
Fault set_business_key(const Scalar& scalar, Config& config) {
  constexpr std::size_t key_columns_max = 32;  // as many as an index of Postgres takes
  const auto names = names_in(scalar.text, key_columns_max);
  if (!names) {
    return fmt::format(
        "{} is not a list of different columns, at most {}; write e.g. user_id, login_day",
        shown(scalar), key_columns_max);
  }
  config.table.key.columns = *names;
  return {};
}

Fault set_on_conflict(const Scalar& scalar, Config& config) {
  const Words words = {"error", "ignore", "update"};  // in the order of OnConflict
  const auto index = index_of(scalar.text, words);
  if (!index) {
    return not_one_of(scalar, words);
  }
  config.table.key.on_conflict = static_cast<OnConflict>(*index);
  return {};
}

Fault set_envelope(const Scalar& scalar, Config& config) {
  const Words words = {"none", "sns", "eventbridge"};  // in the order of Envelope
  const auto index = index_of(scalar.text, words);
  if (!index) {
    return not_one_of(scalar, words);
  }
  config.table.envelope = static_cast<Envelope>(*index);
  return {};
}

// S3: 3 to 63 small letters, digits, periods and hyphens.
bool is_bucket_name(const std::string& name) {
  return name.size() >= 3 && name.size() <= 63 && std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
         });
}

Fault set_buckets(const Scalar& scalar, Config& config) {
  constexpr std::size_t buckets_limit = 100;  // a queue has one or two
  const auto names = names_in(scalar.text, buckets_limit);
  if (!names || !std::all_of(names->begin(), names->end(), is_bucket_name)) {
    return fmt::format("{} is not a list of names of buckets, at most {}; write e.g. acme-events",
                       shown(scalar), buckets_limit);
  }
  config.payloads.buckets = *names;
  return {};
}

Fault set_payload_bytes(const Scalar& scalar, Config& config) {
  return set_int(scalar, 1, payload_bytes_limit, config.payloads.bytes_max);
}

Fault set_payloads_after(const Scalar& scalar, Config& config) {
  const Words words = {"keep", "delete"};  // in the order of AfterStored
  const auto index = index_of(scalar.text, words);
  if (!index) {
    return not_one_of(scalar, words);
  }
  config.payloads.after = static_cast<AfterStored>(*index);
  return {};
}

Fault set_on_reject(const Scalar& scalar, Config& config) {
  const Words words = {"quarantine", "leave"};  // in the order of OnReject
  const auto index = index_of(scalar.text, words);
  if (!index) {
    return not_one_of(scalar, words);
  }
  config.on_reject = static_cast<OnReject>(*index);
  return {};
}

Fault set_ledger(const Scalar& scalar, Config& config) {
  const auto truth = parse_truth(scalar.text);
  if (!truth) {
    return not_one_of(scalar, {"on", "off"});
  }
  config.ledger = *truth ? Ledger::on : Ledger::off;
  return {};
}

Fault set_ledger_retention(const Scalar& scalar, Config& config) {
  return set_days(scalar, ledger_retention_min, config.ledger_retention);
}

Fault set_lanes(const Scalar& scalar, Config& config) {
  return set_int(scalar, 1, lanes_max, config.lanes.count);
}

Fault set_turn_rows(const Scalar& scalar, Config& config) {
  return set_int(scalar, 1, turn_rows_limit, config.lanes.turn_rows_max);
}

Fault set_log_level(const Scalar& scalar, Config& config) {
  const Words words = {"debug", "info", "warn", "error", "off"};  // in the order of LogLevel
  const auto index = index_of(scalar.text, words);
  if (!index) {
    return not_one_of(scalar, words);
  }
  config.log.level = static_cast<LogLevel>(*index);
  return {};
}

Fault set_log_format(const Scalar& scalar, Config& config) {
  const Words words = {"auto", "json", "text"};  // in the order of LogChoice
  const auto index = index_of(scalar.text, words);
  if (!index) {
    return not_one_of(scalar, words);
  }
  config.log.format = static_cast<LogChoice>(*index);
  return {};
}

Fault set_status_listen(const Scalar& scalar, Config& config) {
  if (!parse_listen(scalar.text)) {
    return fmt::format("{} is not an address to listen on; write ADDRESS:PORT, e.g. 127.0.0.1:9464",
                       shown(scalar));
  }
  config.status.listen = scalar.text;
  return {};
}

Fault set_host_names(const Scalar& scalar, Config& config) {
  config.status.host_names = scalar.text;
  return {};
}

Fault set_metrics(const Scalar& scalar, Config& config) {
  const Words words = {"none", "emf"};  // in the order of Metrics
  const auto index = index_of(scalar.text, words);
  if (!index) {
    return not_one_of(scalar, words);
  }
  config.metrics = static_cast<Metrics>(*index);
  return {};
}

Fault set_traces(const Scalar& scalar, Config& config) {
  const Words words = {"none", "log", "otlp"};  // in the order of Traces
  const auto index = index_of(scalar.text, words);
  if (!index) {
    return not_one_of(scalar, words);
  }
  config.traces = static_cast<Traces>(*index);
  return {};
}

constexpr Setting all_settings[] = {
    {{"queue.url", "URL, or name", "`QUEUE_URL`, `--queue-url`",
      "https://sqs.eu-west-1.amazonaws.com/123456789012/logins",
      "The queue to read. Flag and variable go before the file."},
     Part::queue,
     set_queue_url},
    {{"queue.region", "text", "`AWS_REGION`, `AWS_DEFAULT_REGION`, the URL's", "eu-west-1",
      "The region that requests are signed for."},
     Part::queue,
     set_region},
    {{"queue.endpoint", "URL", "`AWS_ENDPOINT_URL_SQS`, `AWS_ENDPOINT_URL`, the queue URL's host",
      "http://127.0.0.1:9324", "Where to send requests, for emulators and private endpoints."},
     Part::queue,
     set_endpoint},
    {{"queue.protocol", "auto, json, query", "auto", "query",
      "The wire: `auto` asks the service; older emulators speak only `query`."},
     Part::every_command,
     set_protocol},
    {{"database.url", "URL, or the place of one: `env:NAME`, `file:PATH`, `awssm:NAME`, …",
      "`DATABASE_URL`, `--database-url`", "env:DATABASE_URL",
      "The Postgres server, as libpq takes it. A password in the file is refused."},
     Part::database,
     set_database_url},
    {{"database.password", "`file:PATH`, `cmd:COMMAND`, `awssm:NAME`, …", "the URL's",
      "awssm:prod/moretta/database",
      "Where the password is, or JSON with `username` and `password`. Read again when the server "
      "refuses it, so that it may be rotated."},
     Part::database,
     set_database_password},
    {{"database.auth", "password, rds-iam", "password", "rds-iam",
      "`rds-iam`: a token of AWS instead of a password, made for each connect. Needs "
      "`sslmode=verify-full`."},
     Part::database,
     set_database_auth},
    {{"keys.secret",
      "`file:PATH`, `env:NAME`, `fd:N`, `cmd:COMMAND`, `systemd:NAME`, `docker:NAME`, "
      "`awssm:NAME`, `awsssm:NAME`, `awskms:CIPHERTEXT`, `split:PLACE,PLACE`",
      "env:SECRET_KEY", "docker:moretta-keys",
      "Where the keyset is, or one key: 64 hex digits or base64 of 32 bytes. Never the key "
      "itself."},
     Part::key,
     set_key_secret},
    {{"keys.passphrase", "scrypt parameters", "none",
      "scrypt:n=131072,r=8,p=1,salt=Ay4kGnV0cl9zYWx0X29mX291cg",
      "Makes the key out of a passphrase at `keys.secret`; `moretta keys passphrase` prints one."},
     Part::key,
     set_passphrase},
    {{"keys.id", "number, 1 to 65535", "1", "2",
      "The number of a key that stands alone, as in its tokens; a keyset has its own."},
     Part::every_command,
     set_key_id},
    {{"keys.recovery", "recovery-public:ID:KEY", "none",
      "recovery-public:1:IiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiI",
      "Escrow: what is sealed is sealed to this public key, and this machine cannot open it. Made "
      "by `moretta-unmask recovery-key`."},
     Part::every_command,
     set_recovery_key},
    {{"table.name", "name", "", "user_logins", "The table, `NAME` or `SCHEMA.NAME`."},
     Part::every_command,
     set_table_name},
    {{"table.key", "columns, separated by commas", "none", "user_id, login_day",
      "The business key: columns under a unique index of the table."},
     Part::every_command,
     set_business_key},
    {{"table.on_conflict", "error, ignore, update", "error", "update",
      "What becomes of a row whose key the table has: quarantined, not stored, or stored in place "
      "of the older one."},
     Part::every_command,
     set_on_conflict},
    {{"envelope", "none, sns, eventbridge", "none", "sns",
      "What is around each event: an SNS notification (its /Message is the event) or an "
      "EventBridge event (its /detail is)."},
     Part::every_command,
     set_envelope},
    {{"payloads.buckets", "names, separated by commas", "none", "acme-events",
      "Buckets from which events are fetched that are kept in S3, with a pointer to them in the "
      "queue. A pointer to another one is rejected."},
     Part::every_command,
     set_buckets},
    {{"payloads.bytes_max", "number, 1 to 67108864", "10485760", "1048576",
      "How large such an event may be."},
     Part::every_command,
     set_payload_bytes},
    {{"payloads.after", "keep, delete", "keep", "delete",
      "Whether the object stays in S3 once its event is stored."},
     Part::every_command,
     set_payloads_after},
    {{"on_reject", "quarantine, leave", "quarantine", "leave",
      "What becomes of a message that gives no row: a sealed record in the quarantine table, or "
      "back "
      "to the queue, whose redrive policy decides."},
     Part::every_command,
     set_on_reject},
    {{"ledger", "on, off", "on", "off",
      "Remembers message ids in the transaction of their rows: what makes redelivery harmless."},
     Part::every_command,
     set_ledger},
    {{"retention.ledger", "days, at least 15d", "15d", "30d",
      "How long ids are remembered. SQS keeps messages for up to 14 days."},
     Part::every_command,
     set_ledger_retention},
    {{"lanes", "number, 1 to 64", "4", "8",
      "Lanes working side by side, each with a thread and a database connection."},
     Part::every_command,
     set_lanes},
    {{"turn_rows_max", "number, 1 to 5000", "1000", "500", "The most messages of one transaction."},
     Part::every_command,
     set_turn_rows},
    {{"log.level", "debug, info, warn, error, off", "info", "warn",
      "The least important lines that are written."},
     Part::every_command,
     set_log_level},
    {{"log.format", "auto, json, text", "auto", "json",
      "`auto` is text on a terminal and JSON elsewhere."},
     Part::every_command,
     set_log_format},
    {{"status.listen", "ADDRESS:PORT", "none", "127.0.0.1:9464",
      "Where `run` and `drain` serve the status page, `/metrics`, `/healthz` and `/readyz`; read "
      "only, without a password: keep it to this machine or a private network."},
     Part::every_command,
     set_status_listen},
    {{"status.host_names", "names, separated by commas", "none", "moretta.internal",
      "Names that the status server may be called by, besides addresses and localhost."},
     Part::every_command,
     set_host_names},
    {{"metrics", "none, emf", "none", "emf",
      "`emf` writes a line a minute to standard output that CloudWatch turns into metrics."},
     Part::every_command,
     set_metrics},
    {{"traces", "none, log, otlp", "none", "otlp",
      "`log` asks the queue for the trace that a sender named (`traceparent`), so that log lines "
      "of its message name it; `otlp` also pushes spans of `run` and `drain` to a collector."},
     Part::every_command,
     set_traces},
};

}  // namespace

std::span<const Setting> settings() {
  return all_settings;
}

const Setting* find_setting(std::string_view path) {
  const auto* found = std::find_if(std::begin(all_settings), std::end(all_settings),
                                   [&](const Setting& s) { return s.facts.path == path; });
  return found == std::end(all_settings) ? nullptr : found;
}

std::optional<int> parse_int(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return number;
}

std::optional<Seconds> parse_duration(std::string_view text) {
  constexpr std::pair<char, int> units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}};
  for (const auto& [letter, seconds] : units) {
    if (text.ends_with(letter)) {
      const auto number = parse_int(text.substr(0, text.size() - 1));
      if (!number || *number < 0) {
        return std::nullopt;
      }
      return Seconds{std::int64_t{*number} * seconds};
    }
  }
  return std::nullopt;
}

std::optional<bool> parse_truth(std::string_view text) {
  if (text == "true" || text == "yes" || text == "on") {
    return true;
  }
  if (text == "false" || text == "no" || text == "off") {
    return false;
  }
  return std::nullopt;
}

}  // namespace moretta::app
