#pragma once

// HMAC-SHA-256 (RFC 2104) under one key, many times: the two keyed hash states are made once and
// copied for each value, which halves the hashing and allocates nothing.

#include <cstddef>
#include <span>

#include "mask/digest_state.hpp"

namespace moretta::mask {

class Hmac {
 public:
  using Tag = Sha256State::Digest;

  // Any key length. Throws Refused if OpenSSL has no SHA-256.
  explicit Hmac(std::span<const std::byte> key);
  ~Hmac();
  Hmac(Hmac&&) noexcept = default;
  Hmac& operator=(Hmac&&) noexcept = default;
  Hmac(const Hmac&) = delete;
  Hmac& operator=(const Hmac&) = delete;

  void tag(std::span<const std::byte> value, Tag& tag) const;

 private:
  Sha256State inner_;  // has taken in key ^ ipad
  Sha256State outer_;  // has taken in key ^ opad
};

}  // namespace moretta::mask
