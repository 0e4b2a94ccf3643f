#pragma once

// Recovered values on their way out: the one place of this program where clear text is printed.

#include <ostream>
#include <string_view>

#include "app/invocation.hpp"
#include "app/unmask/recovery.hpp"

namespace moretta::app {

// One line. People: the value, with control characters as \xNN, because whoever sent the message
// chose them and a terminal obeys them; an absent value is an empty line. JSON: token and value, or
// null.
void print_original(std::string_view token, const Original& original, Output output,
                    std::ostream& out);

// `clear` as it is, or for a terminal without control characters other than line breaks and tabs.
enum class BodyForm { exact, harmless };
void print_body(const SecretBytes& clear, BodyForm form, std::ostream& out);

}  // namespace moretta::app
