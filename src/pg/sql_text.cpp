#include "pg/sql_text.hpp"

#include <algorithm>

#include "base/ensure.hpp"

namespace moretta::pg {

std::string fill(std::string_view sql, SqlNames names) {
  std::string out;
  while (!sql.empty()) {
    const std::size_t open = std::min(sql.find('{'), sql.size());
    out += sql.substr(0, open);
    sql.remove_prefix(open);
    if (sql.empty()) {
      break;
    }
    const std::size_t close = sql.find('}');
    ENSURE(close != std::string_view::npos);
    const std::string_view wanted = sql.substr(1, close - 1);
    const auto* found =
        std::ranges::find(names, wanted, [](const auto& name) { return name.first; });
    ENSURE(found != names.end());
    out += found->second;
    sql.remove_prefix(close + 1);
  }
  return out;
}

std::string without_comments(std::string_view sql) {
  std::string out;
  while (!sql.empty()) {
    const std::size_t end = std::min(sql.find('\n'), sql.size() - 1) + 1;
    if (!sql.starts_with("--")) {
      out += sql.substr(0, end);
    }
    sql.remove_prefix(end);
  }
  return out;
}

}  // namespace moretta::pg
