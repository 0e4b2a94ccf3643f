#include "devqueue/settings.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

#include <simdjson.h>

#include "base/bytes.hpp"

namespace moretta::devqueue {

namespace {

// Ranges and defaults of the SQS API reference.
struct NumberAttribute {
  std::string_view name;
  std::int64_t min;
  std::int64_t max;
  std::string_view preset;
};
constexpr std::array numbers{
    NumberAttribute{"VisibilityTimeout", 0, 43'200, "30"},
    NumberAttribute{"MessageRetentionPeriod", 60, 1'209'600, "345600"},
    NumberAttribute{"DelaySeconds", 0, 900, "0"},
    NumberAttribute{"ReceiveMessageWaitTimeSeconds", 0, 20, "0"},
    NumberAttribute{"MaximumMessageSize", 1'024, 1'048'576, "1048576"},
    NumberAttribute{"KmsDataKeyReusePeriodSeconds", 60, 86'400, ""},
};

// Kept and shown, without effect here.
constexpr std::array texts{std::string_view{"Policy"}, std::string_view{"RedriveAllowPolicy"},
                           std::string_view{"KmsMasterKeyId"}};

ApiError invalid_attribute(std::string_view name) {
  return {&error::invalid_attribute_value,
          "Invalid value for the parameter " + std::string(name) + "."};
}

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc{} || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return number;
}

std::optional<bool> truth(std::string_view text) {
  if (text == "true") {
    return true;
  }
  return text == "false" ? std::optional(false) : std::nullopt;
}

// maxReceiveCount comes as a number or as a string of one.
std::optional<Redrive> parse_redrive(const std::string& text) {
  simdjson::dom::parser parser;
  simdjson::dom::object policy;
  std::string_view arn;
  if (parser.parse(text).get(policy) != simdjson::SUCCESS ||
      policy["deadLetterTargetArn"].get(arn) != simdjson::SUCCESS) {
    return std::nullopt;
  }
  std::int64_t count = 0;
  std::string_view count_text;
  const auto member = policy["maxReceiveCount"];
  if (member.get(count_text) == simdjson::SUCCESS) {
    count = whole_number(count_text).value_or(0);
  } else if (member.get(count) != simdjson::SUCCESS) {
    return std::nullopt;
  }
  constexpr std::int64_t count_max = 1000;  // SQS API reference, RedrivePolicy
  if (count < 1 || count > count_max) {
    return std::nullopt;
  }
  return Redrive{std::string(arn), static_cast<std::uint32_t>(count)};
}

void set_number(QueueSettings& settings, std::string_view name, std::int64_t number) {
  if (name == "VisibilityTimeout") {
    settings.visibility = Seconds(number);
  } else if (name == "MessageRetentionPeriod") {
    settings.retention = Seconds(number);
  } else if (name == "DelaySeconds") {
    settings.delay = Seconds(number);
  } else if (name == "ReceiveMessageWaitTimeSeconds") {
    settings.wait = Seconds(number);
  } else if (name == "MaximumMessageSize") {
    settings.message_bytes_max = static_cast<std::size_t>(number);
  }
}

enum class Handled { yes, no, badly };

Handled apply_number(QueueSettings& settings, std::string_view name, std::string_view value) {
  for (const NumberAttribute& attribute : numbers) {
    if (attribute.name == name) {
      const auto number = whole_number(value);
      if (!number || *number < attribute.min || *number > attribute.max) {
        return Handled::badly;
      }
      set_number(settings, name, *number);
      return Handled::yes;
    }
  }
  return Handled::no;
}

Handled apply_fifo(QueueSettings& settings, std::string_view name, std::string_view value) {
  if (settings.kind != QueueKind::fifo) {
    return Handled::no;
  }
  if (name == "ContentBasedDeduplication") {
    const auto flag = truth(value);
    settings.content_deduplication = flag.value_or(false);
    return flag ? Handled::yes : Handled::badly;
  }
  if (name == "DeduplicationScope") {
    settings.deduplication_per_group = value == "messageGroup";
    return value == "queue" || value == "messageGroup" ? Handled::yes : Handled::badly;
  }
  if (name == "FifoThroughputLimit") {
    return value == "perQueue" || value == "perMessageGroupId" ? Handled::yes : Handled::badly;
  }
  return Handled::no;
}

Handled apply_other(QueueSettings& settings, std::string_view name, const std::string& value) {
  if (name == "RedrivePolicy") {
    settings.redrive = value.empty() ? std::nullopt : parse_redrive(value);
    return value.empty() || settings.redrive ? Handled::yes : Handled::badly;
  }
  if (name == "FifoQueue") {
    return value == "true" && settings.kind == QueueKind::fifo ? Handled::yes : Handled::badly;
  }
  if (name == "SqsManagedSseEnabled") {
    return truth(value) ? Handled::yes : Handled::badly;
  }
  return std::ranges::find(texts, name) != texts.end() ? Handled::yes : Handled::no;
}

}  // namespace

QueueSettings default_settings(QueueKind kind) {
  QueueSettings settings;
  settings.kind = kind;
  for (const NumberAttribute& attribute : numbers) {
    if (!attribute.preset.empty()) {
      settings.text.emplace(attribute.name, attribute.preset);
    }
  }
  settings.text["SqsManagedSseEnabled"] = "true";
  if (kind == QueueKind::fifo) {
    settings.text["FifoQueue"] = "true";
    settings.text["ContentBasedDeduplication"] = "false";
    settings.text["DeduplicationScope"] = "queue";
    settings.text["FifoThroughputLimit"] = "perQueue";
  }
  return settings;
}

Result<QueueSettings, ApiError> with_attributes(QueueSettings settings,
                                                const Attributes& attributes) {
  for (const auto& [name, value] : attributes) {
    Handled handled = apply_number(settings, name, value);
    if (handled == Handled::no) {
      handled = apply_fifo(settings, name, value);
    }
    if (handled == Handled::no) {
      handled = apply_other(settings, name, value);
    }
    if (handled == Handled::no) {
      return Failure{ApiError{&error::invalid_attribute_name, "Unknown Attribute " + name + "."}};
    }
    if (handled == Handled::badly) {
      return Failure{invalid_attribute(name)};
    }
    if (value.empty()) {
      settings.text.erase(name);
    } else {
      settings.text[name] = value;
    }
  }
  return settings;
}

}  // namespace moretta::devqueue
