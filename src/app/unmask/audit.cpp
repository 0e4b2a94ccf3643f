#include "app/unmask/audit.hpp"

#include <array>

#include "base/digest.hpp"
#include "base/encoding.hpp"
#include "mask/keys.hpp"

namespace moretta::app {

namespace {

constexpr std::size_t digest_bytes = 16;  // no two tokens of a table share 128 bits by chance

// All that the MAC is over, but the MAC before.
class Fields {
 public:
  explicit Fields(const AuditRecord& record)
      : seq_(std::to_string(record.seq)),
        count_(std::to_string(record.count)),
        key_id_(std::to_string(record.key_id)),
        all_{seq_,          record.at,      record.who,    record.db_role,
             record.reason, record.ticket,  record.action, record.subject,
             count_,        record.digests, key_id_,       record.kcv} {}
  Fields(const Fields&) = delete;
  Fields& operator=(const Fields&) = delete;

  [[nodiscard]] std::span<const std::string_view> all() const { return all_; }

 private:
  std::string seq_;
  std::string count_;
  std::string key_id_;
  std::array<std::string_view, 12> all_;
};

}  // namespace

std::string token_digest(std::string_view token) {
  const Sha256 digest = sha256(token);
  return hex(std::span(digest).first(digest_bytes));
}

std::string audit_mac(const mask::MasterKey& key, std::string_view mac_before,
                      const AuditRecord& record) {
  return chain_mac(key, audit_method, mac_before, Fields(record).all());
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
             Fields(record).all());
}

}  // namespace moretta::app
