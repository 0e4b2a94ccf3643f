#pragma once

// A value to the one spelling that its policy asks for, so that what people take for equal gets
// equal tokens.

#include <optional>
#include <string_view>

#include "base/secret.hpp"
#include "mask/ip_address.hpp"
#include "mask/policy.hpp"

namespace moretta::mask {

// For one thread.
class Normalizer {
 public:
  explicit Normalizer(Normalize how) : how_(how) {}

  [[nodiscard]] bool changes() const { return how_ != Normalize::none; }

  // Never longer than `value`; lies in it or in this object, until the next call of anything here.
  // nullopt: not an address, which `ip` alone asks for; the empty string passes.
  std::optional<std::string_view> apply(std::string_view value);

  // Wipes what `apply` left behind.
  void forget();

 private:
  std::string_view lower(std::string_view value);

  Normalize how_;
  IpText ip_{};
  SecretBytes lower_;
};

}  // namespace moretta::mask
