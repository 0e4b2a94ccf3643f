#include "devqueue/verifier.hpp"

#include <algorithm>
#include <charconv>

#include <openssl/crypto.h>

#include "base/bytes.hpp"
#include "base/digest.hpp"
#include "base/encoding.hpp"

namespace moretta::devqueue {

namespace {

constexpr std::string_view algorithm = "AWS4-HMAC-SHA256";
constexpr std::string_view terminator = "aws4_request";
constexpr std::string_view service_name = "sqs";
constexpr std::chrono::minutes tolerance{15};  // how far from the server's clock AWS accepts

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (true) {
    const std::size_t end = text.find(separator);
    parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) {
      return parts;
    }
    text.remove_prefix(end + 1);
  }
}

// Outer blanks go, inner runs of blanks become one space.
std::string squeezed(std::string_view value) {
  std::string out;
  for (const char c : value) {
    const bool is_blank = c == ' ' || c == '\t';
    if (!is_blank) {
      out.push_back(c);
    } else if (!out.empty() && out.back() != ' ') {
      out.push_back(' ');
    }
  }
  if (out.ends_with(' ')) {
    out.pop_back();
  }
  return out;
}

bool is_unreserved(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

enum class Slash { kept, encoded };

// RFC 3986 with upper-case hex.
std::string percent_encoded(std::string_view text, Slash slash) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (is_unreserved(c) || (c == '/' && slash == Slash::kept)) {
      out.push_back(c);
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out.push_back('%');
      out.push_back(digits[byte >> 4]);
      out.push_back(digits[byte & 15U]);
    }
  }
  return out;
}

std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = text[i] == '%' ? from_hex(text.substr(i + 1, 2)) : std::nullopt;
    if (byte && byte->size() == 1) {
      out += *byte;
      i += 2;
    } else {
      out.push_back(text[i]);
    }
  }
  return out;
}

// Every key and value encoded again, sorted by key, then value; a key without a value gets "=".
std::string canonical_query(std::string_view query) {
  if (query.empty()) {
    return {};
  }
  std::vector<std::pair<std::string, std::string>> members;
  for (const std::string& member : split(query, '&')) {
    const std::size_t equals = member.find('=');
    const std::string_view value = equals == std::string::npos
                                       ? std::string_view()
                                       : std::string_view(member).substr(equals + 1);
    members.emplace_back(percent_encoded(percent_decoded(member.substr(0, equals)), Slash::encoded),
                         percent_encoded(percent_decoded(value), Slash::encoded));
  }
  std::ranges::sort(members);
  std::string out;
  for (const auto& [name, value] : members) {
    out += out.empty() ? "" : "&";
    out += name + "=" + value;
  }
  return out;
}

// "YYYYMMDDThhmmssZ"
std::optional<WallTime> parse_time(std::string_view text) {
  if (text.size() != 16 || text[8] != 'T' || text[15] != 'Z') {
    return std::nullopt;
  }
  const auto number = [&](std::size_t at, std::size_t size) {
    int value = -1;
    const char* first = text.data() + at;
    const auto [end, failure] = std::from_chars(first, first + size, value);
    return failure == std::errc{} && end == first + size ? value : -1;
  };
  const int hour = number(9, 2);
  const int minute = number(11, 2);
  const int second = number(13, 2);
  const std::chrono::year_month_day day{std::chrono::year(number(0, 4)),
                                        std::chrono::month(static_cast<unsigned>(number(4, 2))),
                                        std::chrono::day(static_cast<unsigned>(number(6, 2)))};
  if (!day.ok() || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 ||
      second > 60) {
    return std::nullopt;
  }
  return WallTime(std::chrono::sys_days(day)) + std::chrono::hours(hour) +
         std::chrono::minutes(minute) + Seconds(second);
}

ApiError expired_request(std::string_view text) {
  return {&error::request_expired, "Signature expired or not yet current: " + std::string(text)};
}

ApiError wrong_scope(std::string_view part, std::string_view expected) {
  return {&error::invalid_signature, "Credential should be scoped to " + std::string(part) + " '" +
                                         std::string(expected) + "'."};
}

bool is_signed(const Credential& credential, std::string_view header) {
  return std::ranges::find(credential.signed_headers, header) != credential.signed_headers.end();
}

// Host, content type and everything that starts with x-amz- must be under the signature.
std::optional<ApiError> unsigned_header(const HttpRequest& request, const Credential& credential) {
  for (const auto& [name, value] : request.headers) {
    const bool is_required = name == "host" || name.starts_with("x-amz-");
    if (is_required && !is_signed(credential, name)) {
      return ApiError{&error::invalid_signature, "'" + name + "' must be a signed header."};
    }
  }
  if (!is_signed(credential, "host")) {
    return ApiError{&error::invalid_signature, "'Host' must be a signed header."};
  }
  return {};
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace

std::optional<Credential> parse_authorization(std::string_view header) {
  if (!header.starts_with(algorithm)) {
    return std::nullopt;
  }
  header.remove_prefix(algorithm.size());
  Credential credential;
  for (const std::string& member : split(header, ',')) {
    const std::string text = squeezed(member);
    const std::size_t equals = text.find('=');
    const std::string name = text.substr(0, equals);
    const std::string value = equals == std::string::npos ? "" : text.substr(equals + 1);
    if (name == "Credential") {
      const std::vector<std::string> scope = split(value, '/');
      if (scope.size() != 5 || scope[4] != terminator) {
        return std::nullopt;
      }
      credential.key_id = scope[0];
      credential.date = scope[1];
      credential.region = scope[2];
      credential.service = scope[3];
    } else if (name == "SignedHeaders") {
      credential.signed_headers = split(value, ';');
    } else if (name == "Signature") {
      credential.signature = value;
    }
  }
  const bool is_complete = !credential.key_id.empty() && !credential.signed_headers.empty() &&
                           !credential.signature.empty();
  return is_complete ? std::optional(std::move(credential)) : std::nullopt;
}

SignedParts signed_parts(const HttpRequest& request, const Credential& credential) {
  SignedParts parts;
  std::string& text = parts.canonical_request;
  // Other services than S3 sign the path as sent, encoded once more.
  text = request.method + "\n" + percent_encoded(request.path, Slash::kept) + "\n" +
         canonical_query(request.query) + "\n";
  std::string names;
  for (const std::string& name : credential.signed_headers) {
    text += name + ":" + squeezed(request.header(name)) + "\n";
    names += (names.empty() ? "" : ";") + name;
  }
  text += "\n" + names + "\n";
  // SQS hashes the body itself and does not believe a header.
  append_hex(sha256(request.body), text);

  parts.string_to_sign = std::string(algorithm) + "\n" + std::string(request.header("x-amz-date")) +
                         "\n" + credential.date + "/" + credential.region + "/" +
                         credential.service + "/" + std::string(terminator) + "\n";
  append_hex(sha256(text), parts.string_to_sign);
  return parts;
}

std::string signature_of(const SignedParts& parts, const Credential& credential,
                         std::string_view secret) {
  std::string first = "AWS4" + std::string(secret);
  Sha256 key = hmac_sha256(bytes_of(first), credential.date);
  OPENSSL_cleanse(first.data(), first.size());
  key = hmac_sha256(key, credential.region);
  key = hmac_sha256(key, credential.service);
  key = hmac_sha256(key, terminator);
  return hex(hmac_sha256(key, parts.string_to_sign));
}

std::optional<ApiError> Verifier::check(const HttpRequest& request, WallTime now) const {
  const std::string_view authorization = request.header("authorization");
  if (authorization.empty()) {
    return ApiError{&error::missing_authentication, "Request is missing Authentication Token"};
  }
  const auto credential = parse_authorization(authorization);
  if (!credential) {
    return ApiError{&error::incomplete_signature,
                    "Authorization header requires Credential, SignedHeaders and Signature"};
  }
  const auto key = std::ranges::find(keys_, credential->key_id, &AccessKey::id);
  if (key == keys_.end() || key->token != request.header("x-amz-security-token")) {
    return ApiError{&error::unrecognized_client,
                    "The security token included in the request is invalid."};
  }
  if (key->state == KeyState::expired) {
    return ApiError{&error::expired_token, "The security token included in the request is expired"};
  }
  const std::string_view date = request.header("x-amz-date");
  const auto time = parse_time(date);
  if (!time || !date.starts_with(credential->date)) {
    return ApiError{&error::incomplete_signature,
                    "X-Amz-Date is missing, malformed or of another day than the credential"};
  }
  if (*time < now - tolerance || *time > now + tolerance) {
    return expired_request(date);
  }
  if (credential->region != region_) {
    return wrong_scope("a valid region, not", credential->region);
  }
  if (credential->service != service_name) {
    return wrong_scope("correct service:", service_name);
  }
  if (auto problem = unsigned_header(request, *credential)) {
    return problem;
  }
  const std::string expected =
      signature_of(signed_parts(request, *credential), *credential, key->secret);
  if (!equal_in_constant_time(expected, credential->signature)) {
    return ApiError{
        &error::invalid_signature,
        "The request signature we calculated does not match the signature you provided. "
        "Check your AWS Secret Access Key and signing method."};
  }
  return {};
}

}  // namespace moretta::devqueue
