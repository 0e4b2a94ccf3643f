#pragma once

// The statements of sql/*.sql with the names of this installation's tables filled in.

#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace moretta::pg {

using SqlNames = std::initializer_list<std::pair<std::string_view, std::string_view>>;

// Replaces each {name} by its text, which must already be quoted. REQUIRED: no other braces.
std::string fill(std::string_view sql, SqlNames names);

// Without its comment lines: for statements sent, as opposed to printed.
std::string without_comments(std::string_view sql);

}  // namespace moretta::pg
