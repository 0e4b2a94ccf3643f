#pragma once

// All JSON pointers of a mapping as one tree, so that a body is read once, whatever the number of
// columns. A node is one place in the document; its number is its identity.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "record/column.hpp"

namespace moretta {

// The reference tokens of an RFC 6901 pointer with `~0` and `~1` resolved; nullopt if it is none.
std::optional<std::vector<std::string>> pointer_tokens(std::string_view pointer);

// A token that RFC 6901 section 4 lets stand for an array element: digits without a leading zero.
std::optional<std::size_t> array_index(std::string_view token);

class PointerTree {
 public:
  static constexpr std::size_t root = 0;

  struct Node {
    std::string token;                 // the last one of the pointer, resolved
    std::optional<std::size_t> index;  // of the token, in an array
    std::string pointer;               // the whole way from the root, as RFC 6901 writes it
    std::size_t parent = root;
    std::vector<std::size_t> children;
    std::size_t first_column = 0;  // of those that read this place or one below
  };

  // REQUIRED: the pointer of every column of origin body is valid.
  explicit PointerTree(const Mapping& mapping);

  [[nodiscard]] const Node& operator[](std::size_t node) const { return nodes_[node]; }
  [[nodiscard]] std::size_t size() const { return nodes_.size(); }

  // The node of each column; root for those that do not read the body.
  [[nodiscard]] std::size_t node_of(std::size_t column) const { return of_column_[column]; }

 private:
  std::size_t child(std::size_t parent, const std::string& token, std::size_t column);

  std::vector<Node> nodes_;
  std::vector<std::size_t> of_column_;
};

}  // namespace moretta
