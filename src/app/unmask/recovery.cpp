#include "app/unmask/recovery.hpp"

#include <algorithm>

#include "mask/token.hpp"

namespace moretta::app {

namespace {

// Hex, base64url and the prefix. Nothing else can be in the vault, so nothing else is asked for.
bool is_spelled_like_a_token(std::string_view token) {
  return !token.empty() && std::ranges::all_of(token, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '_' || c == ':';
  });
}

SealedByToken sealed_originals(std::span<const std::string> tokens, const VaultLookup& vault) {
  std::vector<std::string> wanted;
  for (const std::string& token : tokens) {
    if (is_one_way(token)) {
      wanted.push_back(token);
    }
  }
  return wanted.empty() ? SealedByToken() : vault(wanted);
}

}  // namespace

bool is_one_way(std::string_view token) {
  const auto parts = mask::parse_token(token);
  const bool holds_original =
      parts && (parts->letter == mask::siv_letter || parts->letter == mask::cbc_letter);
  return !holds_original && is_spelled_like_a_token(token);
}

std::vector<Original> recover(mask::KeysetUnmasker& unmasker, std::string_view domain,
                              std::span<const std::string> tokens, const VaultLookup& vault) {
  const SealedByToken sealed = sealed_originals(tokens, vault);
  std::vector<Original> originals;
  originals.reserve(tokens.size());
  for (const std::string& token : tokens) {
    const auto entry = sealed.find(token);
    auto clear = entry == sealed.end() ? unmasker.unmask(token, domain)
                                       : unmasker.open_vault(entry->second, domain, token);
    originals.push_back(clear ? Original(std::move(clear).value()) : std::nullopt);
  }
  return originals;
}

}  // namespace moretta::app
