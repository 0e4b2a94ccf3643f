#include "app/mask_fit.hpp"

#include <fmt/format.h>

namespace moretta::app {

namespace {

using mask::Method;

std::string_view types_of_tokens(Method method) {
  if (mask::fits_type(method, ColumnType::inet)) {
    return "text, varchar(N), inet";
  }
  return mask::fits_type(method, ColumnType::bigint) ? "text, varchar(N), smallint, integer, bigint"
                                                     : "text, varchar(N)";
}

// If the longest value is known, its token must fit. If not, a longer one is rejected when it
// comes, but a column that holds no token at all is a mistake.
std::optional<Misfit> width_misfit(const Column& column, const mask::Policy& policy, int key_id) {
  const auto bound = mask::value_bytes_bound(policy);
  const std::size_t chars = mask::token_chars_max(policy, key_id, bound.value_or(1));
  if (chars <= static_cast<std::size_t>(*column.width)) {
    return std::nullopt;
  }
  return Misfit{.key = "type",
                .text = fmt::format("{} is too narrow: the {} token of {} has {} characters; write "
                                    "varchar({}) or more, here and in the table",
                                    declared_type(column), bound ? "longest" : "shortest",
                                    mask::method_name(policy.method), chars, chars)};
}

}  // namespace

std::optional<Misfit> misfit(const Column& column, const mask::Policy& policy, int key_id) {
  const bool is_null = policy.method == Method::redact && !policy.constant;  // fits every type
  if (policy.method == Method::keep || is_null) {
    return std::nullopt;
  }
  if (!mask::fits_type(policy.method, column.type)) {
    return Misfit{.key = "mask",
                  .text = fmt::format(
                      "a masked value is a text, the type is {}; allowed: {}; or write `mask: "
                      "keep` or `mask: redact`",
                      declared_type(column), types_of_tokens(policy.method))};
  }
  if (column.width && mask::gives_tokens(policy.method)) {
    return width_misfit(column, policy, key_id);
  }
  return std::nullopt;
}

}  // namespace moretta::app
