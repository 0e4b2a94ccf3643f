#include "app/interpolate.hpp"

#include <algorithm>

namespace moretta::app {

namespace {

bool is_name(std::string_view text) {
  const auto is_letter = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
  };
  return !text.empty() && is_letter(text.front()) &&
         std::all_of(text.begin(), text.end(),
                     [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

void expand(std::string_view reference, const Environment& environment, Interpolated& result) {
  constexpr std::string_view separator = ":-";
  const std::size_t split = reference.find(separator);
  const std::string name(reference.substr(0, split));
  if (!is_name(name)) {
    result.malformed.emplace_back(
        "`${` is not followed by the name of a variable; write ${NAME}, ${NAME:-default}, or $${ "
        "for a literal ${");
    return;
  }
  const auto value = environment(name);
  if (split != std::string_view::npos && (!value || value->empty())) {
    result.text += reference.substr(split + separator.size());
    return;
  }
  if (!value) {
    result.unset.push_back(name);
    return;
  }
  result.text += *value;
}

}  // namespace

Interpolated interpolate(std::string_view raw, const Environment& environment) {
  Interpolated result;
  while (!raw.empty()) {
    const std::size_t dollar = raw.find('$');
    result.text += raw.substr(0, dollar);
    if (dollar == std::string_view::npos) {
      break;
    }
    raw.remove_prefix(dollar);
    if (raw.starts_with("$${")) {
      result.text += "${";
      raw.remove_prefix(3);
    } else if (raw.starts_with("${")) {
      const std::size_t close = raw.find('}');
      if (close == std::string_view::npos) {
        result.malformed.emplace_back("`${` is not closed; write ${NAME}, or $${ for a literal ${");
        break;
      }
      expand(raw.substr(2, close - 2), environment, result);
      raw.remove_prefix(close + 1);
    } else {
      result.text += '$';
      raw.remove_prefix(1);
    }
  }
  return result;
}

}  // namespace moretta::app
