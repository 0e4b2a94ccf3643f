#include "app/lambda/batch_answer.hpp"

#include "base/ensure.hpp"
#include "base/json_text.hpp"

namespace moretta::app {

std::string batch_answer(std::span<const Message> messages, std::span<const Outcome> outcomes) {
  ENSURE(messages.size() == outcomes.size());
  std::string out = R"({"batchItemFailures":[)";
  bool is_first = true;
  for (std::size_t i = 0; i < messages.size(); ++i) {
    if (outcomes[i] != Outcome::returned) {
      continue;
    }
    ENSURE(!messages[i].id.empty());
    out += is_first ? R"({"itemIdentifier":)" : R"(,{"itemIdentifier":)";
    append_json_string(messages[i].id, out);
    out += '}';
    is_first = false;
  }
  out += "]}";
  return out;
}

}  // namespace moretta::app
