#include "devqueue/message_rules.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <simdjson.h>

namespace moretta::devqueue {

namespace {

constexpr std::size_t attributes_max = 10;
constexpr std::size_t attribute_name_size_max = 256;
constexpr std::size_t fifo_id_size_max = 128;
constexpr std::size_t batch_id_size_max = 80;

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// Outside #x9 #xA #xD #x20-#xD7FF #xE000-#xFFFD #x10000-#x10FFFF. Surrogates are no UTF-8 anyhow.
std::optional<std::string> first_bad_character(std::string_view body) {
  for (const char c : body) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 && c != '\t' && c != '\n' && c != '\r') {
      return fmt::format("#x{:X}", byte);
    }
  }
  for (const auto& [bytes, name] :
       {std::pair{std::string_view("\xEF\xBF\xBE"), "#xFFFE"}, {"\xEF\xBF\xBF", "#xFFFF"}}) {
    if (body.find(bytes) != std::string_view::npos) {
      return name;
    }
  }
  return simdjson::validate_utf8(body.data(), body.size()) ? std::nullopt
                                                           : std::optional<std::string>("#xFFFD");
}

bool is_attribute_name(std::string_view name) {
  return !name.empty() && name.size() <= attribute_name_size_max && !name.starts_with('.') &&
         !name.ends_with('.') && name.find("..") == std::string_view::npos &&
         std::ranges::none_of(name, [](char c) {
           return static_cast<unsigned char>(c) < 0x80 && !is_alphanumeric(c) && c != '_' &&
                  c != '-' && c != '.';
         });
}

bool is_reserved(std::string_view name) {
  std::string lower(name.substr(0, 7));
  std::ranges::transform(lower, lower.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
  return lower.starts_with("aws.") || lower == "amazon.";
}

bool is_data_type(std::string_view type) {
  const std::string_view kind = type.substr(0, type.find('.'));
  return kind == "String" || kind == "Number" || kind == "Binary";
}

ApiError parameter_error(std::string text) {
  return {&error::invalid_parameter, std::move(text)};
}

}  // namespace

std::size_t message_bytes(const Entry& entry) {
  std::size_t bytes = entry.body ? entry.body->size() : 0;
  for (const MessageAttribute& attribute : entry.attributes) {
    bytes += attribute.name.size() + attribute.type.size() + attribute.value.size();
  }
  return bytes;
}

std::optional<ApiError> attributes_problem(const MessageAttributes& attributes) {
  if (attributes.size() > attributes_max) {
    return parameter_error(fmt::format(
        "Number of message attributes [{}] exceeds the allowed maximum [10].", attributes.size()));
  }
  std::set<std::string_view> names;
  for (const MessageAttribute& attribute : attributes) {
    if (!is_attribute_name(attribute.name) || is_reserved(attribute.name) ||
        !names.insert(attribute.name).second) {
      return parameter_error("Invalid message attribute name: " + attribute.name);
    }
    if (!is_data_type(attribute.type)) {
      return parameter_error("The message attribute '" + attribute.name +
                             "' has an invalid message attribute type, the set of supported type "
                             "prefixes is Binary, Number, and String.");
    }
    if (attribute.value.empty()) {
      return parameter_error("The message attribute '" + attribute.name +
                             "' must contain a non-empty message attribute value for message "
                             "attribute type '" +
                             attribute.type + "'.");
    }
  }
  return {};
}

std::optional<ApiError> content_problem(const Entry& entry, std::size_t bytes_max) {
  if (entry.body->empty()) {
    return missing("MessageBody");
  }
  if (const auto character = first_bad_character(*entry.body)) {
    return ApiError{&error::invalid_contents,
                    "Invalid binary character '" + *character +
                        "' was found in the message body, the set of allowed characters is #x9 | "
                        "#xA | #xD | [#x20 to #xD7FF] | [#xE000 to #xFFFD] | [#x10000 to "
                        "#x10FFFF]"};
  }
  if (message_bytes(entry) > bytes_max) {
    return parameter_error(fmt::format(
        "One or more parameters are invalid. Reason: Message must be shorter than {} bytes.",
        bytes_max));
  }
  return attributes_problem(entry.attributes);
}

bool is_fifo_id(std::string_view text) {
  return !text.empty() && text.size() <= fifo_id_size_max &&
         std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
}

bool is_batch_id(std::string_view text) {
  return !text.empty() && text.size() <= batch_id_size_max && std::ranges::all_of(text, [](char c) {
    return is_alphanumeric(c) || c == '-' || c == '_';
  });
}

}  // namespace moretta::devqueue
