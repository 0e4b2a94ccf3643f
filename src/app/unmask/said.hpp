#pragma once

// What the commands of moretta-unmask have in common.

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "app/unmask/audit.hpp"
#include "app/unmask/invocation.hpp"
#include "app/world.hpp"
#include "pg/conninfo.hpp"

namespace moretta::app {

// Says what went wrong and what to do about it, on standard error. Gives `code` back.
int fail(World& world, int code, std::string_view what, std::string_view hint = {});

// Who asks: the login name of the real user, and who it was before sudo.
std::string asking_user(const World& world);

// Where the database is: `given` (URL or the place of one), else $DATABASE_URL; nullopt if
// nobody said. Throws Refused.
std::optional<pg::Conninfo> database_place(const std::string& given, const World& world);

// The audit's file if one is named, else its table in the database. Throws Refused if nobody said
// where the database is.
std::unique_ptr<AuditLog> open_audit(const AuditPlace& place, const std::string& database_url,
                                     const World& world);
// Likewise, where somebody knows already.
std::unique_ptr<AuditLog> open_audit(const AuditPlace& place,
                                     const std::optional<pg::Conninfo>& conninfo);

}  // namespace moretta::app
