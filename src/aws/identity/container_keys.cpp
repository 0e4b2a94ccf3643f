#include "aws/identity/container_keys.hpp"

#include <algorithm>
#include <array>
#include <fstream>

#include <arpa/inet.h>

#include "aws/identity/key_document.hpp"
#include "aws/text.hpp"
#include "aws/url.hpp"
#include "base/errors.hpp"

namespace moretta::aws {

namespace {

constexpr std::string_view agent = "http://169.254.170.2";
constexpr int tries_max = 3;
constexpr Millis try_timeout{2000};
constexpr Millis between_tries{1000};
constexpr std::size_t token_bytes_max = 64 * 1024;

constexpr const char* relative_name = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
constexpr const char* full_name = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
constexpr const char* token_file_name = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";
constexpr const char* token_name = "AWS_CONTAINER_AUTHORIZATION_TOKEN";

bool is_loopback(const std::string& host) {
  in_addr address{};
  return host == "localhost" || host == "[::1]" ||
         (inet_pton(AF_INET, host.c_str(), &address) == 1 && (ntohl(address.s_addr) >> 24U) == 127);
}

std::string url_of(const Environment& environment) {
  if (const auto path = variable(environment, relative_name)) {
    if (!path->starts_with('/')) {
      throw Refused(std::string("cannot use ") + relative_name + ": it is not a path",
                    "it begins with /; a whole address goes into " + std::string(full_name));
    }
    return std::string(agent) + *path;
  }
  std::string url = variable(environment, full_name).value_or("");
  if (!may_give_keys(url)) {
    throw Refused(std::string("cannot use ") + full_name +
                      ": keys may be asked of https hosts, this machine and the agents' addresses "
                      "only",
                  "give an https URL, or one of localhost, 169.254.170.2, 169.254.170.23 or "
                  "[fd00:ec2::23]");
  }
  return url;
}

std::string read_token_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text(token_bytes_max + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!file.is_open() || file.bad()) {
    // The agent writes it anew; it may be away for a moment, or for good.
    throw Unavailable(std::string("cannot read ") + path + ", which " + token_file_name + " names");
  }
  text.resize(static_cast<std::size_t>(file.gcount()));
  return std::string(trimmed(text));
}

}  // namespace

bool may_give_keys(std::string_view url) {
  const auto parts = split_url(url);
  if (!parts) {
    return false;
  }
  if (parts->scheme == "https") {
    return true;
  }
  constexpr auto agents =
      std::to_array<std::string_view>({"169.254.170.2", "169.254.170.23", "[fd00:ec2::23]"});
  const std::string host = lower(parts->host);
  return is_loopback(host) || std::ranges::find(agents, host) != agents.end();
}

bool ContainerKeys::is_configured(const Environment& environment) {
  return variable(environment, relative_name) || variable(environment, full_name);
}

ContainerKeys::ContainerKeys(const IdentityWorld& world)
    : world_(world), url_(url_of(world.environment)) {}

// Read again each time: EKS replaces the file while we run.
std::string ContainerKeys::authorization() const {
  const auto path = variable(world_.environment, token_file_name);
  std::string token =
      path ? read_token_file(*path) : variable(world_.environment, token_name).value_or("");
  if (token.find_first_of("\r\n") != std::string::npos || token.size() > token_bytes_max) {
    throw Refused(std::string("cannot use ") + (path ? token_file_name : token_name) +
                      ": it does not hold one line",
                  "put the token alone there");
  }
  return token;
}

Credentials ContainerKeys::fetch() {
  std::string why;
  for (int tries = 1;; ++tries) {
    HttpRequest request{.method = HttpMethod::get,
                        .url = url_,
                        .headers = {{"Accept", "application/json"}},
                        .timeout = try_timeout,
                        .proxy = ProxyUse::none};
    if (std::string token = authorization(); !token.empty()) {
      request.headers.push_back({.name = "Authorization", .value = std::move(token)});
    }
    HttpResponse response = std::move(world_.http.perform({&request, 1}).front());
    if (!response.failure && response.status == 200) {
      auto document = read_key_document(response.body, TokenName::token);
      wipe(response.body);
      if (document) {
        return std::move(document.value().keys);
      }
      why = document.error();
    } else {
      why = response.failure ? response.failure->text
                             : "the endpoint answered HTTP " + std::to_string(response.status);
    }
    const bool for_good =
        (response.failure && response.failure->kind == TransportTrouble::configuration) ||
        (response.status >= 400 && response.status < 500 && response.status != 429);
    if (for_good) {
      throw Refused("cannot get AWS keys from the container endpoint: " + why,
                    "check the role of the task or the association of the pod's service account, "
                    "and the authorization token");
    }
    if (tries == tries_max) {
      throw Unavailable("cannot get AWS keys from the container endpoint: " + why);
    }
    world_.clock.sleep(between_tries, {});
  }
}

}  // namespace moretta::aws
