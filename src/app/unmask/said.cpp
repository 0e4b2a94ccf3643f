#include "app/unmask/said.hpp"

#include <ostream>

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include "app/database_login.hpp"
#include "app/secret_source.hpp"
#include "app/unmask/audit_file.hpp"
#include "app/unmask/audit_table.hpp"
#include "base/errors.hpp"

namespace moretta::app {

int fail(World& world, int code, std::string_view what, std::string_view hint) {
  world.err << fmt::format("moretta-unmask: {}\n", what);
  if (!hint.empty()) {
    world.err << fmt::format("  {}\n", hint);
  }
  world.err.flush();
  return code;
}

std::string asking_user(const World& world) {
  const auto uid = ::getuid();
  const passwd* entry = ::getpwuid(uid);  // NOLINT(concurrency-mt-unsafe): there is one thread
  std::string name = entry != nullptr ? entry->pw_name : std::to_string(uid);
  if (const auto before = world.environment("SUDO_USER"); before && !before->empty()) {
    name += " (sudo by " + *before + ")";
  }
  return name;
}

std::optional<pg::Conninfo> database_place(const std::string& place, const World& world) {
  const std::string given = !place.empty() ? place : world.environment("DATABASE_URL").value_or("");
  if (given.empty()) {
    return std::nullopt;
  }
  if (!is_secret_reference(given)) {
    return pg::Conninfo(given);
  }
  auto url = read_secret(given, world.environment);
  if (!url) {
    throw Refused("cannot read where the database is: " + url.error(),
                  "set it, or give --database-url");
  }
  return pg::Conninfo(connection_text(std::move(url).value()).view());
}

std::unique_ptr<AuditLog> open_audit(const AuditPlace& place, const std::string& database_url,
                                     const World& world) {
  return place.file.empty() ? open_audit(place, database_place(database_url, world))
                            : open_audit(place, std::nullopt);
}

std::unique_ptr<AuditLog> open_audit(const AuditPlace& place,
                                     const std::optional<pg::Conninfo>& conninfo) {
  if (!place.file.empty()) {
    return std::make_unique<AuditFile>(place.file);
  }
  if (!conninfo) {
    throw Refused("cannot keep the audit record: nobody said where the database is",
                  "set DATABASE_URL, give --database-url, or keep it in a file with --audit-file");
  }
  return std::make_unique<AuditTable>(*conninfo, pg::parse_table_name(place.table));
}

}  // namespace moretta::app
