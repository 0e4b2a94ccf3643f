#include "mask/masker.hpp"

#include <algorithm>
#include <utility>

#include "base/ensure.hpp"
#include "mask/tokenizer.hpp"
#include "mask/vault_seal.hpp"

namespace moretta::mask {

namespace {

// Many columns may read one long value. Postgres takes no field over 1 GB, and offsets are 32 bits.
constexpr std::size_t row_bytes_max = 1U << 28;

// The recoverable token that goes into the vault beside a one-way one.
Policy recovery_policy(const Policy& policy) {
  Policy recovery = policy;
  recovery.method = policy.recover == Recover::aes_siv ? Method::aes_siv : Method::aes_256_cbc;
  recovery.recover = Recover::no;
  return recovery;
}

// As Postgres counts the width of a varchar: every byte but UTF-8's continuation bytes begins one.
std::size_t characters(std::string_view utf8) {
  return static_cast<std::size_t>(std::ranges::count_if(
      utf8, [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; }));
}

struct MaskedColumn {
  Column column;
  Policy policy;
  std::optional<Tokenizer> tokenizer;   // of methods that give tokens
  std::optional<Tokenizer> recovery;    // with policy.recover other than seal
  std::unique_ptr<VaultSealer> sealer;  // with policy.recover of seal

  [[nodiscard]] bool fits(std::size_t chars) const {
    return !column.width || chars <= static_cast<std::size_t>(*column.width);
  }
};

}  // namespace

struct Masker::State {
  std::vector<MaskedColumn> columns;
  std::size_t recoveries = 0;  // columns with a vault entry
  int key_id = 0;

  Result<std::size_t, Reason> stored_bytes(const MaskedColumn& masked, const Value& value) const;
  bool fill(MaskedColumn& masked, const Value& value, Row& row, Row::Cell& cell);
  bool append_masked(MaskedColumn& masked, const Value& value, Row& row);
  bool append_recovery(MaskedColumn& masked, std::string_view value, VaultEntry& entry);
};

Masker::Masker(Mapping mapping, std::vector<Policy> policies, const MasterKey* key, Random* random)
    : state_(std::make_unique<State>()) {
  ENSURE(mapping.size() == policies.size());
  state_->key_id = key == nullptr ? 1 : key->id;
  state_->columns.reserve(mapping.size());
  for (std::size_t i = 0; i < mapping.size(); ++i) {
    MaskedColumn masked{.column = std::move(mapping[i]),
                        .policy = std::move(policies[i]),
                        .tokenizer = {},
                        .recovery = {},
                        .sealer = {}};
    if (gives_tokens(masked.policy.method)) {
      ENSURE(masked.column.type == ColumnType::text || masked.column.type == ColumnType::varchar);
      masked.tokenizer.emplace(masked.policy, key);
      if (masked.policy.recover != Recover::no) {
        ++state_->recoveries;
        if (masked.policy.recover != Recover::seal) {
          masked.recovery.emplace(recovery_policy(masked.policy), key);
        } else {
          ENSURE(key != nullptr && random != nullptr);
          masked.sealer = std::make_unique<VaultSealer>(*key, masked.policy.domain, *random);
        }
      }
    }
    state_->columns.push_back(std::move(masked));
  }
}

Masker::~Masker() = default;

// Bytes of text that the cell of `value` will hold, or why it cannot be stored: known before any
// masking, so that a row is one allocation and a hopeless value costs nothing.
Result<std::size_t, Reason> Masker::State::stored_bytes(const MaskedColumn& masked,
                                                        const Value& value) const {
  if (value.is_null()) {
    return std::size_t{0};
  }
  if (masked.policy.method == Method::redact) {
    std::string_view constant;
    if (masked.policy.constant) {
      constant = *masked.policy.constant;
    }
    return masked.fits(characters(constant)) ? Result<std::size_t, Reason>(constant.size())
                                             : Failure{Reason::too_long};
  }
  const bool is_text = value.kind == Value::Kind::text;
  if (masked.policy.method == Method::keep) {
    const bool fits = !is_text || masked.fits(characters(value.text));
    return fits ? Result<std::size_t, Reason>(value.text.size()) : Failure{Reason::too_long};
  }
  if (!is_text) {
    return Failure{Reason::mask_failed};  // a number has no bytes of its own to mask
  }
  if (value.text.size() > value_bytes_max) {
    return Failure{Reason::too_long};
  }
  const std::size_t chars = token_chars_max(masked.policy, key_id, value.text.size());
  return masked.fits(chars) ? Result<std::size_t, Reason>(chars) : Failure{Reason::too_long};
}

// False if the value could not be masked.
bool Masker::State::append_masked(MaskedColumn& masked, const Value& value, Row& row) {
  const std::size_t start = row.arena_.size();
  if (!masked.tokenizer->append(value.text, row.arena_)) {
    return false;
  }
  const std::string_view token = std::string_view(row.arena_).substr(start);
  ENSURE(token.size() == token_chars_max(masked.policy, key_id, value.text.size()));
  if (masked.policy.recover == Recover::no) {
    return true;
  }
  VaultEntry entry{
      .domain = masked.policy.domain, .token = std::string(token), .key_id = key_id, .sealed = {}};
  if (!append_recovery(masked, value.text, entry)) {
    return false;
  }
  row.vault_.push_back(std::move(entry));
  return true;
}

bool Masker::State::append_recovery(MaskedColumn& masked, std::string_view value,
                                    VaultEntry& entry) {
  if (masked.recovery) {
    return masked.recovery->append(value, entry.sealed).ok();
  }
  masked.sealer->append(value, entry.token, entry.sealed);
  return true;
}

bool Masker::State::fill(MaskedColumn& masked, const Value& value, Row& row, Row::Cell& cell) {
  if (value.is_null()) {
    return true;
  }
  const std::size_t start = row.arena_.size();
  cell.value.kind = Value::Kind::text;
  switch (masked.policy.method) {
    case Method::keep:
      cell.value = value;
      cell.value.text = {};
      row.arena_ += value.text;
      break;
    case Method::redact:
      if (!masked.policy.constant) {
        cell.value.kind = Value::Kind::null;
        return true;
      }
      row.arena_ += *masked.policy.constant;
      break;
    default:
      if (!append_masked(masked, value, row)) {
        return false;
      }
  }
  cell.offset = static_cast<std::uint32_t>(start);
  cell.length = static_cast<std::uint32_t>(row.arena_.size() - start);
  return true;
}

Result<Row, Reject> Masker::mask(const Event& event) {
  std::vector<MaskedColumn>& columns = state_->columns;
  ENSURE(event.size() == columns.size());
  const auto reject = [&](const MaskedColumn& masked, Reason reason) {
    return Failure{Reject{.reason = reason,
                          .column = masked.column.name,
                          .pointer = masked.column.pointer,
                          .sqlstate = {}}};
  };

  std::size_t row_bytes = 0;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const auto bytes = state_->stored_bytes(columns[i], event[i]);
    if (!bytes) {
      return reject(columns[i], bytes.error());
    }
    row_bytes += bytes.value();
    if (row_bytes > row_bytes_max) {
      return reject(columns[i], Reason::too_long);
    }
  }

  Row row;
  row.cells_.resize(columns.size());
  row.arena_.reserve(row_bytes);
  row.vault_.reserve(state_->recoveries);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (!state_->fill(columns[i], event[i], row, row.cells_[i])) {
      return reject(columns[i], Reason::mask_failed);
    }
  }
  return row;
}

}  // namespace moretta::mask
