#include "app/unmask/audit.hpp"

#include <array>

#include <fmt/format.h>
#include <openssl/crypto.h>

#include "base/digest.hpp"
#include "base/encoding.hpp"
#include "mask/keys.hpp"

namespace moretta::app {

namespace {

constexpr std::string_view chain_method = "unmask-audit";
constexpr std::size_t chain_key_bytes = 32;
constexpr std::size_t digest_bytes = 16;  // no two tokens of a table share 128 bits by chance

void append_field(std::string_view field, std::string& out) {
  out += std::to_string(field.size());
  out += ':';
  out += field;
}

std::string head_of(const AuditRecord& record) {
  return fmt::format("{}:{}", record.seq, record.mac);
}

bool is_same(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace

std::string token_digest(std::string_view token) {
  const Sha256 digest = sha256(token);
  return hex(std::span(digest).first(digest_bytes));
}

std::string audit_mac(const mask::MasterKey& key, std::string_view mac_before,
                      const AuditRecord& record) {
  const std::string seq = std::to_string(record.seq);
  const std::string count = std::to_string(record.count);
  const std::string key_id = std::to_string(record.key_id);
  const std::array<std::string_view, 13> fields = {
      mac_before,     seq,           record.at,     record.who,     record.db_role,
      record.reason,  record.ticket, record.action, record.subject, count,
      record.digests, key_id,        record.kcv};
  std::string text;
  for (const std::string_view field : fields) {
    append_field(field, text);
  }
  const SecretBytes chain_key = mask::subkey(key, chain_method, "", chain_key_bytes);
  return hex(hmac_sha256(chain_key.bytes(), text));
}

void chain(AuditRecord& record, std::int64_t seq_before, std::string_view mac_before,
           const mask::MasterKey& key) {
  record.seq = seq_before + 1;
  record.key_id = key.id;
  record.kcv = mask::key_check_value(key);
  record.mac = audit_mac(key, mac_before, record);
}

AuditCheck::AuditCheck(const mask::Keyset& keys, std::string head)
    : keys_(keys), wanted_head_(std::move(head)) {}

void AuditCheck::take(const AuditRecord& record) {
  ++records_;
  if (fault_) {
    return;
  }
  if (record.seq != seq_ + 1) {
    fault_ = record.seq > seq_ ? fmt::format("records {} to {} are gone", seq_ + 1, record.seq - 1)
                               : fmt::format("record {} stands twice", record.seq);
    return;
  }
  const mask::KeyEntry* entry = keys_.entry(record.key_id);
  if (entry != nullptr && entry->kcv != record.kcv) {
    fault_ =
        fmt::format("record {} names key {} with another check value", record.seq, record.key_id);
    return;
  }
  if (entry == nullptr || !entry->key) {
    ++unproven_;
  } else if (!is_same(audit_mac(*entry->key, mac_, record), record.mac)) {
    fault_ = fmt::format("record {} was changed, or the one before it was", record.seq);
    return;
  }
  seq_ = record.seq;
  mac_ = record.mac;
  head_ = head_of(record);
  has_wanted_head_ = has_wanted_head_ || head_ == wanted_head_;
}

std::optional<std::string> AuditCheck::fault() const {
  if (fault_ || wanted_head_.empty() || has_wanted_head_) {
    return fault_;
  }
  return fmt::format("the record that --head names is not there: the chain ends with record {}",
                     seq_);
}

}  // namespace moretta::app
