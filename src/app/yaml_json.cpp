#include "app/yaml_json.hpp"

#include <algorithm>
#include <optional>
#include <string_view>

#include "base/json_text.hpp"

namespace moretta::app {

namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::size_t digits_at(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && is_digit(text[end])) {
    ++end;
  }
  return end - at;
}

// RFC 8259 section 6.
bool is_json_number(std::string_view text) {
  std::size_t at = text.starts_with('-') ? 1 : 0;
  const std::size_t whole = digits_at(text, at);
  if (whole == 0 || (whole > 1 && text[at] == '0')) {
    return false;
  }
  at += whole;
  if (at < text.size() && text[at] == '.') {
    const std::size_t fraction = digits_at(text, at + 1);
    if (fraction == 0) {
      return false;
    }
    at += 1 + fraction;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    at += at < text.size() && (text[at] == '+' || text[at] == '-') ? 1 : 0;
    const std::size_t exponent = digits_at(text, at);
    if (exponent == 0) {
      return false;
    }
    at += exponent;
  }
  return at == text.size();
}

bool is_quoted(const YAML::Node& node) {
  return node.Tag() == "!";
}

class JsonWriter {
 public:
  void write(const YAML::Node& node, int depth) {
    if (depth > yaml_depth_max) {
      fault_ = "it is nested too deeply";
    } else if (node.IsMap()) {
      write_map(node, depth);
    } else if (node.IsSequence()) {
      write_list(node, depth);
    } else {
      write_scalar(node);
    }
  }

  Result<std::string, std::string> take() {
    if (fault_) {
      return Failure{*fault_};
    }
    return std::move(out_);
  }

 private:
  void write_map(const YAML::Node& node, int depth) {
    const char* before = "{";
    for (const auto& pair : node) {
      if (!pair.first.IsScalar()) {
        fault_ = "a key of it is not a name";
        return;
      }
      out_ += before;
      append_json_string(pair.first.Scalar(), out_);
      out_ += ':';
      write(pair.second, depth + 1);
      before = ",";
    }
    out_ += node.size() == 0 ? "{}" : "}";
  }

  void write_list(const YAML::Node& node, int depth) {
    const char* before = "[";
    for (const auto& item : node) {
      out_ += before;
      write(item, depth + 1);
      before = ",";
    }
    out_ += node.size() == 0 ? "[]" : "]";
  }

  void write_scalar(const YAML::Node& node) {
    if (is_yaml_null(node)) {
      out_ += "null";
      return;
    }
    const std::string& text = node.Scalar();
    if (!is_quoted(node) && (text == "true" || text == "false" || is_json_number(text))) {
      out_ += text;
      return;
    }
    append_json_string(text, out_);
  }

  std::string out_;
  std::optional<std::string> fault_;
};

}  // namespace

bool is_yaml_null(const YAML::Node& node) {
  if (node.IsNull()) {
    return true;
  }
  return node.IsScalar() && !is_quoted(node) && (node.Scalar() == "null" || node.Scalar() == "~");
}

Result<std::string, std::string> json_of(const YAML::Node& node) {
  JsonWriter writer;
  writer.write(node, 0);
  return writer.take();
}

}  // namespace moretta::app
