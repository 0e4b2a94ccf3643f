// The one place that calls what OpenSSL 3 deprecates.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "mask/digest_state.hpp"

#include "base/ensure.hpp"
#include "mask/openssl.hpp"

namespace moretta::mask {

namespace {

unsigned char* raw(std::span<std::byte> bytes) {
  return reinterpret_cast<unsigned char*>(bytes.data());
}

}  // namespace

// They cannot fail: each returns 1 whatever it gets.
void Md5State::start() {
  MD5_Init(&state_);
}

void Md5State::add(std::span<const std::byte> bytes) {
  MD5_Update(&state_, bytes.data(), bytes.size());
}

void Md5State::finish(Digest& digest) {
  MD5_Final(raw(digest), &state_);
}

Md5State::Digest Md5State::of(std::span<const std::byte> bytes) {
  Md5State state;
  Digest digest;
  state.start();
  state.add(bytes);
  state.finish(digest);
  return digest;
}

void Sha256State::start() {
  SHA256_Init(&state_);
}

void Sha256State::add(std::span<const std::byte> bytes) {
  SHA256_Update(&state_, bytes.data(), bytes.size());
}

void Sha256State::finish(Digest& digest) {
  SHA256_Final(raw(digest), &state_);
}

Sha256State::Digest Sha256State::of(std::span<const std::byte> bytes) {
  Sha256State state;
  Digest digest;
  state.start();
  state.add(bytes);
  state.finish(digest);
  return digest;
}

void require_md5() {
  static_cast<void>(fetch_digest("MD5"));
}

void require_sha256() {
  static_cast<void>(fetch_digest("SHA256"));
}

}  // namespace moretta::mask
