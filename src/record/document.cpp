#include "record/document.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include <simdjson.h>

#include "base/ensure.hpp"
#include "record/json_token.hpp"

namespace moretta {

namespace ondemand = simdjson::ondemand;

struct Document::Parser {
  ondemand::parser simd;
};

namespace {

constexpr std::size_t nowhere = SIZE_MAX;  // a value that no column reads: checked, not kept

// What simdjson is told; ours is the smaller limit and is checked first.
constexpr std::size_t parser_depth = nesting_max + 2;

constexpr std::size_t room_min = 4096;  // most events fit at once

}  // namespace

// simdjson finds the tokens and checks the encoding, the quotes and the brackets; the tokens
// themselves and the end of the text are checked here, for on-demand parsing leaves them to its
// caller.
class Document::Walk {
 public:
  Walk(Document& document, std::string_view text)
      : document_(document), text_(text), has_escapes_(text.find('\\') != std::string_view::npos) {}

  bool run() {
    ondemand::document root;
    const simdjson::padded_string_view padded(text_.data(), text_.size(), document_.text_.size());
    if (document_.parser_->simd.iterate(padded).get(root) != simdjson::SUCCESS) {
      return false;
    }
    JsonValue& value = enter(PointerTree::root);
    ondemand::object object;
    ondemand::array array;
    ondemand::json_type type{};
    if (root.type().get(type) != simdjson::SUCCESS) {
      return false;
    }
    if (type == ondemand::json_type::object) {
      value.kind = JsonValue::Kind::object;
      value.source = trim_json_space(text_.substr(text_.find_first_of("{[")));
      return root.get_object().get(object) == simdjson::SUCCESS &&
             members(object, PointerTree::root, 1) && is_at_end(root) && note_nul(value, 0);
    }
    if (type == ondemand::json_type::array) {
      value.kind = JsonValue::Kind::array;
      value.source = trim_json_space(text_.substr(text_.find_first_of("{[")));
      return root.get_array().get(array) == simdjson::SUCCESS &&
             elements(array, PointerTree::root, 1) && is_at_end(root) && note_nul(value, 0);
    }
    std::string_view token;
    return root.raw_json_token().get(token) == simdjson::SUCCESS &&
           token.data() + token.size() == text_.data() + text_.size() &&
           scalar(trim_json_space(token), value);
  }

 private:
  // Nothing may follow the first value.
  static bool is_at_end(ondemand::document& root) {
    return root.current_location().error() == simdjson::OUT_OF_BOUNDS;
  }

  bool members(ondemand::object& object, std::size_t node, std::size_t depth) {
    if (depth > nesting_max) {
      return false;
    }
    for (auto item : object) {
      ondemand::field field;
      std::string_view key;
      if (std::move(item).get(field) != simdjson::SUCCESS || !read_key(field.key().raw(), key)) {
        return false;
      }
      if (!any(field.value(), member(node, key), depth)) {
        return false;
      }
    }
    return true;
  }

  bool elements(ondemand::array& array, std::size_t node, std::size_t depth) {
    if (depth > nesting_max) {
      return false;
    }
    std::size_t index = 0;
    for (auto item : array) {
      ondemand::value value;
      if (std::move(item).get(value) != simdjson::SUCCESS ||
          !any(value, element(node, index), depth)) {
        return false;
      }
      ++index;
    }
    return true;
  }

  bool any(ondemand::value& value, std::size_t node, std::size_t depth) {
    JsonValue ignored;
    JsonValue& out = node == nowhere ? ignored : enter(node);
    const std::string_view token = trim_json_space(value.raw_json_token());
    if (token == "{" || token == "[") {
      return container(value, node, depth + 1, out);
    }
    if (!scalar(token, out)) {
      return false;
    }
    // A string is consumed here: what skips other tokens would take one before a colon for a key.
    ondemand::raw_json_string consumed;
    return out.kind != JsonValue::Kind::string ||
           value.get_raw_json_string().get(consumed) == simdjson::SUCCESS;
  }

  bool container(ondemand::value& value, std::size_t node, std::size_t depth, JsonValue& out) {
    const char* start = value.raw_json_token().data();
    const std::size_t nuls_before = nuls_;
    ondemand::object object;
    ondemand::array array;
    if (*start == '{') {
      out.kind = JsonValue::Kind::object;
      if (value.get_object().get(object) != simdjson::SUCCESS || !members(object, node, depth)) {
        return false;
      }
    } else {
      out.kind = JsonValue::Kind::array;
      if (value.get_array().get(array) != simdjson::SUCCESS || !elements(array, node, depth)) {
        return false;
      }
    }
    const char* next = nullptr;
    if (value.current_location().get(next) != simdjson::SUCCESS) {
      return false;  // a value inside another cannot be the last thing in the text
    }
    out.source = trim_json_space({start, static_cast<std::size_t>(next - start)});
    return note_nul(out, nuls_before);
  }

  bool scalar(std::string_view token, JsonValue& out) {
    out.source = token;
    if (token.starts_with('"')) {
      out.kind = JsonValue::Kind::string;
      return token.size() >= 2 && token.ends_with('"') &&
             read_string(token.substr(1, token.size() - 2), out);
    }
    if (token == "true" || token == "false") {
      out.kind = JsonValue::Kind::boolean;
      return true;
    }
    if (token == "null") {
      out.kind = JsonValue::Kind::null;
      return true;
    }
    out.kind = JsonValue::Kind::number;
    return is_json_number(token) && fits_double(token);
  }

  bool read_string(std::string_view raw, JsonValue& out) {
    if (!has_escapes_ || raw.find('\\') == std::string_view::npos) {
      out.text = raw;
      return true;
    }
    const std::optional<std::string_view> text = unescape(raw);
    if (!text) {
      return false;
    }
    out.text = *text;
    out.holds_nul = text->find('\0') != std::string_view::npos;
    return true;
  }

  // `raw` is behind the opening quote; simdjson has seen that there is a closing one.
  bool read_key(const char* raw, std::string_view& key) {
    const auto rest = static_cast<std::size_t>(text_.data() + text_.size() - raw);
    const std::string_view tail(raw, rest);
    std::size_t end = tail.find('"');
    if (!has_escapes_) {
      key = tail.substr(0, end);
      return end != std::string_view::npos;
    }
    for (end = 0; end < tail.size() && tail[end] != '"'; ++end) {
      end += tail[end] == '\\' ? 1 : 0;
    }
    if (end >= tail.size()) {
      return false;
    }
    const std::optional<std::string_view> text = unescape(tail.substr(0, end));
    key = text.value_or(std::string_view{});
    return text.has_value();
  }

  std::optional<std::string_view> unescape(std::string_view raw) {
    const std::span<char> room(reinterpret_cast<char*>(document_.unescaped_.bytes().data()),
                               document_.unescaped_.size());
    const std::span<char> free = room.subspan(document_.unescaped_used_);
    const std::optional<std::size_t> size = unescape_json(raw, free);
    if (!size) {
      document_.unescaped_used_ += raw.size();  // half a string may stand there
      return std::nullopt;
    }
    document_.unescaped_used_ += *size;
    const std::string_view text(free.data(), *size);
    nuls_ += text.find('\0') != std::string_view::npos ? 1 : 0;
    return text;
  }

  JsonValue& enter(std::size_t node) {
    Place& place = document_.places_[node];
    place.seen_in = document_.reads_;
    place.value = {};
    return place.value;
  }

  // The place of a member, or nowhere. A second member of the same name is kept nowhere.
  std::size_t member(std::size_t node, std::string_view key) {
    if (node == nowhere) {
      return nowhere;
    }
    for (const std::size_t child : document_.tree_[node].children) {
      if (document_.tree_[child].token != key) {
        continue;
      }
      if (document_.places_[child].seen_in != document_.reads_) {
        return child;
      }
      document_.doubled_ = document_.doubled_.value_or(child);
      return nowhere;
    }
    return nowhere;
  }

  std::size_t element(std::size_t node, std::size_t index) {
    if (node == nowhere) {
      return nowhere;
    }
    for (const std::size_t child : document_.tree_[node].children) {
      if (document_.tree_[child].index == index) {
        return child;
      }
    }
    return nowhere;
  }

  bool note_nul(JsonValue& value, std::size_t nuls_before) {
    value.holds_nul = nuls_ != nuls_before;
    return true;
  }

  Document& document_;
  std::string_view text_;
  bool has_escapes_;      // without any, strings are read as they stand
  std::size_t nuls_ = 0;  // strings so far that hold U+0000
};

Document::Document(const PointerTree& tree)
    : tree_(tree), parser_(std::make_unique<Parser>()), places_(tree.size()) {}

Document::~Document() = default;

void Document::make_room(std::size_t bytes) {
  if (bytes <= unescaped_.size()) {
    return;
  }
  const std::size_t room = std::max(room_min, std::bit_ceil(bytes));
  text_ = SecretBytes(room + simdjson::SIMDJSON_PADDING);
  unescaped_ = SecretBytes(room);
  ENSURE(parser_->simd.allocate(room, parser_depth) == simdjson::SUCCESS);
}

bool Document::read(std::string_view text) {
  ENSURE(text.size() <= body_bytes_max);
  clear();
  make_room(text.size());
  ++reads_;
  doubled_.reset();
  if (text.empty()) {
    return false;
  }
  std::memcpy(text_.bytes().data(), text.data(), text.size());
  used_ = text.size();
  return Walk(*this, text_.view().substr(0, used_)).run();
}

JsonValue Document::at(std::size_t node) const {
  const Place& place = places_[node];
  return place.seen_in == reads_ ? place.value : JsonValue{};
}

void Document::clear() {
  wipe(text_.bytes().first(used_));
  wipe(unescaped_.bytes().first(unescaped_used_));
  used_ = 0;
  unescaped_used_ = 0;
}

}  // namespace moretta
