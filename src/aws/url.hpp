#pragma once

// The parts of an http(s) URL that signing and endpoint resolution need.

#include <optional>
#include <string>
#include <string_view>

namespace moretta::aws {

// Views into the text that was split.
struct UrlParts {
  std::string_view scheme;     // "http" or "https"
  std::string_view host;       // without the port; an IPv6 literal keeps its brackets
  std::string_view authority;  // what the Host header says: the port only if it is not the scheme's
  std::string_view path;       // may be empty
  std::string_view query;      // without '?'
};

std::optional<UrlParts> split_url(std::string_view url);

// RFC 3986: all but unreserved characters become %XX, upper case.
void append_percent_encoded(std::string_view text, std::string& out);
std::string percent_encoded(std::string_view text);
std::string percent_decoded(std::string_view text);  // malformed escapes stay as they are

}  // namespace moretta::aws
