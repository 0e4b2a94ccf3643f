#pragma once

// Bytes that must not outlive their use: keys, passwords, clear text. Wiped on destruction, not
// copyable by accident, no stream or format support.

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace moretta {

// Overwrites in a way the compiler keeps.
void wipe(std::span<std::byte> bytes);
void wipe(std::string& text);

// As text.append(more), but where the text has to move, what it leaves is wiped.
void append_secret(std::string& text, std::string_view more);

class SecretBytes {
 public:
  SecretBytes() = default;
  explicit SecretBytes(std::span<const std::byte> bytes) : bytes_(bytes.begin(), bytes.end()) {}
  explicit SecretBytes(std::string_view text);
  explicit SecretBytes(std::size_t size) : bytes_(size) {}
  SecretBytes(SecretBytes&& other) noexcept;
  SecretBytes& operator=(SecretBytes&& other) noexcept;
  SecretBytes(const SecretBytes&) = delete;
  SecretBytes& operator=(const SecretBytes&) = delete;
  ~SecretBytes();

  [[nodiscard]] SecretBytes clone() const { return SecretBytes(bytes()); }
  [[nodiscard]] std::span<const std::byte> bytes() const { return bytes_; }
  [[nodiscard]] std::span<std::byte> bytes() { return bytes_; }
  [[nodiscard]] const unsigned char* data() const;
  [[nodiscard]] std::string_view view() const;  // for APIs that want text; valid while this lives
  [[nodiscard]] std::size_t size() const { return bytes_.size(); }
  [[nodiscard]] bool empty() const { return bytes_.empty(); }

 private:
  std::vector<std::byte> bytes_;
};

}  // namespace moretta
