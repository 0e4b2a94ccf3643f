#include "app/mask_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/mask_reader.hpp"

namespace moretta::app {

namespace {

constexpr std::size_t mask_bytes_max = 4096;  // ample for a method's settings

}  // namespace

Result<mask::Policy, std::string> parse_mask(const std::string& text, std::string_view domain) {
  if (text.size() > mask_bytes_max) {
    return Failure{fmt::format("it has {} bytes; allowed: {}", text.size(), mask_bytes_max)};
  }
  const Environment no_variables = [](const std::string&) {
    return std::nullopt;
  };
  Problems problems("the mask");
  YamlReader yaml(problems, no_variables);
  try {
    const YamlReader::Entry entry{
        .key = "tokens", .place = {.line = 1, .column = 1}, .value = YAML::Load(text)};
    auto policy = read_mask(entry, "tokens", domain, yaml);
    if (policy && problems.empty()) {
      return std::move(*policy);
    }
  } catch (const YAML::Exception&) {
    return Failure{
        std::string("it is not YAML; write e.g. {method: ff1, pattern: \"###-##-####\"}")};
  }
  return Failure{fmt::format("{}", fmt::join(problems.lines(), "; "))};
}

}  // namespace moretta::app
