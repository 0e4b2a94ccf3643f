#include "base/secret.hpp"

#include <cstring>
#include <utility>

#include "base/bytes.hpp"

namespace moretta {

// glibc's wipes with the widest stores there are, OPENSSL_cleanse eight bytes at a time.
void wipe(std::span<std::byte> bytes) {
  if (!bytes.empty()) {
    ::explicit_bzero(bytes.data(), bytes.size());
  }
}

void wipe(std::string& text) {
  text.resize(text.capacity());
  ::explicit_bzero(text.data(), text.size());
  text.clear();
}

void append_secret(std::string& text, std::string_view more) {
  if (text.capacity() - text.size() < more.size()) {
    std::string larger;
    larger.reserve(2 * (text.size() + more.size()));
    larger = text;
    wipe(text);
    text = std::move(larger);
  }
  text.append(more);
}

SecretBytes::SecretBytes(std::string_view text) : SecretBytes(bytes_of(text)) {}

SecretBytes::SecretBytes(SecretBytes&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}

SecretBytes& SecretBytes::operator=(SecretBytes&& other) noexcept {
  if (this != &other) {
    wipe(bytes_);
    bytes_ = std::exchange(other.bytes_, {});
  }
  return *this;
}

SecretBytes::~SecretBytes() {
  wipe(bytes_);
}

const unsigned char* SecretBytes::data() const {
  return reinterpret_cast<const unsigned char*>(bytes_.data());
}

std::string_view SecretBytes::view() const {
  return text_of(bytes_);
}

}  // namespace moretta
