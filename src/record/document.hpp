#pragma once

// One JSON text, read once: checked whole against RFC 8259 and the values at the places of a
// PointerTree picked up on the way. Not reading everything would be faster, and would call half a
// document good.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "base/secret.hpp"
#include "record/pointer_tree.hpp"

namespace moretta {

inline constexpr std::size_t body_bytes_max = 1'048'576;  // SQS takes no larger message
inline constexpr std::size_t nesting_max = 64;            // deeper JSON is an attack, not an event

// Both views are into the document's own memory: valid until the next read or clear.
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
  ~Document();
  Document(const Document&) = delete;
  Document& operator=(const Document&) = delete;

  // False if the text is not JSON within our limits. REQUIRED: at most body_bytes_max bytes.
  bool read(std::string_view text);

  // After a read that gave true.
  [[nodiscard]] JsonValue at(std::size_t node) const;
  // The first place of the tree that stands twice. The values there and below mean nothing then.
  [[nodiscard]] std::optional<std::size_t> doubled() const { return doubled_; }

  // Wipes the text. Nothing in clear is left after it.
  void clear();

 private:
  class Walk;
  struct Parser;
  struct Place {
    std::uint64_t seen_in = 0;  // the number of the read
    JsonValue value;
  };

  void make_room(std::size_t bytes);

  const PointerTree& tree_;
  std::unique_ptr<Parser> parser_;
  SecretBytes text_;       // the copy that simdjson reads, with its padding: zeroes after `used_`
  SecretBytes unescaped_;  // what strings with escapes mean; never more bytes than they took
  std::size_t used_ = 0;
  std::size_t unescaped_used_ = 0;
  std::uint64_t reads_ = 0;
  std::vector<Place> places_;  // one for each node
  std::optional<std::size_t> doubled_;
};

}  // namespace moretta
