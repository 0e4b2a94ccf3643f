#include "pg/table_name.hpp"

#include <vector>

#include "base/errors.hpp"

namespace moretta::pg {

namespace {

std::string doubled(std::string_view text, char quote) {
  std::string out(1, quote);
  for (const char c : text) {
    if (c == quote) {
      out.push_back(quote);
    }
    out.push_back(c);
  }
  out.push_back(quote);
  return out;
}

[[noreturn]] void refuse(std::string_view text) {
  throw Refused("cannot read table name '" + std::string(text) + "'",
                "write table or schema.table, each part 1 to 63 bytes; put a part that holds a "
                "period in double quotes");
}

// Splits at periods outside double quotes; inside them "" stands for one quote.
std::vector<std::string> parts_of(std::string_view text) {
  std::vector<std::string> parts(1);
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"' && quoted && i + 1 < text.size() && text[i + 1] == '"') {
      parts.back().push_back('"');
      ++i;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (c == '.' && !quoted) {
      parts.emplace_back();
    } else {
      parts.back().push_back(c);
    }
  }
  if (quoted) {
    refuse(text);
  }
  return parts;
}

}  // namespace

std::string quote_identifier(std::string_view name) {
  return doubled(name, '"');
}

// With standard_conforming_strings, on by default since 9.1, a backslash is only a backslash; the
// connection sets it all the same.
std::string quote_literal(std::string_view text) {
  return doubled(text, '\'');
}

std::string TableName::quoted() const {
  return schema.empty() ? quote_identifier(table)
                        : quote_identifier(schema) + "." + quote_identifier(table);
}

std::string TableName::shown() const {
  return schema.empty() ? table : schema + "." + table;
}

TableName TableName::beside(std::string_view other) const {
  return {.schema = schema, .table = std::string(other)};
}

TableName parse_table_name(std::string_view text) {
  std::vector<std::string> parts = parts_of(text);
  if (parts.size() > 2) {
    refuse(text);
  }
  for (const std::string& part : parts) {
    if (part.empty() || part.size() > identifier_bytes_max ||
        part.find('\0') != std::string::npos) {
      refuse(text);
    }
  }
  if (parts.size() == 1) {
    return {.schema = {}, .table = std::move(parts[0])};
  }
  return {.schema = std::move(parts[0]), .table = std::move(parts[1])};
}

Tables tables_beside(const TableName& target) {
  return {.target = target,
          .ledger = target.beside("moretta_ledger"),
          .quarantine = target.beside("moretta_quarantine"),
          .vault = target.beside("pii_vault"),
          .load = target.beside("moretta_load"),
          .key_registry = target.beside("pii_key_registry"),
          .unmask_audit = target.beside("moretta_unmask_audit")};
}

}  // namespace moretta::pg
