#pragma once

// The record of who recovered what: written before the first value is shown, each record vouching
// for the one before it (docs/decisions/0017-unmask-audit.md).

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "mask/keyset.hpp"

namespace moretta::app {

struct AuditRecord {
  std::int64_t seq = 0;      // from 1, without gaps
  std::string at = {};       // RFC 3339, UTC
  std::string who = {};      // of the operating system
  std::string db_role = {};  // of the database; empty in a file
  std::string reason = {};
  std::string ticket = {};
  std::string action = {};   // "tokens", "query", "quarantined"
  std::string subject = {};  // domain, table and column, message id
  std::size_t count = 0;
  std::string digests = {};  // of the tokens, in order: token_digest, with a blank between
  int key_id = 0;            // of the key that the chain's key comes from
  std::string kcv = {};
  std::string mac = {};  // 64 hex digits

  bool operator==(const AuditRecord&) const = default;
};

// First 16 bytes of SHA-256, hex: `sha256(token)` of Postgres gives the same.
std::string token_digest(std::string_view token);

// HMAC-SHA-256 under the subkey of ("unmask-audit", ""), over the mac before (64 hex digits; empty
// for the first) and every field but the mac, each as its length in decimal, a colon and its bytes.
std::string audit_mac(const mask::MasterKey& key, std::string_view mac_before,
                      const AuditRecord& record);

// Where records are kept, one behind the other.
class AuditLog {
 public:
  virtual ~AuditLog() = default;

  // Makes the record the next of the chain: fills seq, db_role, key_id, kcv and mac. Durable when
  // it returns. Throws Unavailable, Refused.
  virtual void append(AuditRecord& record, const mask::MasterKey& key) = 0;

  // In the order of the chain. Throws Unavailable, Refused.
  virtual void each(const std::function<void(const AuditRecord&)>& take) = 0;
};

// Makes `record` follow the record of `seq_before` and `mac_before`.
void chain(AuditRecord& record, std::int64_t seq_before, std::string_view mac_before,
           const mask::MasterKey& key);

// Goes through a chain once and finds where it is broken.
class AuditCheck {
 public:
  // `keys` must outlive the check. `head` is "SEQ:MAC" of a record that must be there, or empty.
  AuditCheck(const mask::Keyset& keys, std::string head);

  void take(const AuditRecord& record);

  // What is wrong first, with its place; nullopt if nothing is. Ask when all records were taken.
  [[nodiscard]] std::optional<std::string> fault() const;
  [[nodiscard]] std::size_t records() const { return records_; }
  // Records of keys that are not at hand any more: linked, but not proven.
  [[nodiscard]] std::size_t unproven() const { return unproven_; }
  // "SEQ:MAC" of the last record; note it elsewhere. Empty if there is none.
  [[nodiscard]] const std::string& head() const { return head_; }

 private:
  const mask::Keyset& keys_;
  std::string wanted_head_;
  std::string head_;
  std::string mac_;
  std::int64_t seq_ = 0;
  std::size_t records_ = 0;
  std::size_t unproven_ = 0;
  bool has_wanted_head_ = false;
  std::optional<std::string> fault_;
};

}  // namespace moretta::app
