#pragma once

// One JSON text, read once and in place: checked whole against RFC 8259, and the values at the
// places of a PointerTree picked up on the way. By hand because numbers must keep their text:
// simdjson's DOM, though faster, loses it, and its on-demand parser leaves the checking to its
// caller (5,440 instructions to decode a login event against 4,700 with this). Neither reads in
// place. The property test and the fuzzer hold the DOM and this to the same verdicts.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/secret.hpp"
#include "record/pointer_tree.hpp"

namespace moretta {

inline constexpr std::size_t body_bytes_max = 1'048'576;  // SQS takes no larger message
// What a message may point to. A document takes several times that while it is read.
inline constexpr std::size_t payload_bytes_limit = std::size_t{64} << 20U;
inline constexpr std::size_t nesting_max = 64;  // deeper JSON is an attack, not an event

// The views are into the text and into the document's memory: valid until the next read or clear,
// and while the text lives.
struct JsonValue {
  enum class Kind { absent, null, boolean, number, string, array, object };

  Kind kind = Kind::absent;
  std::string_view source;  // as it stands in the text, quotes and escapes included
  std::string_view text;    // of a string: its characters, escapes resolved
  bool holds_nul = false;   // U+0000 in the string, or anywhere in the array or object

  [[nodiscard]] bool is_value_without_members() const {
    return kind == Kind::boolean || kind == Kind::number || kind == Kind::string;
  }
};

// For one thread; keeps its memory between texts.
class Document {
 public:
  // `tree` must outlive the document.
  explicit Document(const PointerTree& tree);
  Document(const Document&) = delete;
  Document& operator=(const Document&) = delete;

  // False if the text is not JSON within our limits. REQUIRED: at most payload_bytes_limit bytes.
  bool read(const std::string& text);

  // After a read that gave true.
  [[nodiscard]] const JsonValue& at(std::size_t node) const;
  // The first place of the tree that stands twice. The values there and below mean nothing then.
  [[nodiscard]] std::optional<std::size_t> doubled() const { return doubled_; }

  // Wipes what it holds of the text; the text itself is its owner's.
  void clear();

 private:
  class Walk;
  struct Place {
    std::uint64_t seen_in = 0;       // the number of the read
    std::vector<std::size_t> order;  // the tree's children, as they came the last time
    JsonValue value;
  };

  bool unescape(std::string_view raw, std::string_view& text);

  const PointerTree& tree_;
  SecretBytes unescaped_;  // what strings with escapes mean; never more bytes than they took
  std::size_t unescaped_used_ = 0;
  std::size_t text_bytes_ = 0;
  std::uint64_t reads_ = 0;
  std::vector<Place> places_;  // one for each node
  JsonValue absent_;
  std::optional<std::size_t> doubled_;
};

}  // namespace moretta
