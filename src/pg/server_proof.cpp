#include "pg/server_proof.hpp"

#include <filesystem>
#include <memory>
#include <string>

#include <libpq-fe.h>

#include "base/take.hpp"

namespace moretta::pg {

namespace {

struct FreeOptions {
  void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};

// What libpq takes if the connection text does not say: of its environment, or its own.
std::string default_of(std::string_view keyword) {
  const std::unique_ptr<PQconninfoOption, FreeOptions> defaults(PQconndefaults());
  for (const PQconninfoOption* option = defaults.get();
       option != nullptr && option->keyword != nullptr; ++option) {
    if (option->keyword == keyword && option->val != nullptr) {
      return option->val;
    }
  }
  return {};
}

std::string said_or_default(const Conninfo& conninfo, std::string_view keyword) {
  const std::string_view said = conninfo.get(keyword);
  return said.empty() ? default_of(keyword) : std::string(said);
}

bool is_on_this_machine(std::string_view host) {
  return host.empty() || host.starts_with('/') || host.starts_with('@') || host == "localhost" ||
         host.starts_with("127.") || host == "::1";
}

// Several may be given, with commas between.
bool is_remote(std::string_view hosts) {
  while (!hosts.empty()) {
    if (!is_on_this_machine(take_until(hosts, ','))) {
      return true;
    }
  }
  return false;
}

}  // namespace

void demand_proof(Conninfo& conninfo) {
  constexpr std::string_view libpqs_own = "prefer";
  std::string hosts = said_or_default(conninfo, "host");
  if (hosts.empty()) {
    hosts = said_or_default(conninfo, "hostaddr");
  }
  if (!conninfo.get("service").empty() || !is_remote(hosts) || !conninfo.get("sslmode").empty() ||
      default_of("sslmode") != libpqs_own) {
    return;
  }
  conninfo.set("sslmode", "verify-full");
  if (!said_or_default(conninfo, "sslrootcert").empty()) {
    return;
  }
  for (const char* bundle :
       {"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt"}) {
    if (std::filesystem::exists(bundle)) {
      conninfo.set("sslrootcert", bundle);
      return;
    }
  }
}

}  // namespace moretta::pg
