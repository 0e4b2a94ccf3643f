#include "app/change/rewrap.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <thread>

#include <fmt/format.h>

#include "app/change/pages.hpp"
#include "app/change/token_column.hpp"
#include "base/ensure.hpp"
#include "base/errors.hpp"

namespace moretta::app {

namespace {

using pg::Answer;
using Texts = std::vector<std::string>;

constexpr std::string_view changing = "change the tokens of the column";

// Workers that still write old tokens while we change them; more rounds would never end.
constexpr int rounds_max = 5;

constexpr Millis pages_time{1000};  // of one transaction

std::size_t number(std::string_view text) {
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  ENSURE(error == std::errc{} && end == text.data() + text.size());
  return value;
}

struct NewVaultRows {
  std::vector<std::optional<std::string>> tokens;
  std::vector<std::optional<std::string>> key_ids;
  std::vector<std::optional<std::string>> seals;

  void add(const std::string& token, const SealedAgain& original) {
    tokens.emplace_back(token);
    key_ids.emplace_back(std::to_string(original.key_id));
    seals.emplace_back(original.sealed);
  }
};

using SealedByToken = std::map<std::string, std::string, std::less<>>;

class Rewrap {
 public:
  Rewrap(pg::Connection& connection, const RewrapPlan& plan, const RewrapWork& work,
         const Clock& clock)
      : connection_(connection),
        plan_(plan),
        work_(work),
        clock_(clock),
        old_(token_column(connection, changing, plan.table, plan.column)),
        new_(plan.into.empty() ? old_ : token_column(connection, changing, plan.table, plan.into)),
        token_(plan.into.empty() ? old_.text()
                                 : fmt::format("coalesce({}, {})", new_.text(), old_.text())),
        old_rows_(plan.into.empty()
                      ? plan.old_tokens
                      : fmt::format("(t.{} IS NOT NULL AND t.{} IS NULL)", old_.name, new_.name)) {
    ENSURE(!work.change.empty() || !plan.into.empty());
  }

  RewrapReport run() {
    be_alone();
    report_.before = counts();
    report_.after = report_.before;
    for (int round = 0; round < rounds_max && report_.after.old_rows > unreadable_rows_; ++round) {
      note_old_tokens();
      learn_from_rows();
      change_tokens();
      report_.distinct_expected = expected_distinct();
      copy_vault();
      change_rows();
      report_.after = counts();
      unreadable_rows_ = rows_without_new_token();
    }
    finish();
    return report_;
  }

 private:
  Answer sql(const std::string& text, const Texts& parameters = {}) {
    return connection_.run(changing, text, parameters);
  }

  [[nodiscard]] bool is_in_place() const { return plan_.into.empty(); }
  [[nodiscard]] Texts name() const { return {plan_.domain, plan_.target}; }

  void be_alone() {
    const Texts parameters = {plan_.table.quoted() + "." + old_.name};
    if (!sql("SELECT pg_try_advisory_lock(1836020325, hashtext($1))", parameters).is_true(0, 0)) {
      throw Refused(fmt::format("cannot {}: another run is at it", changing),
                    "wait for it, or end it: what it has done stays done");
    }
  }

  RewrapCounts counts() {
    const Answer answer =
        sql(fmt::format("SELECT count(t.{0}), count(DISTINCT {1}), count(*) FILTER "
                        "(WHERE {2}) FROM {3} AS t",
                        old_.name, token_, old_rows_, plan_.table.quoted()));
    return {.rows = number(answer.value(0, 0)),
            .distinct = number(answer.value(0, 1)),
            .old_rows = number(answer.value(0, 2))};
  }

  void note_old_tokens() {
    sql(fmt::format("INSERT INTO {0} (domain, target, old_token) SELECT $1, $2, o FROM "
                    "(SELECT DISTINCT {1} AS o FROM {2} AS t WHERE {3}) AS old "
                    "ON CONFLICT DO NOTHING",
                    plan_.map.quoted(), old_.text(), plan_.table.quoted(), old_rows_),
        name());
  }

  // A value that has come again since has both its tokens in one row. Where the old token does not
  // lead to one new one, as after a collision, it stays open.
  void learn_from_rows() {
    if (is_in_place()) {
      return;
    }
    const std::size_t learned =
        sql(fmt::format("UPDATE {0} AS m SET new_token = pair.n, changed_at = now() FROM (SELECT "
                        "{1} AS o, min({2}) AS n FROM {3} AS t WHERE ({1}) IS NOT NULL AND ({2}) "
                        "IS NOT NULL GROUP BY 1 HAVING count(DISTINCT {2}) = 1) AS pair WHERE "
                        "m.domain = $1 AND "
                        "m.target = $2 AND m.old_token = pair.o AND m.new_token IS NULL",
                        plan_.map.quoted(), old_.text(), new_.text(), plan_.table.quoted()),
            name())
            .affected();
    report_.learned += learned;
    report_.tokens += learned;
  }

  // Each token once a round, in the order of the map's key.
  void change_tokens() {
    const std::string open = fmt::format(
        "FROM {} WHERE domain = $1 AND target = $2 AND new_token IS NULL", plan_.map.quoted());
    const std::size_t total = number(sql("SELECT count(*) " + open, name()).value(0, 0));
    std::size_t done = 0;
    report_.unreadable = work_.change.empty() ? total : 0;
    for (std::string last; !work_.change.empty() && done < total;) {
      Texts parameters = name();
      parameters.push_back(last);
      const Answer answer = sql(fmt::format("SELECT old_token {} AND old_token > $3 "
                                            "ORDER BY old_token LIMIT {}",
                                            open, plan_.batch_tokens),
                                parameters);
      if (answer.rows() == 0) {
        break;
      }
      std::vector<std::optional<std::string>> old;
      old.reserve(static_cast<std::size_t>(answer.rows()));
      for (int row = 0; row < answer.rows(); ++row) {
        old.emplace_back(answer.value(row, 0));
      }
      last = *old.back();
      note_new_tokens(old);
      done += old.size();
      say({.what = "tokens", .done = done, .total = total});
    }
  }

  SealedByToken sealed_originals(const std::vector<std::optional<std::string>>& tokens) {
    SealedByToken sealed;
    if (plan_.originals == RewrapPlan::Originals::in_tokens || !has_vault()) {
      return sealed;
    }
    const Answer answer =
        sql(fmt::format("SELECT token, sealed FROM {} WHERE domain = $1 AND token = ANY ($2)",
                        plan_.vault.quoted()),
            {plan_.domain, text_array(tokens)});
    for (int row = 0; row < answer.rows(); ++row) {
      sealed.emplace(answer.value(row, 0), answer.value(row, 1));
    }
    return sealed;
  }

  bool has_vault() {
    return sql("SELECT to_regclass($1) IS NOT NULL", {plan_.vault.quoted()}).is_true(0, 0);
  }

  void note_new_tokens(const std::vector<std::optional<std::string>>& old) {
    const SealedByToken sealed = sealed_originals(old);
    std::vector<std::optional<ChangedToken>> changed(old.size());
    const std::size_t threads = std::min(work_.change.size(), old.size());
    std::vector<std::exception_ptr> failures(threads);
    const auto work = [&](std::size_t thread) {
      try {
        for (std::size_t i = thread; i < old.size(); i += threads) {
          const auto kept = sealed.find(*old[i]);
          changed[i] = work_.change[thread](
              *old[i], kept == sealed.end() ? std::string_view() : kept->second);
        }
      } catch (...) {  // to the thread that waits
        failures[thread] = std::current_exception();
      }
    };
    {
      std::vector<std::jthread> others;
      for (std::size_t thread = 1; thread < threads; ++thread) {
        others.emplace_back(work, thread);
      }
      work(0);
    }
    for (const std::exception_ptr& failure : failures) {
      if (failure) {
        std::rethrow_exception(failure);
      }
    }
    std::vector<std::optional<std::string>> tokens;
    NewVaultRows originals;
    for (const auto& one : changed) {
      tokens.push_back(one ? std::optional(one->token) : std::nullopt);
      if (one && one->original) {
        originals.add(one->token, *one->original);
      }
    }
    const auto lost =
        static_cast<std::size_t>(std::ranges::count(tokens, std::optional<std::string>()));
    report_.unreadable += lost;
    report_.tokens += old.size() - lost;
    add_to_vault(originals);  // first, so that no row ever holds a token without its original
    Texts parameters = name();
    parameters.push_back(text_array(old));
    parameters.push_back(text_array(tokens));
    sql(fmt::format("UPDATE {} AS m SET new_token = u.n, changed_at = now() FROM "
                    "unnest($3::text[], $4::text[]) AS u(o, n) WHERE m.domain = $1 AND m.target = "
                    "$2 AND m.old_token = u.o AND u.n IS NOT NULL",
                    plan_.map.quoted()),
        parameters);
  }

  // The same before, in the middle and after: what this column will hold.
  std::size_t expected_distinct() {
    const std::string done = is_in_place() ? "NULL::text" : new_.text();
    return number(sql(fmt::format("SELECT count(DISTINCT coalesce({3}, m.new_token, {0})) FROM {1} "
                                  "AS t LEFT JOIN {2} AS m ON m.domain = $1 AND m.target = $2 AND "
                                  "m.old_token = {0}",
                                  old_.text(), plan_.table.quoted(), plan_.map.quoted(), done),
                      name())
                      .value(0, 0));
  }

  // Before the rows, so that no row ever holds a token whose original the vault does not know.
  void copy_vault() {
    const std::string open = fmt::format(
        "FROM {0} AS v JOIN {1} AS m ON m.domain = v.domain AND m.old_token = v.token "
        "WHERE m.domain = $1 AND m.target = $2 AND m.new_token IS NOT NULL AND NOT EXISTS "
        "(SELECT FROM {0} AS w WHERE w.domain = $1 AND w.token = m.new_token)",
        plan_.vault.quoted(), plan_.map.quoted());
    const bool stay = !is_in_place() && !work_.seal_again;  // beside their old tokens
    if (stay || plan_.vault_rows == RewrapPlan::Vault::leave || !has_vault()) {
      return;
    }
    for (std::string last;;) {
      Texts parameters = name();
      parameters.push_back(last);
      const Answer answer =
          sql(fmt::format("SELECT v.token, m.new_token, v.sealed {} AND v.token > "
                          "$3 ORDER BY v.token LIMIT {}",
                          open, plan_.batch_tokens),
              parameters);
      if (answer.rows() == 0) {
        return;
      }
      last = answer.value(answer.rows() - 1, 0);
      seal_again(answer);
    }
  }

  void seal_again(const Answer& rows) {
    if (!work_.seal_again) {
      throw Refused(fmt::format("cannot {}: the vault keeps originals that would have to be sealed "
                                "again, which this program cannot do",
                                changing),
                    "run `moretta-unmask rewrap` with the same configuration and column");
    }
    NewVaultRows sealed;
    for (int row = 0; row < rows.rows(); ++row) {
      const auto again = work_.seal_again({.old_token = std::string(rows.value(row, 0)),
                                           .new_token = std::string(rows.value(row, 1)),
                                           .sealed = std::string(rows.value(row, 2))});
      if (again) {
        sealed.add(std::string(rows.value(row, 1)), *again);
      } else {
        ++report_.unreadable;
      }
    }
    add_to_vault(sealed);
  }

  void add_to_vault(const NewVaultRows& rows) {
    if (rows.tokens.empty()) {
      return;
    }
    report_.vault_rows +=
        sql(fmt::format("INSERT INTO {} (domain, token, key_id, sealed) SELECT $1, * FROM "
                        "unnest($2::text[], $3::int[], $4::text[]) ON CONFLICT DO NOTHING",
                        plan_.vault.quoted()),
            {plan_.domain, text_array(rows.tokens), text_array(rows.key_ids),
             text_array(rows.seals)})
            .affected();
  }

  void change_rows() {
    std::size_t done = 0;
    for (const std::string& leaf : leaves_of(connection_, changing, plan_.table)) {
      // What is added meanwhile is the next round's.
      const std::size_t pages = pages_of(connection_, changing, leaf);
      std::size_t step = pages_first;
      for (std::size_t page = 0; page < pages;) {
        const std::size_t end = std::min(page + step, pages);
        const SteadyTime began = clock_.steady();
        done += change_pages(leaf, page, end);
        const SteadyTime ended = clock_.steady();
        page = end;
        step = ended - began < pages_time ? std::min(2 * step, pages_max(connection_))
                                          : std::max(step / 2, pages_first);
        say({.what = "pages", .done = page, .total = pages});
      }
    }
    report_.rows += done;
  }

  // [page, end)
  std::size_t change_pages(const std::string& leaf, std::size_t page, std::size_t end) {
    const std::string only_empty = is_in_place() ? "" : " AND t." + new_.name + " IS NULL";
    return sql(fmt::format("UPDATE {0} AS t SET {1} = {6} FROM {2} AS m WHERE {3} AND "
                           "m.domain = $1 AND m.target = $2 AND m.old_token = {4} "
                           "AND m.new_token IS NOT NULL{5}",
                           leaf, new_.name, plan_.map.quoted(), in_pages(connection_, page, end),
                           old_.text(), only_empty, new_.stored("m.new_token")),
               name())
        .affected();
  }

  // Old rows that stay so because their token cannot be changed.
  std::size_t rows_without_new_token() {
    return number(
        sql(fmt::format("SELECT count(*) FROM {1} AS t JOIN {2} AS m ON m.domain = $1 AND "
                        "m.target = $2 AND m.old_token = {0} WHERE "
                        "m.new_token IS NULL{3}",
                        old_.text(), plan_.table.quoted(), plan_.map.quoted(),
                        is_in_place() ? "" : " AND t." + new_.name + " IS NULL"),
            name())
            .value(0, 0));
  }

  void finish() {
    const Answer ratio = sql(fmt::format("SELECT count(*), count(DISTINCT new_token) FROM {} WHERE "
                                         "domain = $1 AND target = $2 AND new_token IS NOT NULL",
                                         plan_.map.quoted()),
                             name());
    report_.map_fits =
        plan_.ratio == RewrapPlan::Ratio::many_to_one || ratio.value(0, 0) == ratio.value(0, 1);
    if (report_.distinct_expected == 0) {
      report_.distinct_expected = report_.after.distinct;  // there was nothing to do
    }
    if (!report_.adds_up() || report_.after.old_rows > 0) {
      return;  // somebody has to look; nothing is thrown away before
    }
    if (is_in_place() && report_.vault_rows > 0) {
      sql(fmt::format("DELETE FROM {} AS v USING {} AS m WHERE v.domain = $1 AND m.domain = $1 AND "
                      "m.target = $2 AND m.old_token = v.token AND m.new_token IS NOT NULL",
                      plan_.vault.quoted(), plan_.map.quoted()),
          name());
    }
    if (plan_.map_after == RewrapPlan::Map::drop) {
      sql(fmt::format("DELETE FROM {} WHERE domain = $1 AND target = $2", plan_.map.quoted()),
          name());
    }
  }

  void say(const RewrapStep& step) {
    if (work_.on_step) {
      work_.on_step(step);
    }
  }

  pg::Connection& connection_;
  const RewrapPlan& plan_;
  const RewrapWork& work_;
  const Clock& clock_;
  TokenColumn old_;
  TokenColumn new_;       // the column that gets the new tokens: the same, or a second one
  std::string token_;     // the new token of a row, else its old one
  std::string old_rows_;  // a condition: still to be changed
  std::size_t unreadable_rows_ = 0;
  RewrapReport report_;
};

}  // namespace

bool RewrapReport::adds_up() const {
  return map_fits && after.rows == before.rows && after.distinct == distinct_expected;
}

std::string text_array(std::span<const std::optional<std::string>> texts) {
  std::string out = "{";
  for (const auto& text : texts) {
    out += out.size() == 1 ? "" : ",";
    if (!text) {
      out += "NULL";
      continue;
    }
    out += '"';
    for (const char c : *text) {
      if (c == '"' || c == '\\') {
        out += '\\';
      }
      out += c;
    }
    out += '"';
  }
  return out + "}";
}

RewrapReport rewrap(pg::Connection& connection, const RewrapPlan& plan, const RewrapWork& work,
                    const Clock& clock) {
  return Rewrap(connection, plan, work, clock).run();
}

}  // namespace moretta::app
