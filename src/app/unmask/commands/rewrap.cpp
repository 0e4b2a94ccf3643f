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
#include "base/errors.hpp"
#include "base/json_text.hpp"
#include "mask/keyset_unmasker.hpp"
#include "mask/seed_cbc.hpp"
#include "mask/token.hpp"
#include "mask/tokenizer.hpp"
#include "mask/vault_seal.hpp"

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
      : policy_(policy), key_id_(config.keys.id) {
    if (policy.recover == mask::Recover::seal && config.keys.recovery) {
      escrow_.emplace(*config.keys.recovery, random);
      prefix_ = mask::token_prefix(mask::escrow_letter, config.keys.recovery->id);
    } else if (policy.recover == mask::Recover::seal) {
      sealer_.emplace(*config.keys.master, policy.domain, random);
      prefix_ = mask::token_prefix(mask::seal_letter, key_id_);
    } else if (policy.recover != mask::Recover::no) {
      mask::Policy recovery = policy;
      const bool is_siv = policy.recover == mask::Recover::aes_siv;
      recovery.method = is_siv ? mask::Method::aes_siv : mask::Method::aes_256_cbc;
      recovery.recover = mask::Recover::no;
      tokenizer_.emplace(recovery, &*config.keys.master);
      prefix_ = mask::token_prefix(is_siv ? mask::siv_letter : mask::cbc_letter, key_id_);
    }
  }

  [[nodiscard]] const std::string& prefix() const { return prefix_; }

  std::optional<SealedAgain> seal(const SecretBytes& clear, const std::string& token) {
    SealedAgain again{.key_id = key_id_, .sealed = {}};
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
  int key_id_;
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
        policy_(policy_of(config_, options.column)),
        domain_(options.from_domain.empty() ? policy_.domain : options.from_domain),
        progress_(world.clock, world.err),
        recovery_(read_recovery_key(options.recovery_key, world)) {}

  int run() {
    if (policy_.method == mask::Method::tokenize || options_.vault == VaultOnly::yes) {
      return reseal_only();
    }
    return change_tokens();
  }

 private:
  int change_tokens() {
    RewrapPlan plan = plan_of(config_, options_.column);
    const OldForm form = options_.passphrase.empty() ? OldForm::keyed : OldForm::seed_cbc;
    auto old_tokens =
        old_tokens_sql(form, policy_, config_.keys.id, pg::quote_identifier(options_.column));
    if (!old_tokens) {
      throw Refused("cannot change the tokens of the column: " + old_tokens.error(),
                    "change the mask of the column in the configuration");
    }
    plan.old_tokens = std::move(old_tokens).value();
    require_consent();
    RewrapWork work;
    if (form == OldForm::seed_cbc) {
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

    pg::Connection connection = change_connection(config_, "moretta-unmask rewrap");
    make_token_map(connection, plan.map);
    record(fmt::format("{}.{} -> {}", plan.table.shown(), plan.column, plan.target));
    const RewrapReport report = rewrap(connection, plan, work, world_.clock);
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

  // What one thread works with.
  struct Worker {
    Worker(const Config& config, const mask::Policy& policy)
        : unmasker(*config.keys.set), tokenizer(policy, &*config.keys.master) {}

    mask::KeysetUnmasker unmasker;
    std::optional<mask::SeedCbcReader> reader;
    mask::Tokenizer tokenizer;
  };

  void add_workers(const SecretBytes* passphrase, RewrapWork& work) {
    for (int thread = 0; thread < options_.threads; ++thread) {
      Worker& worker = *workers_.emplace_back(std::make_unique<Worker>(config_, policy_));
      if (passphrase != nullptr) {
        worker.reader.emplace(*passphrase);
      }
      work.change.emplace_back([&worker, this](std::string_view token) {
        return masked(clear_of(worker.reader ? worker.reader->unmask(token)
                                             : worker.unmasker.unmask(token, domain_)),
                      worker.tokenizer);
      });
    }
  }

  static std::optional<std::string> masked(const Clear& clear, mask::Tokenizer& tokenizer) {
    std::string token;
    return clear && tokenizer.append(clear->view(), token).ok() ? std::optional(std::move(token))
                                                                : std::nullopt;
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
    pg::Connection connection = change_connection(config_, "moretta-unmask rewrap");
    record(fmt::format("vault of domain {} -> {}", plan.domain, plan.done_prefix));
    const ResealReport report = reseal(
        connection, plan, [this](const VaultRow& row) { return seal_again(row); },
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
  const mask::Policy& policy_;
  std::string domain_;  // that the old tokens were made in
  RewrapProgress progress_;
  std::optional<mask::RecoveryPrivate> recovery_;
  mask::KeysetUnmasker unmasker_{*config_.keys.set, recovery_ ? &*recovery_ : nullptr};
  std::optional<VaultWriter> writer_;
  std::vector<std::unique_ptr<Worker>> workers_;
};

}  // namespace

int change_tokens(const ChangeOptions& options, World& world) {
  return Change(options, world).run();
}

}  // namespace moretta::app
