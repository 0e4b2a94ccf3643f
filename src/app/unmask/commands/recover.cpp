#include <algorithm>
#include <istream>
#include <iterator>
#include <ostream>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <syslog.h>

#include "app/exit_code.hpp"
#include "app/key_source.hpp"
#include "app/unmask/clear_output.hpp"
#include "app/unmask/commands/commands.hpp"
#include "app/unmask/recovery_place.hpp"
#include "app/unmask/said.hpp"
#include "app/unmask/token_reader.hpp"
#include "app/unmask/vault.hpp"
#include "base/errors.hpp"
#include "base/json_text.hpp"
#include "base/log.hpp"
#include "mask/seal.hpp"
#include "record/kept_message.hpp"

namespace moretta::app {

namespace {

// The one text for every cause: telling them apart would tell a guesser which guess was near.
constexpr std::string_view not_recoverable =
    "not recoverable: wrong key, wrong domain or not a token of ours";

constexpr std::string_view where_to_say_it = "set DATABASE_URL, or give --database-url";
constexpr std::string_view one_way_hint =
    "tokens of md5, sha256 and hmac-sha256 are opened by way of the vault: set DATABASE_URL, or "
    "give "
    "--database-url";

constexpr std::size_t tokens_max = 100'000;        // the highest --limit
constexpr std::size_t token_bytes_max = 1U << 22;  // over the token of the largest SQS message
constexpr std::size_t batch_tokens = 1'000;        // of one question to the vault

std::vector<std::string> read_tokens(std::istream& in) {
  std::vector<std::string> tokens;
  std::string token;
  const auto end_token = [&] {
    if (token.ends_with('\r')) {
      token.pop_back();
    }
    tokens.push_back(std::move(token));
    token.clear();
  };
  for (int c = in.get(); c != std::istream::traits_type::eof(); c = in.get()) {
    if (c == '\n') {
      end_token();
    } else {
      token.push_back(static_cast<char>(c));
    }
    if (tokens.size() > tokens_max || token.size() > token_bytes_max) {
      throw Refused(fmt::format("cannot read tokens: more than {} of them, or one longer than {} "
                                "bytes",
                                tokens_max, token_bytes_max),
                    "give one token a line, and fewer at a time");
    }
  }
  if (!token.empty()) {
    end_token();
  }
  return tokens;
}

std::string digests_of(std::span<const std::string> tokens) {
  std::string digests;
  for (const std::string& token : tokens) {
    digests += digests.empty() ? "" : " ";
    digests += token_digest(token);
  }
  return digests;
}

std::string time_text(WallTime time) {
  const auto second = std::chrono::floor<std::chrono::seconds>(time);
  return fmt::format("{:%FT%T}.{:03}Z", fmt::gmtime(second.time_since_epoch().count()),
                     (time - second).count());
}

// Best effort: another place that whoever changes the database does not reach.
void tell_syslog(const AuditRecord& record) {
  const std::string line =
      fmt::format("moretta-unmask: user {} reason {} ticket {} {} {} count {} record {}:{}",
                  json_string(record.who), json_string(record.reason), json_string(record.ticket),
                  record.action, json_string(record.subject), record.count, record.seq, record.mac);
  ::syslog(LOG_AUTHPRIV | LOG_NOTICE, "%s", line.c_str());
}

class Run {
 public:
  Run(const RecoverOptions& options, const mask::Keyset& keys, World& world)
      : options_(options),
        world_(world),
        log_(world.terminal.err ? LogFormat::text : LogFormat::json, LogLevel::info),
        keys_(keys),
        recovery_(read_recovery_key(options.recovery_key, world)),
        unmasker_(keys, recovery_ ? &*recovery_ : nullptr),
        reader_(TokenReader::of(options, keys, world)) {}

  int tokens() {
    const std::vector<std::string> tokens = wanted();
    if (tokens.size() > options_.limit) {
      throw Refused(fmt::format("cannot show that much: more than {} tokens", options_.limit),
                    "ask for fewer, or raise --limit");
    }
    const bool is_query = !options_.table.empty();
    record({.action = is_query ? "query" : "tokens",
            .subject = is_query ? fmt::format("{} of {}.{}", options_.domain, options_.table,
                                              options_.column)
                                : options_.domain,
            .count = tokens.size(),
            .digests = digests_of(tokens)});
    const std::span<const std::string> all(tokens);
    for (std::size_t at = 0; at < all.size(); at += batch_tokens) {
      print(all.subspan(at, std::min(batch_tokens, all.size() - at)));
    }
    return end();
  }

  int quarantined() {
    const pg::TableName table = pg::parse_table_name(options_.quarantine_table);
    Vault* database = vault();
    if (database == nullptr) {
      return fail(world_, exit_failed, "cannot look it up: nobody said where the database is",
                  where_to_say_it);
    }
    const auto sealed = database->sealed_body(table, options_.quarantined);
    if (!sealed) {
      return fail(world_, exit_failed, fmt::format("there is no such message in {}", table.shown()),
                  "the table's message_id says which there are");
    }
    record({.action = "quarantined",
            .subject = options_.quarantined,
            .count = 1,
            .digests = token_digest(options_.quarantined)});
    const auto text = unmasker_.open(*sealed, mask::quarantine_purpose, options_.quarantined);
    const auto kept = text ? read_kept(text.value().view()) : std::nullopt;
    lost_ += kept ? 0 : 1;
    if (kept) {
      print_body(SecretBytes(kept->body),
                 world_.terminal.out ? BodyForm::harmless : BodyForm::exact, world_.out);
    }
    return end();
  }

 private:
  std::vector<std::string> wanted() {
    if (options_.table.empty()) {
      return options_.tokens.empty() ? read_tokens(world_.in) : options_.tokens;
    }
    std::vector<Condition> conditions;
    for (const std::string& text : options_.where) {
      auto condition = parse_condition(text);
      if (!condition) {
        throw Refused("cannot read a condition", condition.error());
      }
      conditions.push_back(std::move(condition).value());
    }
    Vault* database = vault();
    if (database == nullptr) {
      throw Refused("cannot ask for tokens: nobody said where the database is",
                    std::string(where_to_say_it));
    }
    return database->tokens(pg::parse_table_name(options_.table), options_.column, conditions,
                            options_.limit);
  }

  // Who, why and what, before the first value. Throws if it cannot be kept: then nothing is shown.
  void record(AuditRecord entry) {
    entry.at = time_text(world_.clock.wall());
    entry.who = asking_user(world_);
    entry.reason = options_.audit.reason;
    entry.ticket = options_.audit.ticket;
    open_audit(options_.audit, options_.database_url, world_)->append(entry, keys_.primary());
    tell_syslog(entry);
    log_.info("unmask", {{"user", entry.who},
                         {"reason", entry.reason},
                         {"ticket", entry.ticket},
                         {"action", entry.action},
                         {"subject", entry.subject},
                         {"tokens", entry.count},
                         {"record", fmt::format("{}:{}", entry.seq, entry.mac)}});
  }

  // Null if nobody said where it is.
  Vault* vault() {
    if (!vault_) {
      if (const auto conninfo = database_place(options_.database_url, world_)) {
        vault_.emplace(*conninfo);
      }
    }
    return vault_ ? &*vault_ : nullptr;
  }

  SealedByToken sealed(std::span<const std::string> one_way) {
    Vault* found = vault();
    is_vault_missing_ = found == nullptr;
    return found == nullptr ? SealedByToken()
                            : found->sealed(vault_table_, options_.domain, one_way);
  }

  std::vector<Original> originals_of(std::span<const std::string> tokens) {
    if (reader_ == nullptr) {
      return recover(unmasker_, options_.domain, tokens,
                     [this](std::span<const std::string> one_way) { return sealed(one_way); });
    }
    std::vector<Original> originals;
    std::ranges::transform(tokens, std::back_inserter(originals),
                           [this](const std::string& token) { return reader_->open(token); });
    return originals;
  }

  void print(std::span<const std::string> tokens) {
    const std::vector<Original> originals = originals_of(tokens);
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      print_original(tokens[i], originals[i], options_.output, world_.out);
      lost_ += originals[i] || tokens[i].empty() ? 0 : 1;  // an empty line is a NULL, not a token
    }
  }

  int end() {
    world_.out.flush();
    if (!world_.out) {
      return fail(world_, exit_failed, "cannot write to standard output", "not all was written");
    }
    if (lost_ > 0) {
      return fail(world_, exit_failed,
                  lost_ == 1 ? std::string(not_recoverable)
                             : fmt::format("{} tokens are {}", lost_, not_recoverable),
                  is_vault_missing_ ? one_way_hint : "");
    }
    return exit_done;
  }

  const RecoverOptions& options_;
  World& world_;
  Log log_;
  const mask::Keyset& keys_;
  std::optional<mask::RecoveryPrivate> recovery_;
  mask::KeysetUnmasker unmasker_;
  std::unique_ptr<TokenReader> reader_;  // of tokens that do not say what they are
  const pg::TableName vault_table_ = pg::parse_table_name(options_.vault_table);
  std::optional<Vault> vault_;
  bool is_vault_missing_ = false;
  std::size_t lost_ = 0;
};

}  // namespace

int recover_values(const RecoverOptions& options, World& world) {
  if (world.terminal.out && options.on_terminal == OnTerminal::refuse) {
    return fail(world, exit_usage,
                "clear text is not for terminals, which keep it in their scroll-back",
                "redirect standard output, or insist with --to-terminal");
  }
  const auto keys = read_keyset(
      {.place = options.key.place, .id = options.key.id, .passphrase = options.key.passphrase},
      world.environment);
  if (!keys) {
    return fail(world, exit_config, keys.error());
  }
  forget_key(options.key.place, world);
  Run run(options, keys.value(), world);
  return options.quarantined.empty() ? run.tokens() : run.quarantined();
}

}  // namespace moretta::app
