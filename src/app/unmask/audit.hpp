#pragma once

// The record of who recovered what: written before the first value is shown, each record vouching
// for the one before it (docs/decisions/0017-unmask-audit.md).

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "app/chain.hpp"
#include "mask/keyset.hpp"

namespace moretta::app {

inline constexpr std::string_view audit_method = "unmask-audit";  // of the chain's key

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

// The columns of the table but the mac, as texts: all that the MAC is over, but the MAC before.
std::vector<std::string> chain_fields(const AuditRecord& record);

// chain_mac over chain_fields.
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

// The record as the next of the chain that is checked.
void take(ChainCheck& check, const AuditRecord& record);

}  // namespace moretta::app
