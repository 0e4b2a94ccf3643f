#include "app/redact.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace moretta::app {

namespace {

constexpr std::string_view scheme_end = "://";
constexpr std::string_view not_shown = "(connection string)";

struct UrlParts {
  std::string_view scheme;
  std::string_view user;
  std::string_view password;
  std::string_view rest;  // host, port, path
  std::string_view query;
};

// People forget to escape passwords, so the user part ends at the last `@` there is: rather too
// much is taken for the password than too little.
UrlParts split_url(std::string_view url) {
  UrlParts parts;
  const std::size_t scheme = url.find(scheme_end);
  parts.scheme = url.substr(0, scheme);
  parts.rest = url.substr(scheme + scheme_end.size());
  if (const std::size_t at = parts.rest.rfind('@'); at != std::string_view::npos) {
    const std::string_view user = parts.rest.substr(0, at);
    const std::size_t colon = user.find(':');
    parts.user = user.substr(0, colon);
    parts.password = colon == std::string_view::npos ? "" : user.substr(colon + 1);
    parts.rest = parts.rest.substr(at + 1);
  }
  const std::size_t query = std::min(parts.rest.find_first_of("?#"), parts.rest.size());
  parts.query = parts.rest.substr(query);
  parts.rest = parts.rest.substr(0, query);
  return parts;
}

// The values of all keys that end in `password` (libpq has password and sslpassword), up to one of
// `ends`.
std::string password_values(std::string_view text, std::string_view ends) {
  constexpr std::string_view key = "password";
  std::string found;
  for (std::size_t at = text.find(key); at != std::string_view::npos; at = text.find(key)) {
    text.remove_prefix(at + key.size());
    const std::size_t equals = text.find_first_not_of(' ');
    if (equals == std::string_view::npos || text[equals] != '=') {
      continue;
    }
    text.remove_prefix(equals + 1);
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    found += text.substr(0, text.find_first_of(ends));
  }
  return found;
}

bool is_simple(std::string_view url) {
  return std::all_of(url.begin(), url.end(),
                     [](char c) { return c > ' ' && c < 0x7f && c != '\'' && c != '\\'; });
}

}  // namespace

std::string passwords_in(std::string_view url) {
  if (url.find(scheme_end) == std::string_view::npos) {
    return password_values(url, " ");
  }
  const UrlParts parts = split_url(url);
  return std::string(parts.password) + password_values(parts.query, "&");
}

std::string redacted_url(std::string_view url) {
  if (url.find(scheme_end) == std::string_view::npos || !is_simple(url)) {
    return std::string(not_shown);
  }
  const UrlParts parts = split_url(url);
  std::string text = fmt::format("{}{}", parts.scheme, scheme_end);
  if (!parts.user.empty() || !parts.password.empty()) {
    text += fmt::format("{}{}@", parts.user, parts.password.empty() ? "" : ":***");
  }
  text += parts.rest;
  return text;
}

}  // namespace moretta::app
