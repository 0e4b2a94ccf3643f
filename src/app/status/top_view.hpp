#pragma once

// What /api/status says, as a screen of text: the view of `moretta top`.

#include <optional>
#include <string>
#include <string_view>

namespace moretta::app {

enum class Colours { no, yes };

// Nothing if the text is not what /api/status gives.
std::optional<std::string> top_view(std::string_view status_json, Colours colours);

}  // namespace moretta::app
