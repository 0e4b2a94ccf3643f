#pragma once

// What --version says: the release and, where the build was told, the commit.

#include <string>
#include <string_view>

namespace moretta::app {

std::string_view version_number();  // "1.2.3"
std::string version_line(std::string_view program);

}  // namespace moretta::app
