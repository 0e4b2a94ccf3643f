#include "pg/conninfo.hpp"

#include <algorithm>
#include <array>
#include <memory>

#include <libpq-fe.h>

#include "base/errors.hpp"
#include "base/secret.hpp"

namespace moretta::pg {

namespace {

struct FreeOptions {
  void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};
struct FreeText {
  void operator()(char* text) const { PQfreemem(text); }
};

[[noreturn]] void refuse() {
  throw Refused("cannot read the connection text of the database",
                "write postgresql://user@host:5432/database or host=... dbname=... user=...; "
                "percent-encode special characters of a password in a URI");
}

}  // namespace

Conninfo::Conninfo(std::string_view text) {
  char* message = nullptr;
  const std::unique_ptr<PQconninfoOption, FreeOptions> parsed(
      PQconninfoParse(std::string(text).c_str(), &message));
  const std::unique_ptr<char, FreeText> quotes_the_text(message);
  if (parsed == nullptr) {
    refuse();
  }
  for (const PQconninfoOption* option = parsed.get(); option->keyword != nullptr; ++option) {
    if (option->val != nullptr) {
      options_.push_back({.keyword = option->keyword, .value = option->val});
    }
  }
  // A password with a bare '@' or '/' spills into these, and these are shown.
  if (get("host").find('@') != std::string_view::npos ||
      get("port").find_first_not_of("0123456789,") != std::string_view::npos ||
      (text.starts_with("postgres") && get("dbname").find('@') != std::string_view::npos)) {
    refuse();
  }
}

Conninfo::~Conninfo() {
  for (Option& option : options_) {
    wipe(option.value);
  }
}

std::string Conninfo::shown() const {
  std::string out;
  for (const std::string_view keyword : std::to_array<std::string_view>(
           {"service", "host", "hostaddr", "port", "dbname", "user", "sslmode"})) {
    const std::string_view value = get(keyword);
    if (!value.empty()) {
      out += (out.empty() ? "" : " ") + std::string(keyword) + "=" + std::string(value);
    }
  }
  return out.empty() ? "libpq's defaults" : out;
}

std::string_view Conninfo::get(std::string_view keyword) const {
  const auto found = std::ranges::find(options_, keyword, &Option::keyword);
  return found == options_.end() ? std::string_view() : std::string_view(found->value);
}

void Conninfo::set(std::string_view keyword, std::string_view value) {
  const auto found = std::ranges::find(options_, keyword, &Option::keyword);
  if (found == options_.end()) {
    options_.push_back({.keyword = std::string(keyword), .value = std::string(value)});
  } else {
    wipe(found->value);
    found->value = value;
  }
}

void Conninfo::set_default(std::string_view keyword, std::string_view value) {
  if (get(keyword).empty()) {
    set(keyword, value);
  }
}

std::vector<const char*> Conninfo::keywords() const {
  std::vector<const char*> out;
  for (const Option& option : options_) {
    out.push_back(option.keyword.c_str());
  }
  out.push_back(nullptr);
  return out;
}

std::vector<const char*> Conninfo::values() const {
  std::vector<const char*> out;
  for (const Option& option : options_) {
    out.push_back(option.value.c_str());
  }
  out.push_back(nullptr);
  return out;
}

}  // namespace moretta::pg
