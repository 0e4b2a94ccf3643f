#include <istream>
#include <ostream>

#include <fmt/format.h>

#include "app/change/reseal.hpp"
#include "app/change/rewrap_report.hpp"
#include "app/change/token_form.hpp"
#include "app/change_column.hpp"
#include "app/config_load.hpp"
#include "app/exit_code.hpp"
#include "app/inspect.hpp"
#include "app/secret_source.hpp"
#include "app/unmask/commands/commands.hpp"
#include "app/unmask/recovery_place.hpp"
#include "app/unmask/said.hpp"
#include "app/unmask/token_reader.hpp"
#include "base/errors.hpp"
#include "base/json_text.hpp"
#include "base/random.hpp"
#include "mask/keyset_unmasker.hpp"
#include "mask/seed_cbc.hpp"
#include "mask/shape_reader.hpp"
#include "mask/token.hpp"
#include "mask/tokenizer.hpp"
#include "mask/vault_seal.hpp"
#include "pg/key_registry.hpp"

namespace moretta::app {

namespace {

using Clear = std::optional<SecretBytes>;

constexpr std::size_t slow_batch_tokens = 64;  // of seed-cbc: a few seconds, then they are kept

Clear clear_of(Result<SecretBytes, mask::NotRecoverable>&& result) {
  return result ? Clear(std::move(result).value()) : std::nullopt;
}

// How originals are sealed from now on: to the recovery key if there is one.
class VaultWriter {
 public:
  VaultWriter(const Config& config, const mask::Policy& policy, Random& random)
      : policy_(policy), key_(*key_of(config, policy)) {
    if (policy.recover == mask::Recover::seal && config.keys.recovery) {
      escrow_.emplace(*config.keys.recovery, random);
      prefix_ = mask::token_prefix(mask::escrow_letter, config.keys.recovery->id);
    } else if (policy.recover == mask::Recover::seal) {
      sealer_.emplace(key_, policy.domain, random);
      prefix_ = mask::token_prefix(mask::seal_letter, key_.id);
    } else if (policy.recover != mask::Recover::no) {
      mask::Policy recovery = policy;
      const bool is_siv = policy.recover == mask::Recover::aes_siv;
      recovery.method = is_siv ? mask::Method::aes_siv : mask::Method::aes_256_cbc;
      recovery.recover = mask::Recover::no;
      tokenizer_.emplace(recovery, &key_);
      prefix_ = mask::token_prefix(is_siv ? mask::siv_letter : mask::cbc_letter, key_.id);
    }
  }

  [[nodiscard]] const std::string& prefix() const { return prefix_; }

  std::optional<SealedAgain> seal(const SecretBytes& clear, const std::string& token) {
    SealedAgain again{.key_id = key_.id, .sealed = {}};
    if (escrow_) {
      again.key_id = mask::escrow_key_id;
      return escrow_->append_original(clear.view(), policy_.domain, token, again.sealed)
                 ? std::optional(std::move(again))
                 : std::nullopt;
    }
    if (sealer_) {
      sealer_->append(clear.view(), token, again.sealed);
      return again;
    }
    const bool done = tokenizer_ && tokenizer_->append(clear.view(), again.sealed).ok();
    return done ? std::optional(std::move(again)) : std::nullopt;
  }

 private:
  const mask::Policy& policy_;
  const mask::MasterKey& key_;
  std::string prefix_;
  std::optional<mask::EscrowSealer> escrow_;
  std::optional<mask::VaultSealer> sealer_;
  std::optional<mask::Tokenizer> tokenizer_;
};

class Change {
 public:
  Change(const ChangeOptions& options, World& world)
      : options_(options),
        world_(world),
        config_(load_config(options.overrides, world.environment,
                            {.database = Need::yes, .key = KeyUse::all})),
        policy_(goal_of(config_, options.column)),
        before_(mask_before()),
        domain_(!options.from_domain.empty() ? options.from_domain
                : before_                    ? before_->domain
                                             : policy_.domain),
        progress_(
            world.clock, world.err,
            world.terminal.err ? RewrapProgress::Style::in_place : RewrapProgress::Style::lines),
        recovery_(read_recovery_key(options.recovery_key, world)),
        connection_(change_connection(config_, "moretta-unmask rewrap")) {}

  int run() {
    if (options_.vault == VaultOnly::yes) {
      return reseal_only();
    }
    RewrapPlan plan = plan_of(config_, options_.column);
    if (plan.into.empty()) {
      plan.old_tokens = old_tokens();
      if (policy_.method == mask::Method::tokenize && !has_rows(plan.table, plan.old_tokens)) {
        return reseal_only();  // its own tokens never change
      }
    }
    return change_tokens(std::move(plan));
  }

 private:
  // If the tokens do not say it: what somebody says, or what the column still is under a dual
  // write.
  std::optional<mask::Policy> mask_before() const {
    if (!options_.from_mask.empty()) {
      const std::string& domain =
          options_.from_domain.empty() ? policy_.domain : options_.from_domain;
      return shape_of(options_.from_mask, domain);
    }
    return dual_write_of(config_, options_.column) == nullptr
               ? std::nullopt
               : std::optional(policy_of(config_, options_.column));
  }

  [[nodiscard]] bool is_shape() const {
    return before_ && mask::ShapeReader::reads(before_->method);
  }

  std::string old_tokens() const {
    const std::string column = pg::quote_identifier(options_.column);
    const OldForm form = options_.passphrase.empty() ? OldForm::ours : OldForm::seed_cbc;
    auto sql = is_shape() ? old_shapes_sql(*before_, policy_, config_.keys.id, column)
                          : old_tokens_sql(form, policy_, config_.keys.id, column);
    if (!sql) {
      throw Refused("cannot change the tokens of the column: " + sql.error(),
                    "change the mask of the column in the configuration");
    }
    return std::move(sql).value();
  }

  bool has_rows(const pg::TableName& table, const std::string& condition) {
    return connection_
        .run("look for old tokens",
             fmt::format("SELECT EXISTS (SELECT FROM {} WHERE {})", table.quoted(), condition))
        .is_true(0, 0);
  }

  int change_tokens(RewrapPlan plan) {
    if (plan.into.empty()) {
      require_consent();
    } else if (before_->normalize != policy_.normalize || before_->empty != policy_.empty) {
      plan.ratio = RewrapPlan::Ratio::many_to_one;
    }
    // The vault's rows stand under their domain, and under no other.
    plan.originals =
        domain_ == plan.domain ? RewrapPlan::Originals::in_vault : RewrapPlan::Originals::in_tokens;
    plan.vault_rows =
        policy_.recover == mask::Recover::no ? RewrapPlan::Vault::leave : RewrapPlan::Vault::move;
    RewrapWork work;
    if (!options_.passphrase.empty()) {
      const auto passphrase = read_secret(options_.passphrase, world_.environment);
      if (!passphrase) {
        throw Refused("cannot read the passphrase: " + passphrase.error(),
                      "check --seed-passphrase");
      }
      plan.ratio = RewrapPlan::Ratio::many_to_one;
      plan.batch_tokens = slow_batch_tokens;
      add_workers(&passphrase.value(), work);
    } else {
      add_workers(nullptr, work);
    }
    if (policy_.recover != mask::Recover::no) {
      writer_.emplace(config_, policy_, world_.random);
      work.seal_again = [this](const VaultRow& row) {
        return seal_again(row);
      };
    }
    work.on_step = [this](const RewrapStep& step) {
      progress_.step(step);
    };

    make_token_map(connection_, plan.map);
    record(fmt::format("{}.{} -> {}", plan.table.shown(), plan.column, plan.target));
    const RewrapReport report = rewrap(connection_, plan, work, world_.clock);
    world_.out << (options_.output == Output::json ? rewrap_json(plan, report) + "\n"
                                                   : rewrap_text(plan, report))
               << std::flush;
    return rewrap_exit_code(report);
  }

  // The old tokens hold their values and the new ones do not: once the old key is gone, so are
  // they.
  void require_consent() const {
    const bool stays = mask::is_recoverable(policy_.method) || policy_.recover != mask::Recover::no;
    if (!stays && options_.one_way == OneWay::no) {
      throw Refused(fmt::format("cannot change tokens to {}: the values could not be recovered any "
                                "more",
                                mask::method_name(policy_.method)),
                    "say --one-way if that is what you want");
    }
  }

  // Tokens of a shape do not say which key made them, and a guess would give wrong values.
  const mask::MasterKey& key_before() {
    int id = options_.from_key != 0 ? options_.from_key : before_->key_id;
    if (id == 0) {
      const auto ids = pg::writing_keys(
          connection_, pg::tables_beside(pg::parse_table_name(config_.table.name)).key_registry,
          domain_, std::string(mask::method_name(before_->method)));
      if (ids.size() != 1) {
        throw Refused(fmt::format("cannot tell which key made the tokens: the registry names {} "
                                  "keys for {} of domain {}",
                                  ids.size(), mask::method_name(before_->method), domain_),
                      "say its number with --from-key");
      }
      id = ids.front();
    }
    const mask::MasterKey* key = config_.keys.set->find(id);
    if (key == nullptr) {
      throw Refused(
          fmt::format("cannot open the tokens: they are of key {}, and there is none that "
                      "may be read",
                      id),
          "see `moretta keys list`");
    }
    return *key;
  }

  // What one thread works with.
  struct Worker {
    Worker(const Config& config, const mask::Policy& policy, const mask::RecoveryPrivate* recovery)
        : unmasker(*config.keys.set, recovery), tokenizer(policy, key_of(config, policy)) {
      if (policy.recover != mask::Recover::no) {
        writer.emplace(config, policy, random);
      }
    }

    std::optional<ChangedToken> changed(const Clear& clear) {
      ChangedToken made;
      if (!clear || !tokenizer.append(clear->view(), made.token)) {
        return std::nullopt;
      }
      if (writer) {
        made.original = writer->seal(*clear, made.token);
      }
      return writer && !made.original ? std::nullopt : std::optional(std::move(made));
    }

    SystemRandom random;
    mask::KeysetUnmasker unmasker;
    std::optional<mask::Unmasker> shapes;
    std::optional<mask::SeedCbcReader> seed;
    mask::Tokenizer tokenizer;
    std::optional<VaultWriter> writer;
  };

  void add_workers(const SecretBytes* passphrase, RewrapWork& work) {
    for (int thread = 0; thread < options_.threads; ++thread) {
      Worker& worker = *workers_.emplace_back(
          std::make_unique<Worker>(config_, policy_, recovery_ ? &*recovery_ : nullptr));
      if (passphrase != nullptr) {
        worker.seed.emplace(*passphrase);
      } else if (is_shape()) {
        worker.shapes.emplace(key_before());
      }
      work.change.emplace_back([&worker, this](std::string_view token, std::string_view sealed) {
        if (!sealed.empty()) {
          return worker.changed(clear_of(worker.unmasker.open_vault(sealed, domain_, token)));
        }
        return worker.changed(clear_of(worker.seed     ? worker.seed->unmask(token)
                                       : worker.shapes ? worker.shapes->unmask(token, *before_)
                                                       : worker.unmasker.unmask(token, domain_)));
      });
    }
  }

  std::optional<SealedAgain> seal_again(const VaultRow& row) {
    const Clear clear = clear_of(unmasker_.open_vault(row.sealed, domain_, row.old_token));
    return clear ? writer_->seal(*clear, row.new_token) : std::nullopt;
  }

  int reseal_only() {
    if (policy_.recover == mask::Recover::no) {
      throw Refused("cannot seal the vault again: the column keeps nothing there",
                    "its mask has no `recover:`");
    }
    writer_.emplace(config_, policy_, world_.random);
    const ResealPlan plan{
        .vault = pg::tables_beside(pg::parse_table_name(config_.table.name)).vault,
        .domain = policy_.domain,
        .done_prefix = writer_->prefix()};
    record(fmt::format("vault of domain {} -> {}", plan.domain, plan.done_prefix));
    const ResealReport report = reseal(
        connection_, plan, [this](const VaultRow& row) { return seal_again(row); },
        [this](const RewrapStep& step) { progress_.step(step); });
    world_.out << fmt::format(R"({{"domain":{},"sealed_again":{},"unreadable":{},"rows":{}}})",
                              json_string(plan.domain), report.rows, report.unreadable,
                              report.total)
               << std::endl;
    return report.unreadable > 0 ? exit_rejects : exit_done;
  }

  // Before the first value is opened, though none is shown.
  void record(const std::string& subject) {
    AuditRecord entry{.at = moment_text(world_.clock.wall()),
                      .who = asking_user(world_),
                      .reason = options_.audit.reason,
                      .ticket = options_.audit.ticket,
                      .action = "rewrap",
                      .subject = subject};
    open_audit(options_.audit, conninfo_of(config_))->append(entry, config_.keys.set->primary());
  }

  const ChangeOptions& options_;
  World& world_;
  const Config config_;
  const mask::Policy& policy_;  // of the new tokens
  const std::optional<mask::Policy> before_;
  std::string domain_;  // that the old tokens were made in
  RewrapProgress progress_;
  std::optional<mask::RecoveryPrivate> recovery_;
  mask::KeysetUnmasker unmasker_{*config_.keys.set, recovery_ ? &*recovery_ : nullptr};
  pg::Connection connection_;
  std::optional<VaultWriter> writer_;
  std::vector<std::unique_ptr<Worker>> workers_;
};

}  // namespace

int change_tokens(const ChangeOptions& options, World& world) {
  return Change(options, world).run();
}

}  // namespace moretta::app
