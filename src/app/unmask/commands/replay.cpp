#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <ostream>

#include <fmt/format.h>

#include "app/aws_access.hpp"
#include "app/config_load.hpp"
#include "app/exit_code.hpp"
#include "app/inspect.hpp"
#include "app/job.hpp"
#include "app/key_use.hpp"
#include "app/summary.hpp"
#include "app/unmask/commands/commands.hpp"
#include "app/unmask/recovery_place.hpp"
#include "app/unmask/said.hpp"
#include "aws/payload_pointer.hpp"
#include "base/errors.hpp"
#include "base/json_text.hpp"
#include "core/transform.hpp"
#include "mask/keyset_unmasker.hpp"
#include "pg/key_registry.hpp"
#include "pg/quarantine_replay.hpp"
#include "record/kept_message.hpp"

namespace moretta::app {

namespace {

constexpr std::size_t records_at_once = 20;  // a body is up to 1 MiB, and stands here twice

// How one message ended.
struct Passage {
  std::string_view outcome;
  Reject reject{};  // if it is still one
};

constexpr std::string_view would_store = "would_store";
constexpr std::string_view stored = "stored";
constexpr std::string_view passed_over = "passed_over";
constexpr std::string_view gone = "gone";
constexpr std::string_view rejected = "rejected";
constexpr std::string_view unreadable = "unreadable";
constexpr std::string_view damaged = "damaged";
constexpr std::string_view incomplete = "incomplete";

// Records from before they kept more than the body, and attributes that nobody had asked for.
bool lacks_what_is_read(const KeptMessage& kept, const Mapping& mapping) {
  const auto reads = [&mapping](Origin origin) {
    return std::ranges::find(mapping, origin, &Column::origin) != mapping.end();
  };
  return (!kept.has_attributes && reads(Origin::attribute)) ||
         (!kept.has_beside && reads(Origin::group_id));
}

Message message_of(const pg::SealedRecord& record, KeptMessage kept) {
  return {.id = record.message_id,
          .receipt = {},
          .body = std::string(kept.body),
          .sent_at = record.sent_at,
          .received_at = record.received_at,
          .receive_count = record.receive_count,
          .group_id = std::string(kept.group_id),
          .attributes = std::move(kept.attributes),
          .payload = std::string(kept.payload)};
}

// Of the message that is being replayed.
struct Forget {
  Message& message;
  Transform& transform;
  ~Forget() {
    wipe_bodies({&message, 1});
    transform.forget();
  }
};

std::string passage_json(const std::string& message_id, const Passage& passage) {
  std::string out =
      fmt::format(R"({{"message_id":{},"outcome":"{}")", json_string(message_id), passage.outcome);
  if (passage.outcome == rejected) {
    out += fmt::format(R"(,"reason":"{}","column":{},"pointer":{},"sqlstate":{})",
                       reason_code(passage.reject.reason), json_string(passage.reject.column),
                       json_string(passage.reject.pointer), json_string(passage.reject.sqlstate));
  }
  return out + "}";
}

std::string kind_of(const Passage& passage) {
  if (passage.outcome != rejected) {
    return std::string(passage.outcome);
  }
  return fmt::format("still {}{}{}", reason_code(passage.reject.reason),
                     passage.reject.column.empty() ? "" : " of ", passage.reject.column);
}

class Replay {
 public:
  Replay(const ReplayOptions& options, World& world)
      : options_(options),
        world_(world),
        config_(load_config(options.overrides, world.environment,
                            {.database = Need::yes, .key = KeyUse::all})),
        recovery_(read_recovery_key(options.recovery_key, world)),
        tables_(pg::tables_beside(pg::parse_table_name(config_.table.name))),
        connection_(conninfo_of(config_), {.purpose = "moretta-unmask replay"}),
        replay_(connection_,
                {.tables = tables_,
                 .mapping = config_.table.mapping,
                 .ledger = config_.ledger == Ledger::on ? pg::Ledger::on : pg::Ledger::off,
                 .key = config_.table.key}),
        log_(LogFormat::text, LogLevel::warn),
        transform_({.mapping = config_.table.mapping,
                    .policies = config_.table.policies,
                    .key = config_.keys.master ? &*config_.keys.master : nullptr,
                    .config_fingerprint = fingerprint(config_.table),
                    .envelope = config_.table.envelope,
                    .event_bytes_max = event_bytes_max(config_),
                    .recovery = config_.keys.recovery ? &*config_.keys.recovery : nullptr,
                    .keys = config_.keys.set ? &*config_.keys.set : nullptr},
                   world.random) {
    if (!config_.keys.set) {
      throw Refused("cannot open the quarantine: the configuration names no key",
                    "set keys.secret");
    }
    unmasker_.emplace(*config_.keys.set, recovery_ ? &*recovery_ : nullptr);
  }

  int run() {
    const pg::QuarantineFilter filter{
        .reason = options_.choice.reason,
        .column = options_.choice.column,
        .message_id = options_.message_id,
        .from = moment_option("--from", options_.choice.from, world_.clock.wall()),
        .before = moment_option("--before", options_.choice.before, world_.clock.wall())};
    const std::int64_t wanted = count(filter);
    if (options_.dry_run == DryRun::no) {
      pg::register_keys(connection_, tables_.key_registry, key_uses(config_));
    }
    record(filter, static_cast<std::size_t>(wanted));
    std::string key;
    for (auto records = replay_.after(key, filter, records_at_once); !records.empty();
         records = replay_.after(key, filter, records_at_once)) {
      for (const pg::SealedRecord& record : records) {
        note(record.message_id, passage_of(record));
      }
      key = records.back().key;
    }
    return end();
  }

 private:
  std::int64_t count(const pg::QuarantineFilter& filter) {
    std::int64_t total = 0;
    for (const auto& [reason, count] :
         pg::Quarantine(connection_, tables_.quarantine).count(filter)) {
      total += count;
    }
    return total;
  }

  // Before the first body is opened, though none is shown.
  void record(const pg::QuarantineFilter& filter, std::size_t count) {
    AuditRecord entry{.at = moment_text(world_.clock.wall()),
                      .who = asking_user(world_),
                      .reason = options_.audit.reason,
                      .ticket = options_.audit.ticket,
                      .action = options_.dry_run == DryRun::yes ? "replay, dry run" : "replay",
                      .subject = fmt::format("{} of {} because {} column {} message {}", count,
                                             tables_.quarantine.shown(), filter.reason,
                                             filter.column, filter.message_id),
                      .count = count};
    open_audit(options_.audit, conninfo_of(config_))->append(entry, config_.keys.set->primary());
  }

  Passage passage_of(const pg::SealedRecord& record) {
    if (record.reason == reason_code(Reason::body_digest_wrong)) {
      return {.outcome = damaged};  // on its way to us: not what was sent
    }
    const auto text =
        unmasker_->open(record.sealed_body, mask::quarantine_purpose, record.message_id);
    auto kept = text ? read_kept(text.value().view()) : std::nullopt;
    if (!kept) {
      return {.outcome = unreadable};
    }
    if (lacks_what_is_read(*kept, config_.table.mapping)) {
      return {.outcome = incomplete};  // NULL or a default instead would be a guess
    }
    Message message = message_of(record, std::move(*kept));
    const Forget forget{message, transform_};
    fetch(message);
    auto row = transform_.row_of(message);
    if (!row) {
      return {.outcome = rejected, .reject = row.error()};
    }
    const Passage passage = stored_passage(record, std::move(row).value());
    if (payloads_ != nullptr && passage.outcome == stored) {
      payloads_->settled({&message, 1}, std::array{Outcome::stored});
    }
    return passage;
  }

  // A pointer that led nowhere when it was quarantined may lead somewhere now.
  void fetch(Message& message) {
    if (config_.payloads.buckets.empty() || !message.payload.empty() ||
        !aws::is_marked_as_pointer(message)) {
      return;
    }
    if (payloads_ == nullptr) {
      aws_.emplace(world_.environment, world_.clock, log_);
      payloads_ = open_payloads(config_, *aws_, config_.queue.region, world_.clock, log_);
    }
    payloads_->fetch({&message, 1});
  }

  Passage stored_passage(const pg::SealedRecord& record, Row row) {
    const bool is_dry = options_.dry_run == DryRun::yes;
    const auto replaced =
        replay_.replace(record.key, std::move(row), is_dry ? pg::Trial::yes : pg::Trial::no);
    switch (replaced.how) {
      case pg::Replayed::stored:
        return {.outcome = is_dry ? would_store : stored};
      case pg::Replayed::passed_over:
        return {.outcome = passed_over};
      case pg::Replayed::gone:
        return {.outcome = gone};
      case pg::Replayed::refused:
        break;
    }
    return {.outcome = rejected,
            .reject = {.reason = Reason::refused_by_table,
                       .column = replaced.error.column.empty() ? replaced.error.constraint
                                                               : replaced.error.column,
                       .sqlstate = replaced.error.sqlstate}};
  }

  void note(const std::string& message_id, const Passage& passage) {
    ++records_;
    constexpr std::array passing = {stored, would_store, passed_over, gone};
    passed_ += std::ranges::find(passing, passage.outcome) != passing.end() ? 1 : 0;
    ++kinds_[kind_of(passage)];
    if (options_.output == Output::json) {
      world_.out << passage_json(message_id, passage) << "\n";
    }
  }

  int end() {
    if (options_.output == Output::people) {
      const bool is_dry = options_.dry_run == DryRun::yes;
      world_.out << fmt::format("{} of {} message{} {}\n", grouped(passed_), grouped(records_),
                                records_ == 1 ? "" : "s",
                                is_dry ? "would pass; nothing was changed" : "passed");
      for (const auto& [kind, count] : kinds_) {
        world_.out << fmt::format("  {:>8}  {}\n", grouped(count), kind);
      }
    }
    world_.out.flush();
    return passed_ == records_ ? exit_done : exit_rejects;
  }

  const ReplayOptions& options_;
  World& world_;
  const Config config_;
  std::optional<mask::RecoveryPrivate> recovery_;
  pg::Tables tables_;
  pg::Connection connection_;
  pg::QuarantineReplay replay_;
  Log log_;
  Transform transform_;
  std::optional<AwsAccess> aws_;
  std::unique_ptr<Payloads> payloads_;
  std::optional<mask::KeysetUnmasker> unmasker_;
  std::int64_t records_ = 0;
  std::int64_t passed_ = 0;
  std::map<std::string, std::int64_t> kinds_;
};

}  // namespace

int replay_quarantine(const ReplayOptions& options, World& world) {
  return Replay(options, world).run();
}

}  // namespace moretta::app
