#pragma once

// Connection strings in messages: without what must not be seen.

#include <string>
#include <string_view>

namespace moretta::app {

// A URL or a libpq connection string with only what identifies the server: scheme, user, host,
// path. What cannot be understood is not shown at all.
std::string redacted_url(std::string_view url);

// Every password that stands in a URL or a connection string, one after the other; empty if none.
std::string passwords_in(std::string_view url);

}  // namespace moretta::app
