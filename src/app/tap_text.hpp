#pragma once

// How rows and rejects look to who taps a run: JSON of masked values and of reasons, in the lane;
// lines of text for people, in the command.

#include <string>
#include <string_view>

#include "app/config.hpp"
#include "core/tap.hpp"

namespace moretta::app {

// A row as {"column":"token",…} (app/masked_text.hpp), a reject as {"reason":…,"column":…,
// "pointer":…}. `table` must outlive them.
Tap::Renderers tap_renderers(const Table& table);

}  // namespace moretta::app
