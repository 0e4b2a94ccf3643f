#include "aws/url.hpp"

#include <algorithm>

#include "base/encoding.hpp"

namespace moretta::aws {

namespace {

bool is_unreserved(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

}  // namespace

std::optional<UrlParts> split_url(std::string_view url) {
  const std::size_t scheme_end = url.find("://");
  if (scheme_end == std::string_view::npos) {
    return std::nullopt;
  }
  UrlParts parts;
  parts.scheme = url.substr(0, scheme_end);
  if (parts.scheme != "http" && parts.scheme != "https") {
    return std::nullopt;
  }
  url.remove_prefix(scheme_end + 3);
  url = url.substr(0, url.find('#'));
  const std::size_t question = url.find('?');
  if (question != std::string_view::npos) {
    parts.query = url.substr(question + 1);
    url = url.substr(0, question);
  }
  const std::size_t slash = std::min(url.find('/'), url.size());
  parts.path = url.substr(slash);
  parts.authority = url.substr(0, slash);
  if (parts.authority.find('@') != std::string_view::npos) {
    return std::nullopt;  // credentials in a URL end up in logs; nothing of AWS has them
  }
  const std::size_t bracket = parts.authority.rfind(']');
  const std::size_t colon = parts.authority.rfind(':');
  const bool has_port =
      colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket);
  parts.host = has_port ? parts.authority.substr(0, colon) : parts.authority;
  if (has_port) {
    const std::string_view port = parts.authority.substr(colon + 1);
    if (port == (parts.scheme == "https" ? "443" : "80")) {
      parts.authority = parts.host;
    }
  }
  return parts.host.empty() ? std::nullopt : std::optional(parts);
}

void append_percent_encoded(std::string_view text, std::string& out) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  for (const char c : text) {
    if (is_unreserved(c)) {
      out.push_back(c);
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out.push_back('%');
    out.push_back(digits[byte >> 4U]);
    out.push_back(digits[byte & 15U]);
  }
}

std::string percent_encoded(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 2);
  append_percent_encoded(text, out);
  return out;
}

std::string percent_decoded(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      if (const auto byte = from_hex(text.substr(i + 1, 2))) {
        out += *byte;
        i += 2;
        continue;
      }
    }
    out.push_back(text[i]);
  }
  return out;
}

}  // namespace moretta::aws
