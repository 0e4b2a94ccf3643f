#include "record/pointer_tree.hpp"

#include <algorithm>
#include <charconv>

#include "base/ensure.hpp"

namespace moretta {

namespace {

std::optional<std::string> resolve(std::string_view token) {
  std::string out;
  for (std::size_t i = 0; i < token.size(); ++i) {
    if (token[i] != '~') {
      out.push_back(token[i]);
      continue;
    }
    ++i;
    if (i == token.size() || (token[i] != '0' && token[i] != '1')) {
      return std::nullopt;
    }
    out.push_back(token[i] == '0' ? '~' : '/');
  }
  return out;
}

std::string escape(std::string_view token) {
  std::string out;
  for (const char c : token) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out.push_back(c);
    }
  }
  return out;
}

}  // namespace

std::optional<std::vector<std::string>> pointer_tokens(std::string_view pointer) {
  std::vector<std::string> tokens;
  while (!pointer.empty()) {
    if (pointer.front() != '/') {
      return std::nullopt;
    }
    pointer.remove_prefix(1);
    const std::size_t end = std::min(pointer.find('/'), pointer.size());
    std::optional<std::string> token = resolve(pointer.substr(0, end));
    if (!token) {
      return std::nullopt;
    }
    tokens.push_back(std::move(*token));
    pointer.remove_prefix(end);
  }
  return tokens;
}

std::optional<std::size_t> array_index(std::string_view token) {
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), index);
  const bool leading_zero = token.size() > 1 && token.front() == '0';
  if (error != std::errc{} || end != token.data() + token.size() || leading_zero) {
    return std::nullopt;
  }
  return index;
}

PointerTree::PointerTree(const Mapping& mapping) : nodes_(1), of_column_(mapping.size(), root) {
  nodes_[root].first_column = mapping.size();
  for (std::size_t column = 0; column < mapping.size(); ++column) {
    if (mapping[column].origin != Origin::body) {
      continue;
    }
    const auto tokens = pointer_tokens(mapping[column].pointer);
    ENSURE(tokens.has_value());
    std::size_t node = root;
    nodes_[root].first_column = std::min(nodes_[root].first_column, column);
    for (const std::string& token : *tokens) {
      node = child(node, token, column);
    }
    of_column_[column] = node;
  }
}

std::size_t PointerTree::child(std::size_t parent, const std::string& token, std::size_t column) {
  for (const std::size_t known : nodes_[parent].children) {
    if (nodes_[known].token == token) {
      return known;
    }
  }
  const std::size_t node = nodes_.size();
  nodes_.push_back({.token = token,
                    .index = array_index(token),
                    .pointer = nodes_[parent].pointer + '/' + escape(token),
                    .parent = parent,
                    .children = {},
                    .first_column = column});
  nodes_[parent].children.push_back(node);
  return node;
}

}  // namespace moretta
