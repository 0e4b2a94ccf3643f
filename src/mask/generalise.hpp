#pragma once

// What is left of a value when most of it is dropped for good: its network, a few characters, the
// range it lies in. Not pseudonyms: many values share one, and no key undoes it.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "mask/policy.hpp"
#include "record/reject.hpp"

namespace moretta::mask {

// 199.172.111.135 -> 199.172.111.0/24, 2001:db8:85a3:8d3::1 -> 2001:db8:85a3::/48
class TruncateIp {
 public:
  Result<Done, Reason> append(std::string_view value, std::string& out) const;
};

// Every character becomes one mask character but for the first and the last ones; a value that has
// no others is masked whole.
class CharacterMask {
 public:
  explicit CharacterMask(const Policy& policy);

  Result<Done, Reason> append(std::string_view value, std::string& out) const;

 private:
  std::size_t keep_first_;
  std::size_t keep_last_;
  char mask_char_;
};

// 37 -> 30-39 for a size of 10.
class Bucket {
 public:
  explicit Bucket(const Policy& policy);

  // Of a whole number in decimal digits.
  Result<Done, Reason> append(std::string_view value, std::string& out) const;

  // Where the range begins; nullopt if that is no 64-bit number.
  [[nodiscard]] std::optional<std::int64_t> start_of(std::int64_t number) const;

 private:
  std::int64_t size_;
};

// As Postgres counts the width of a varchar: every byte but UTF-8's continuation bytes begins one.
std::size_t characters(std::string_view utf8);

}  // namespace moretta::mask
