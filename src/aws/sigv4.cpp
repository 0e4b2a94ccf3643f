#include "aws/sigv4.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "aws/text.hpp"
#include "aws/url.hpp"
#include "base/bytes.hpp"
#include "base/encoding.hpp"
#include "base/ensure.hpp"
#include "base/take.hpp"

namespace moretta::aws {

namespace {

constexpr std::string_view algorithm = "AWS4-HMAC-SHA256";
constexpr std::size_t date_length = 8;  // of YYYYMMDD
// A receive has 200-400 bytes; what is larger carries receipts or bodies, and is never the same.
constexpr std::size_t repeated_body_bytes_max = 1024;

struct SignedHeader {
  std::string name;  // lower case
  std::string_view value;
};

void append_value(std::string_view value, std::string& out) {
  value = trimmed(value);
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (value[i] == ' ' && value[i - 1] == ' ') {
      continue;  // runs of blanks count as one
    }
    out.push_back(value[i]);
  }
}

void append_path(std::string_view path, std::string_view service, std::string& out) {
  if (path.empty()) {
    path = "/";
  }
  if (service == "s3") {
    out += path;
    return;
  }
  while (!path.empty()) {
    const std::size_t slash = std::min(path.find('/'), path.size());
    append_percent_encoded(path.substr(0, slash), out);
    path.remove_prefix(slash);
    if (!path.empty()) {
      out.push_back('/');
      path.remove_prefix(1);
    }
  }
}

void append_query(std::string_view query, std::string& out) {
  std::vector<std::pair<std::string, std::string>> members;
  while (!query.empty()) {
    std::string_view value = take_until(query, '&');
    const std::string_view name = take_until(value, '=');
    members.emplace_back(percent_encoded(percent_decoded(name)),
                         percent_encoded(percent_decoded(value)));
  }
  std::ranges::sort(members);
  std::string_view separator;
  for (const auto& [name, value] : members) {
    out.append(separator).append(name).append("=").append(value);
    separator = "&";
  }
}

std::vector<SignedHeader> headers_to_sign(const HttpRequest& request, std::string_view host) {
  std::vector<SignedHeader> headers;
  headers.reserve(request.headers.size() + 1);
  headers.push_back({.name = "host", .value = host});
  for (const HttpHeader& header : request.headers) {
    std::string name = lower(header.name);
    if (name == "content-type" || name.starts_with("x-amz-")) {
      headers.push_back({.name = std::move(name), .value = header.value});
    }
  }
  std::ranges::sort(headers, {}, &SignedHeader::name);
  return headers;
}

}  // namespace

CanonicalRequest canonical_request(const HttpRequest& request, std::string_view service) {
  const auto url = split_url(request.url);
  ENSURE(url.has_value());

  CanonicalRequest out;
  out.text.reserve(512);  // a receive with a session token takes 400-1500
  out.text.append(method_name(request.method)).push_back('\n');
  append_path(url->path, service, out.text);
  out.text.push_back('\n');
  append_query(url->query, out.text);
  out.text.push_back('\n');
  for (const SignedHeader& header : headers_to_sign(request, url->authority)) {
    out.text.append(header.name).push_back(':');
    append_value(header.value, out.text);
    out.text.push_back('\n');
    out.signed_headers.append(out.signed_headers.empty() ? "" : ";").append(header.name);
  }
  out.text.append("\n").append(out.signed_headers).append("\n");
  append_hex(sha256(request.body), out.text);
  return out;
}

std::string amz_date(WallTime time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{std::chrono::floor<Seconds>(time - day)};
  return fmt::format("{:04}{:02}{:02}T{:02}{:02}{:02}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

std::string Signer::credential_scope(WallTime now) const {
  return fmt::format("{}/{}/{}/aws4_request", amz_date(now).substr(0, date_length), scope_.region,
                     scope_.service);
}

const Signer::Moment& Signer::moment(WallTime now) {
  const WallTime second = std::chrono::floor<Seconds>(now);
  if (second != moment_.second || moment_.date_time.empty()) {
    moment_ = {.second = second, .date_time = amz_date(now), .scope = credential_scope(now)};
  }
  return moment_;
}

const Sha256& Signer::key(const Credentials& credentials, std::string_view date) {
  if (date != key_date_ || credentials.access_key_id != key_id_) {
    SecretBytes start(credentials.secret_access_key.size() + 4);
    std::ranges::copy(bytes_of("AWS4"), start.bytes().begin());
    std::ranges::copy(credentials.secret_access_key.bytes(), start.bytes().begin() + 4);
    key_ = hmac_sha256(start.bytes(), date);
    key_ = hmac_sha256(key_, scope_.region);
    key_ = hmac_sha256(key_, scope_.service);
    key_ = hmac_sha256(key_, "aws4_request");
    key_date_ = date;
    key_id_ = credentials.access_key_id;
  }
  return key_;
}

std::string Signer::signature(std::string_view canonical, const Credentials& credentials,
                              WallTime now) {
  const Moment& time = moment(now);
  const Sha256& day_key = key(credentials, std::string_view(time.date_time).substr(0, date_length));
  std::string text;
  text.reserve(160);
  text.append(algorithm).append("\n").append(time.date_time).append("\n");
  text.append(time.scope).append("\n");
  append_hex(sha256(canonical), text);
  return hex(hmac_sha256(day_key, text));
}

bool Signer::is_last(const HttpRequest& request, const Credentials& credentials,
                     WallTime second) const {
  // The session token is among what was added.
  const bool has_token = !credentials.session_token.empty();
  return !last_.added.empty() && second == last_.second && request.body == last_.body &&
         request.url == last_.url && request.method == last_.method &&
         request.headers == last_.given && credentials.access_key_id == last_.key_id &&
         last_.added.size() == (has_token ? 3U : 2U) &&
         (!has_token || last_.added[1].value == credentials.session_token.view());
}

void Signer::sign(HttpRequest& request, const Credentials& credentials, WallTime now) {
  const Moment& time = moment(now);
  if (is_last(request, credentials, time.second)) {
    request.headers.insert(request.headers.end(), last_.added.begin(), last_.added.end());
    return;
  }
  const auto given = static_cast<std::ptrdiff_t>(request.headers.size());
  request.headers.push_back({.name = "X-Amz-Date", .value = time.date_time});
  if (!credentials.session_token.empty()) {
    request.headers.push_back(
        {.name = "X-Amz-Security-Token", .value = std::string(credentials.session_token.view())});
  }
  const CanonicalRequest canonical = canonical_request(request, scope_.service);
  std::string authorization(algorithm);
  authorization.reserve(320);  // of one with the usual five headers
  authorization.append(" Credential=").append(credentials.access_key_id).append("/");
  authorization.append(time.scope).append(", SignedHeaders=").append(canonical.signed_headers);
  authorization.append(", Signature=").append(signature(canonical.text, credentials, now));
  request.headers.push_back({.name = "Authorization", .value = std::move(authorization)});

  if (request.body.size() <= repeated_body_bytes_max) {
    const auto middle = request.headers.begin() + given;
    last_ = {.second = time.second,
             .key_id = credentials.access_key_id,
             .method = request.method,
             .url = request.url,
             .body = request.body,
             .given = {request.headers.begin(), middle},
             .added = {middle, request.headers.end()}};
  }
}

std::string rds_auth_token(const RdsLogin& login, const Credentials& credentials, WallTime now) {
  Signer signer({.region = login.region, .service = "rds-db"});
  const std::string credential =
      fmt::format("{}/{}", credentials.access_key_id, signer.credential_scope(now));
  std::string query = fmt::format(
      "Action=connect&DBUser={}&X-Amz-Algorithm={}&X-Amz-Credential={}&X-Amz-Date={}"
      "&X-Amz-Expires=900",
      percent_encoded(login.user), algorithm, percent_encoded(credential), amz_date(now));
  if (!credentials.session_token.empty()) {
    query += "&X-Amz-Security-Token=" + percent_encoded(credentials.session_token.view());
  }
  query += "&X-Amz-SignedHeaders=host";

  // Written out because here, unlike in a Host header, the port is always part of the name.
  const std::string host = fmt::format("{}:{}", login.host, login.port);
  const std::string canonical =
      fmt::format("GET\n/\n{}\nhost:{}\n\nhost\n{}", query, host, hex(sha256("")));
  return fmt::format("{}/?{}&X-Amz-Signature={}", host, query,
                     signer.signature(canonical, credentials, now));
}

}  // namespace moretta::aws
