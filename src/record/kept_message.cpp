#include "record/kept_message.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/bytes.hpp"
#include "base/ensure.hpp"

namespace moretta {

namespace {

constexpr std::string_view magic{"\0MQ1", 4};
constexpr char attributes_known = 1;
constexpr std::size_t number_bytes = 4;
constexpr std::uint32_t attributes_max = 1'000;  // SQS takes 10

void append_number(std::size_t number, std::string& out) {
  ENSURE(number <= UINT32_MAX);
  for (int shift = 24; shift >= 0; shift -= 8) {
    out.push_back(static_cast<char>(number >> shift & 0xff));
  }
}

void append_field(std::string_view field, std::string& out) {
  append_number(field.size(), out);
  out.append(field);
}

std::size_t size_of(const Message& message) {
  std::size_t size = magic.size() + 1 + 3 * number_bytes + message.group_id.size() +
                     message.payload.size() + message.body.size();
  for (const MessageAttribute& attribute : message.attributes) {
    size +=
        3 * number_bytes + attribute.name.size() + attribute.type.size() + attribute.value.size();
  }
  return size;
}

class FieldReader {
 public:
  explicit FieldReader(std::string_view text) : rest_(text) {}

  [[nodiscard]] bool is_cut() const { return is_cut_; }
  [[nodiscard]] std::string_view rest() const { return rest_; }

  std::string_view take(std::size_t size) {
    is_cut_ |= size > rest_.size();
    const std::string_view taken = rest_.substr(0, is_cut_ ? 0 : size);
    rest_.remove_prefix(taken.size());
    return taken;
  }
  std::uint32_t number() {
    std::uint32_t number = 0;
    for (const std::byte byte : bytes_of(take(number_bytes))) {
      number = number << 8 | std::to_integer<std::uint32_t>(byte);
    }
    return number;
  }
  std::string_view field() { return take(number()); }

 private:
  std::string_view rest_;
  bool is_cut_ = false;
};

}  // namespace

SecretBytes kept_text(const Message& message, Attributes attributes) {
  ENSURE(message.attributes.size() <= attributes_max);
  std::string text;
  text.reserve(size_of(message));  // at once, so that no copy of clear text is left behind
  text.append(magic);
  text.push_back(attributes == Attributes::known ? attributes_known : '\0');
  append_field(message.group_id, text);
  append_field(message.payload, text);
  append_number(message.attributes.size(), text);
  for (const MessageAttribute& attribute : message.attributes) {
    append_field(attribute.name, text);
    append_field(attribute.type, text);
    append_field(attribute.value, text);
  }
  text.append(message.body);
  SecretBytes kept(text);
  wipe(text);
  return kept;
}

std::optional<KeptMessage> read_kept(std::string_view text) {
  if (!text.starts_with(magic)) {
    return KeptMessage{.body = text};
  }
  FieldReader reader(text.substr(magic.size()));
  KeptMessage kept;
  kept.has_beside = true;
  kept.has_attributes = reader.take(1) == std::string_view(&attributes_known, 1);
  kept.group_id = reader.field();
  kept.payload = reader.field();
  const std::uint32_t count = reader.number();
  for (std::uint32_t i = 0; i < std::min(count, attributes_max) && !reader.is_cut(); ++i) {
    MessageAttribute& attribute = kept.attributes.emplace_back();
    attribute.name = reader.field();
    attribute.type = reader.field();
    attribute.value = reader.field();
  }
  if (reader.is_cut() || count > attributes_max) {
    return std::nullopt;
  }
  kept.body = reader.rest();
  return kept;
}

}  // namespace moretta
