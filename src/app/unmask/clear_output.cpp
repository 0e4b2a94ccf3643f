#include "app/unmask/clear_output.hpp"

#include <iterator>

#include <fmt/format.h>

#include "base/json_text.hpp"

namespace moretta::app {

namespace {

// C0, DEL and, in UTF-8, C1 (U+0080 to U+009F, which some terminals obey too).
std::string without_controls(std::string_view text, std::string_view kept) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const bool is_c1 = byte == 0xc2 && i + 1 < text.size() &&
                       static_cast<unsigned char>(text[i + 1]) >= 0x80 &&
                       static_cast<unsigned char>(text[i + 1]) <= 0x9f;
    if (is_c1) {
      fmt::format_to(std::back_inserter(out), "\\x{:02x}", static_cast<unsigned char>(text[++i]));
    } else if ((byte < 0x20 || byte == 0x7f) && kept.find(text[i]) == std::string_view::npos) {
      fmt::format_to(std::back_inserter(out), "\\x{:02x}", byte);
    } else {
      out.push_back(text[i]);
    }
  }
  return out;
}

}  // namespace

void print_original(std::string_view token, const Original& original, Output output,
                    std::ostream& out) {
  std::string line;
  if (output == Output::json) {
    line = fmt::format(R"({{"token":{},"value":{}}})", json_string(token),
                       original ? json_string(original->view()) : "null");
  } else if (original) {
    line = without_controls(original->view(), "");
  }
  out << line << '\n';
  wipe(line);
}

void print_body(const SecretBytes& clear, BodyForm form, std::ostream& out) {
  if (form == BodyForm::exact) {
    out << clear.view();
    return;
  }
  std::string shown = without_controls(clear.view(), "\n\t");
  out << shown << '\n';
  wipe(shown);
}

}  // namespace moretta::app
