#include <ostream>

#include <fmt/format.h>

#include "app/change/rewrap_report.hpp"
#include "app/change/token_form.hpp"
#include "app/change_column.hpp"
#include "app/commands/commands.hpp"
#include "app/config_load.hpp"
#include "app/exit_code.hpp"
#include "base/errors.hpp"
#include "mask/hash_token.hpp"
#include "mask/token.hpp"

namespace moretta::app {

namespace {

// What is sealed under a key and not bound to its token needs no opening to go along.
std::optional<SealedAgain> along(const VaultRow& row) {
  const auto parts = mask::parse_token(row.sealed);
  const bool is_bound =
      !parts || (parts->letter != mask::siv_letter && parts->letter != mask::cbc_letter);
  if (is_bound) {
    throw Refused(
        "cannot change the tokens of the column: the vault keeps originals that are sealed for "
        "their token, which only the holder of the key can seal again",
        "run `moretta-unmask rewrap` with the same configuration and column");
  }
  return SealedAgain{.key_id = parts->key_id, .sealed = row.sealed};
}

void require_no_inverse(const RewrapOptions& options, const mask::Policy& policy) {
  if (policy.method == mask::Method::hmac_sha256_md5) {
    return;
  }
  throw Refused(
      fmt::format("cannot change tokens to {} here: the old ones have to be opened for it, and "
                  "moretta does not contain what opens them",
                  mask::method_name(policy.method)),
      fmt::format("run `moretta-unmask rewrap {} --reason …` with the same configuration, where "
                  "the keys are; from md5, only hmac-sha256+md5 can be reached without the values",
                  options.column));
}

std::string digests_to_change(const Config& config, const std::string& column,
                              const mask::Policy& policy) {
  auto old_tokens =
      old_tokens_sql(OldForm::md5, policy, config.keys.id, pg::quote_identifier(column));
  if (!old_tokens) {
    throw Refused("cannot change the tokens of the column: " + old_tokens.error(),
                  "change the mask of the column in the configuration");
  }
  return std::move(old_tokens).value();
}

}  // namespace

int rewrap_column(const RewrapOptions& options, World& world) {
  const Config config = load_config(options.overrides, world.environment,
                                    {.database = Need::yes, .key = KeyUse::tokens});
  const mask::Policy& before = policy_of(config, options.column);
  const mask::Policy& policy = goal_of(config, options.column);
  RewrapPlan plan = plan_of(config, options.column);
  const bool is_upgrade = policy.method == mask::Method::hmac_sha256_md5 &&
                          (plan.into.empty() || before.method == mask::Method::md5);
  if (plan.into.empty()) {
    require_no_inverse(options, policy);
    plan.old_tokens = digests_to_change(config, options.column, policy);
  } else if (before.normalize != policy.normalize || before.empty != policy.empty) {
    plan.ratio = RewrapPlan::Ratio::many_to_one;
  }
  if (plan.into.empty() || !mask::is_keyed(before.method)) {
    // Whoever has both can look up each guess in the old column of the map.
    plan.map_after = options.map == KeepMap::yes ? RewrapPlan::Map::keep : RewrapPlan::Map::drop;
  }

  RewrapProgress progress(
      world.clock, world.err,
      world.terminal.err ? RewrapProgress::Style::in_place : RewrapProgress::Style::lines);
  std::optional<mask::HmacMd5Token> upgrade;
  RewrapWork work;
  if (is_upgrade) {
    upgrade.emplace(*key_of(config, policy), policy);
    work.change.emplace_back(
        [&](std::string_view token, std::string_view /*sealed*/) -> std::optional<ChangedToken> {
          ChangedToken changed;
          return upgrade->append_upgraded(token, changed.token) ? std::optional(std::move(changed))
                                                                : std::nullopt;
        });
    work.seal_again = along;
  }
  work.on_step = [&](const RewrapStep& step) {
    progress.step(step);
  };

  pg::Connection connection = change_connection(config, "moretta rewrap");
  make_token_map(connection, plan.map);
  const RewrapReport report = rewrap(connection, plan, work, world.clock);
  world.out << (options.output == Output::json ? rewrap_json(plan, report) + "\n"
                                               : rewrap_text(plan, report))
            << std::flush;
  return rewrap_exit_code(report);
}

}  // namespace moretta::app
