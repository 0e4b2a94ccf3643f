#pragma once

// The tokens of JSON (RFC 8259) checked and read one at a time, exactly as they stand in the body.

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace moretta {

// The grammar of section 6, nothing around it.
bool is_json_number(std::string_view text);

// False for a number too large for a double, which nothing downstream could hold (section 6, "Note
// that when such software is used"). One too small to tell from zero counts as zero.
// REQUIRED: is_json_number.
bool fits_double(std::string_view number);
double to_double(std::string_view number);

// The characters between the quotes of a string, escapes resolved, into `out`; the number of bytes,
// or nullopt for an unknown escape or half a surrogate pair. REQUIRED: no less room than
// raw.size().
std::optional<std::size_t> unescape_json(std::string_view raw, std::span<char> out);

}  // namespace moretta
