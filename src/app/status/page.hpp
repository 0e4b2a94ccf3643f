#pragma once

// The one page of the status server: complete in itself, nothing is loaded from elsewhere.

#include <string>
#include <string_view>

namespace moretta::app {

std::string_view status_page();

// The Content-Security-Policy that lets just this page's own script and style run.
std::string page_policy();

}  // namespace moretta::app
