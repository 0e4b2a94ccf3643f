#include "mask/hmac.hpp"

#include <algorithm>

#include "base/secret.hpp"

namespace moretta::mask {

namespace {

constexpr std::byte inner_pad{0x36};
constexpr std::byte outer_pad{0x5c};

// The state that has taken in `block` with every byte changed by `pad`.
Sha256State keyed_state(const SecretBytes& block, std::byte pad) {
  SecretBytes padded = block.clone();
  for (std::byte& byte : padded.bytes()) {
    byte ^= pad;
  }
  Sha256State state;
  state.start();
  state.add(padded.bytes());
  return state;
}

}  // namespace

Hmac::Hmac(std::span<const std::byte> key) {
  require_sha256();
  SecretBytes block(Sha256State::block_bytes);
  if (key.size() > block.size()) {
    Tag hashed = Sha256State::of(key);
    std::ranges::copy(hashed, block.bytes().begin());
    wipe(hashed);
  } else {
    std::ranges::copy(key, block.bytes().begin());
  }
  inner_ = keyed_state(block, inner_pad);
  outer_ = keyed_state(block, outer_pad);
}

// Whoever has the states can make tags, as with the key.
Hmac::~Hmac() {
  wipe(std::as_writable_bytes(std::span(&inner_, 1)));
  wipe(std::as_writable_bytes(std::span(&outer_, 1)));
}

void Hmac::tag(std::span<const std::byte> value, Tag& tag) const {
  Sha256State state = inner_;
  state.finish(value, tag);
  state = outer_;
  state.finish(tag, tag);
}

}  // namespace moretta::mask
