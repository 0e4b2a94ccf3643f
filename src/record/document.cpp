#include "record/document.hpp"

#include <algorithm>
#include <bit>

#include <simdjson.h>

#include "base/ensure.hpp"
#include "base/json_text.hpp"
#include "record/json_token.hpp"

namespace moretta {

namespace {

constexpr std::size_t nowhere = SIZE_MAX;   // a value that no column reads: checked, not kept
constexpr std::size_t unescaped_min = 512;  // room for the escapes of most events at once

bool is_number_byte(char c) {
  return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E';
}

}  // namespace

// Recursive descent, bounded by nesting_max. Every step says whether the text is still JSON.
class Document::Walk {
 public:
  Walk(Document& document, const std::string& text)
      : document_(document), at_(text.data()), end_(text.data() + text.size()) {}

  bool run() {
    skip_space();
    if (!value(PointerTree::root, 0)) {
      return false;
    }
    skip_space();
    return at_ == end_;
  }

 private:
  void skip_space() {
    while (*at_ == ' ' || *at_ == '\t' || *at_ == '\n' || *at_ == '\r') {
      ++at_;
    }
  }

  bool take(char c) {
    if (*at_ != c) {
      return false;
    }
    ++at_;
    return true;
  }

  bool value(std::size_t node, std::size_t depth) {
    JsonValue ignored;
    JsonValue& out = node == nowhere ? ignored : enter(node);
    const char* start = at_;
    const std::size_t nuls_before = nuls_;
    bool good = false;
    switch (*at_) {
      case '{':
        out.kind = JsonValue::Kind::object;
        good = members(node, depth + 1);
        out.holds_nul = nuls_ != nuls_before;
        break;
      case '[':
        out.kind = JsonValue::Kind::array;
        good = elements(node, depth + 1);
        out.holds_nul = nuls_ != nuls_before;
        break;
      case '"':
        out.kind = JsonValue::Kind::string;
        good = string(out.text);
        out.holds_nul = nuls_ != nuls_before;
        break;
      case 't':
        out.kind = JsonValue::Kind::boolean;
        good = literal("true");
        break;
      case 'f':
        out.kind = JsonValue::Kind::boolean;
        good = literal("false");
        break;
      case 'n':
        out.kind = JsonValue::Kind::null;
        good = literal("null");
        break;
      default:
        out.kind = JsonValue::Kind::number;
        good = number();
    }
    out.source = {start, static_cast<std::size_t>(at_ - start)};
    return good;
  }

  bool members(std::size_t node, std::size_t depth) {
    ++at_;
    skip_space();
    if (depth > nesting_max || take('}')) {
      return depth <= nesting_max;
    }
    std::size_t found = 0;
    while (true) {
      std::string_view key;
      if (*at_ != '"' || !string(key)) {
        return false;
      }
      skip_space();
      if (!take(':')) {
        return false;
      }
      skip_space();
      if (!value(member(node, key, found), depth)) {
        return false;
      }
      skip_space();
      if (!take(',')) {
        return take('}');
      }
      skip_space();
    }
  }

  bool elements(std::size_t node, std::size_t depth) {
    ++at_;
    skip_space();
    if (depth > nesting_max || take(']')) {
      return depth <= nesting_max;
    }
    for (std::size_t index = 0;; ++index) {
      if (!value(element(node, index), depth)) {
        return false;
      }
      skip_space();
      if (!take(',')) {
        return take(']');
      }
      skip_space();
    }
  }

  bool literal(std::string_view word) {
    if (!std::string_view(at_, static_cast<std::size_t>(end_ - at_)).starts_with(word)) {
      return false;
    }
    at_ += word.size();
    return true;
  }

  bool number() {
    const char* start = at_;
    while (is_number_byte(*at_)) {
      ++at_;
    }
    const std::string_view token(start, static_cast<std::size_t>(at_ - start));
    return is_json_number(token) && fits_double(token);
  }

  // From the opening quote to behind the closing one. The NUL behind a std::string is not plain, so
  // that no scan runs over its end.
  bool string(std::string_view& text) {
    const char* start = ++at_;
    std::size_t step = scan_bytes;
    while (step == scan_bytes && end_ - at_ >= std::ptrdiff_t{scan_bytes}) {
      step = unmarked_front(json_special_bytes(load_sixteen(at_)));
      at_ += step;
    }
    while (is_json_plain(*at_)) {
      ++at_;
    }
    if (*at_ == '"') {
      text = {start, static_cast<std::size_t>(at_++ - start)};
      return true;
    }
    while (*at_ != '"') {
      if (*at_ == '\\' && end_ - at_ >= 2) {
        at_ += 2;  // whatever is escaped, even a quote
      } else if (is_json_plain(*at_)) {
        ++at_;
      } else {
        return false;
      }
    }
    const std::string_view raw(start, static_cast<std::size_t>(at_++ - start));
    return document_.unescape(raw, text) && note_nul(text);
  }

  bool note_nul(std::string_view text) {
    nuls_ += text.find('\0') != std::string_view::npos ? 1 : 0;
    return true;
  }

  JsonValue& enter(std::size_t node) {
    Place& place = document_.places_[node];
    place.seen_in = document_.reads_;
    place.value = {};
    return place.value;
  }

  // The place of a member, or nowhere. The first `found` of the order are those that came already;
  // a second member of the same name is kept nowhere. A producer writes its keys in one order, so
  // the next one of the last message is most often the next one of this.
  std::size_t member(std::size_t node, std::string_view key, std::size_t& found) {
    if (node == nowhere) {
      return nowhere;
    }
    std::vector<std::size_t>& order = document_.places_[node].order;
    for (std::size_t i = found; i < order.size(); ++i) {
      if (document_.tree_[order[i]].token == key) {
        std::swap(order[i], order[found]);
        return order[found++];
      }
    }
    for (std::size_t i = 0; i < found; ++i) {
      if (document_.tree_[order[i]].token == key) {
        document_.doubled_ = document_.doubled_.value_or(order[i]);
      }
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

  Document& document_;
  const char* at_;
  const char* end_;       // a NUL stands here
  std::size_t nuls_ = 0;  // strings so far that hold U+0000
};

Document::Document(const PointerTree& tree) : tree_(tree), places_(tree.size()) {
  for (std::size_t node = 0; node < tree.size(); ++node) {
    places_[node].order = tree[node].children;
  }
}

bool Document::read(const std::string& text) {
  ENSURE(text.size() <= payload_bytes_limit);
  clear();
  ++reads_;
  doubled_.reset();
  text_bytes_ = text.size();
  return simdjson::validate_utf8(text) && Walk(*this, text).run();
}

const JsonValue& Document::at(std::size_t node) const {
  const Place& place = places_[node];
  return place.seen_in == reads_ ? place.value : absent_;
}

bool Document::unescape(std::string_view raw, std::string_view& text) {
  if (unescaped_.size() < text_bytes_) {
    // Nothing stands there yet in this read: afterwards there is room for all of the text.
    unescaped_ = SecretBytes(std::max(unescaped_min, std::bit_ceil(text_bytes_)));
  }
  const std::span<char> room(reinterpret_cast<char*>(unescaped_.bytes().data()), unescaped_.size());
  const std::span<char> rest = room.subspan(unescaped_used_);
  unescaped_used_ += raw.size();  // a bad string may be left half-written
  const std::optional<std::size_t> size = unescape_json(raw, rest);
  text = {rest.data(), size.value_or(0)};
  return size.has_value();
}

void Document::clear() {
  wipe(unescaped_.bytes().first(unescaped_used_));
  unescaped_used_ = 0;
}

}  // namespace moretta
