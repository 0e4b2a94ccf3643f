#include "app/cases/case_run.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "app/column_index.hpp"
#include "app/row_text.hpp"
#include "app/token_maker.hpp"

namespace moretta::app {

namespace {

constexpr std::string_view null_text = "NULL";

std::string text_of(const Reject& reject) {
  return fmt::format("reject {}{}{}", reason_code(reject.reason),
                     reject.column.empty() ? "" : " of ", reject.column);
}

std::string text_of(const ExpectedReject& reject) {
  return fmt::format("reject {}{}{}", reason_code(reject.reason), reject.column ? " of " : "",
                     reject.column.value_or(""));
}

}  // namespace

CaseRunner::CaseRunner(const Config& config, Random& random)
    : config_(config),
      random_(random),
      key_(test_key(config.keys.id)),
      transform_(dry_parts(config, key_), random) {}

std::vector<Difference> CaseRunner::run(const Case& test) {
  Message message;
  message.id = "00000000-0000-4000-8000-000000000000";
  message.body = test.body;
  message.sent_at = test.sent_at;
  message.received_at = test.sent_at;
  const auto row = transform_.row_of(message);
  if (!test.reject) {
    if (row) {
      return compare(test, row.value());
    }
    return {{.place = "message", .expected = "a row", .got = text_of(row.error())}};
  }
  if (row) {
    return {{.place = "message", .expected = text_of(*test.reject), .got = "a row"}};
  }
  const bool same = row.error().reason == test.reject->reason &&
                    (!test.reject->column || *test.reject->column == row.error().column);
  if (same) {
    return {};
  }
  return {{.place = "message", .expected = text_of(*test.reject), .got = text_of(row.error())}};
}

std::vector<Difference> CaseRunner::compare(const Case& test, const Row& row) {
  std::vector<Difference> differences;
  for (const ExpectedCell& expected : test.row) {
    const std::size_t column = column_index(config_.table, expected.column, "test");
    if (auto difference = compare(expected, row[column])) {
      differences.push_back(std::move(*difference));
    }
  }
  return differences;
}

std::optional<Difference> CaseRunner::compare(const ExpectedCell& expected, const Value& got) {
  const std::string shown = got.is_null() ? std::string(null_text) : plain_text(got);
  if (expected.kind == ExpectedCell::Kind::token_of) {
    const std::size_t column = column_index(config_.table, expected.column, "test");
    const std::string token = token_of(column, expected.text);
    if (!got.is_null() && token == shown) {
      return std::nullopt;
    }
    return Difference{.place = expected.column,
                      .expected = fmt::format("{} (the token of {})", token, expected.text),
                      .got = shown};
  }
  const bool wants_null = expected.kind == ExpectedCell::Kind::null;
  if (wants_null == got.is_null() && (wants_null || expected.text == shown)) {
    return std::nullopt;
  }
  return Difference{.place = expected.column,
                    .expected = wants_null ? std::string(null_text) : expected.text,
                    .got = shown};
}

std::string CaseRunner::token_of(std::size_t column, const std::string& value) {
  mask::Policy policy = config_.table.policies[column];
  policy.key_id = 0;
  TokenMaker maker(config_.table.mapping[column], policy, &key_, random_);
  const auto token = maker.token_of(value);
  return token ? token.value() : fmt::format("reject {}", reason_code(token.error()));
}

}  // namespace moretta::app
