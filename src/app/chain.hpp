#pragma once

// Records that vouch for the ones before them: each carries a MAC over itself and the MAC before.
// To change, remove or insert one takes the key; to cut the tail, that nobody noted the head.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "mask/keyset.hpp"

namespace moretta::app {

// What every record of a chain has.
struct ChainLink {
  std::int64_t seq = 0;  // from 1, without gaps
  int key_id = 0;        // of the key that the chain's key comes from
  std::string_view kcv;
  std::string_view mac;  // 64 hex digits
};

// HMAC-SHA-256 under the subkey of (method, ""), over the mac before (empty for the first) and the
// fields, each as its length in decimal, a colon and its bytes. Hex.
std::string chain_mac(const mask::MasterKey& key, std::string_view method,
                      std::string_view mac_before, std::span<const std::string> fields);

// Goes through a chain once and finds where it is broken.
class ChainCheck {
 public:
  // `keys` must outlive the check. `head` is "SEQ:MAC" of a record that must be there, or empty.
  ChainCheck(const mask::Keyset& keys, std::string_view method, std::string head);

  // `fields` is everything in the record that its MAC is over, but the MAC before.
  void take(const ChainLink& link, std::span<const std::string> fields);

  // What is wrong first, with its place; nullopt if nothing is. Ask when all records were taken.
  [[nodiscard]] std::optional<std::string> fault() const;
  [[nodiscard]] std::size_t records() const { return records_; }
  // Records of keys that are not at hand any more: linked, but not proven.
  [[nodiscard]] std::size_t unproven() const { return unproven_; }
  // "SEQ:MAC" of the last record; note it elsewhere. Empty if there is none.
  [[nodiscard]] const std::string& head() const { return head_; }

 private:
  const mask::Keyset& keys_;
  std::string method_;
  std::string wanted_head_;
  std::string head_;
  std::string mac_;
  std::int64_t seq_ = 0;
  std::size_t records_ = 0;
  std::size_t unproven_ = 0;
  bool has_wanted_head_ = false;
  std::optional<std::string> fault_;
};

// For people, line by line; and as members of a JSON object, without its braces.
std::string chain_text(const ChainCheck& check);
std::string chain_json(const ChainCheck& check);

}  // namespace moretta::app
