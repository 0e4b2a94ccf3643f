#include "app/unmask/audit.hpp"

#include "base/digest.hpp"
#include "base/encoding.hpp"
#include "mask/keys.hpp"

namespace moretta::app {

namespace {

constexpr std::size_t digest_bytes = 16;  // no two tokens of a table share 128 bits by chance

}  // namespace

std::string token_digest(std::string_view token) {
  const Sha256 digest = sha256(token);
  return hex(std::span(digest).first(digest_bytes));
}

std::vector<std::string> chain_fields(const AuditRecord& record) {
  return {std::to_string(record.seq),
          record.at,
          record.who,
          record.db_role,
          record.reason,
          record.ticket,
          record.action,
          record.subject,
          std::to_string(record.count),
          record.digests,
          std::to_string(record.key_id),
          record.kcv};
}

std::string audit_mac(const mask::MasterKey& key, std::string_view mac_before,
                      const AuditRecord& record) {
  return chain_mac(key, audit_method, mac_before, chain_fields(record));
}

void chain(AuditRecord& record, std::int64_t seq_before, std::string_view mac_before,
           const mask::MasterKey& key) {
  record.seq = seq_before + 1;
  record.key_id = key.id;
  record.kcv = mask::key_check_value(key);
  record.mac = audit_mac(key, mac_before, record);
}

void take(ChainCheck& check, const AuditRecord& record) {
  check.take({.seq = record.seq, .key_id = record.key_id, .kcv = record.kcv, .mac = record.mac},
             chain_fields(record));
}

}  // namespace moretta::app
