#include "app/chain.hpp"

#include <fmt/format.h>
#include <openssl/crypto.h>

#include "base/digest.hpp"
#include "base/encoding.hpp"
#include "base/json_text.hpp"
#include "mask/keys.hpp"

namespace moretta::app {

namespace {

constexpr std::size_t chain_key_bytes = 32;

void append_field(std::string_view field, std::string& out) {
  out += std::to_string(field.size());
  out += ':';
  out += field;
}

bool is_same(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace

std::string chain_mac(const mask::MasterKey& key, std::string_view method,
                      std::string_view mac_before, std::span<const std::string> fields) {
  std::string text;
  append_field(mac_before, text);
  for (const std::string& field : fields) {
    append_field(field, text);
  }
  const SecretBytes chain_key = mask::subkey(key, method, "", chain_key_bytes);
  return hex(hmac_sha256(chain_key.bytes(), text));
}

ChainCheck::ChainCheck(const mask::Keyset& keys, std::string_view method, std::string head)
    : keys_(keys), method_(method), wanted_head_(std::move(head)) {}

void ChainCheck::take(const ChainLink& link, std::span<const std::string> fields) {
  ++records_;
  if (fault_) {
    return;
  }
  if (link.seq != seq_ + 1) {
    fault_ = link.seq > seq_ ? fmt::format("records {} to {} are gone", seq_ + 1, link.seq - 1)
                             : fmt::format("record {} stands twice", link.seq);
    return;
  }
  const mask::KeyEntry* entry = keys_.entry(link.key_id);
  if (entry != nullptr && entry->kcv != link.kcv) {
    fault_ = fmt::format("record {} names key {} with another check value", link.seq, link.key_id);
    return;
  }
  if (entry == nullptr || !entry->key) {
    ++unproven_;
  } else if (!is_same(chain_mac(*entry->key, method_, mac_, fields), link.mac)) {
    fault_ = fmt::format("record {} was changed, or the one before it was", link.seq);
    return;
  }
  seq_ = link.seq;
  mac_ = link.mac;
  head_ = fmt::format("{}:{}", link.seq, link.mac);
  has_wanted_head_ = has_wanted_head_ || head_ == wanted_head_;
}

std::optional<std::string> ChainCheck::fault() const {
  if (fault_ || wanted_head_.empty() || has_wanted_head_) {
    return fault_;
  }
  return fmt::format("the record that --head names is not there: the chain ends with record {}",
                     seq_);
}

std::string chain_text(const ChainCheck& check) {
  const auto fault = check.fault();
  std::string text = fmt::format("{} records, {}\n", check.records(),
                                 fault ? "broken: " + *fault : std::string("whole"));
  if (check.unproven() > 0) {
    text += fmt::format(
        "{} of them are of keys that are not at hand any more: linked, but not proven\n",
        check.unproven());
  }
  if (!fault && !check.head().empty()) {
    text += fmt::format("head {}; note it elsewhere, and give it with --head next time\n",
                        check.head());
  }
  return text;
}

std::string chain_json(const ChainCheck& check) {
  const auto fault = check.fault();
  return fmt::format(R"("whole":{},"records":{},"unproven":{},"head":{},"fault":{})", !fault,
                     check.records(), check.unproven(), json_string(check.head()),
                     fault ? json_string(*fault) : "null");
}

}  // namespace moretta::app
