#include "app/change/reseal.hpp"

#include <charconv>

#include <fmt/format.h>

#include "base/ensure.hpp"
#include "base/errors.hpp"

namespace moretta::app {

namespace {

using Texts = std::vector<std::string>;

constexpr std::string_view sealing = "seal the vault again";

std::size_t count(pg::Connection& connection, const std::string& sql, const Texts& parameters) {
  const pg::Answer answer = connection.run(sealing, sql, parameters);
  const std::string_view text = answer.value(0, 0);
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  ENSURE(error == std::errc{} && end == text.data() + text.size());
  return value;
}

}  // namespace

ResealReport reseal(pg::Connection& connection, const ResealPlan& plan,
                    const ChangeSealed& seal_again,
                    const std::function<void(const RewrapStep&)>& on_step) {
  ResealReport report;
  const std::string vault = plan.vault.quoted();
  const std::string open = fmt::format("FROM {} WHERE domain = $1 AND left(sealed, {}) <> $2",
                                       vault, plan.done_prefix.size());
  const Texts name = {plan.domain, plan.done_prefix};
  report.total = count(connection, fmt::format("SELECT count(*) FROM {} WHERE domain = $1", vault),
                       {plan.domain});
  const std::size_t todo = count(connection, "SELECT count(*) " + open, name);
  for (std::string last;;) {
    Texts parameters = name;
    parameters.push_back(last);
    const pg::Answer rows =
        connection.run(sealing,
                       fmt::format("SELECT token, sealed {} AND token > $3 ORDER BY token LIMIT {}",
                                   open, plan.batch_rows),
                       parameters);
    if (rows.rows() == 0) {
      break;
    }
    last = rows.value(rows.rows() - 1, 0);
    std::vector<std::optional<std::string>> tokens;
    std::vector<std::optional<std::string>> key_ids;
    std::vector<std::optional<std::string>> before;
    std::vector<std::optional<std::string>> seals;
    for (int row = 0; row < rows.rows(); ++row) {
      const std::string token(rows.value(row, 0));
      const auto again = seal_again(
          {.old_token = token, .new_token = token, .sealed = std::string(rows.value(row, 1))});
      if (!again) {
        ++report.unreadable;
        continue;
      }
      tokens.emplace_back(token);
      key_ids.emplace_back(std::to_string(again->key_id));
      before.emplace_back(rows.value(row, 1));
      seals.emplace_back(again->sealed);
    }
    // A row that was erased, or changed by somebody else, meanwhile is left alone.
    report.rows += connection
                       .run(sealing,
                            fmt::format("UPDATE {} AS v SET sealed = u.s, key_id = u.k FROM "
                                        "unnest($2::text[], $3::int[], $4::text[], $5::text[]) AS "
                                        "u(t, k, b, s) WHERE v.domain = $1 AND v.token = u.t AND "
                                        "v.sealed = u.b",
                                        vault),
                            Texts{plan.domain, text_array(tokens), text_array(key_ids),
                                  text_array(before), text_array(seals)})
                       .affected();
    if (on_step) {
      on_step({.what = "vault rows", .done = report.rows + report.unreadable, .total = todo});
    }
  }
  return report;
}

}  // namespace moretta::app
