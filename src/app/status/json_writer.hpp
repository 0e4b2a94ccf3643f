#pragma once

// JSON put together piece by piece: commas are its business, nesting is the caller's.

#include <cmath>
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "base/json_text.hpp"

namespace moretta::app {

class JsonWriter {
 public:
  JsonWriter& object() { return open('{'); }
  JsonWriter& array() { return open('['); }
  JsonWriter& end_object() { return close('}'); }
  JsonWriter& end_array() { return close(']'); }

  JsonWriter& key(std::string_view name) {
    separate();
    append_json_string(name, text_);
    text_.push_back(':');
    return *this;
  }

  JsonWriter& value(std::string_view text) {
    separate();
    append_json_string(text, text_);
    return *this;
  }
  JsonWriter& value(const char* text) { return value(std::string_view(text)); }
  JsonWriter& value(bool truth) { return raw(truth ? "true" : "false"); }
  JsonWriter& value(std::integral auto number) { return raw(fmt::format("{}", number)); }
  // Six digits are enough for people and plots; JSON has no infinity.
  JsonWriter& value(double number) {
    return raw(std::isfinite(number) ? fmt::format("{:.6g}", number) : "null");
  }
  JsonWriter& null() { return raw("null"); }
  // A value that is JSON already.
  JsonWriter& json(std::string_view text) { return raw(text); }

  JsonWriter& member(std::string_view name, const auto& what) { return key(name).value(what); }

  // The document as far as it has come.
  [[nodiscard]] const std::string& text() const { return text_; }
  std::string take() { return std::move(text_); }

 private:
  JsonWriter& raw(std::string_view text) {
    separate();
    text_ += text;
    return *this;
  }
  JsonWriter& open(char bracket) {
    separate();
    text_.push_back(bracket);
    return *this;
  }
  JsonWriter& close(char bracket) {
    text_.push_back(bracket);
    return *this;
  }
  void separate() {
    if (!text_.empty() && text_.back() != '{' && text_.back() != '[' && text_.back() != ':') {
      text_.push_back(',');
    }
  }

  std::string text_;
};

}  // namespace moretta::app
