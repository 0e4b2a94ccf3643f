#include "mask/masker.hpp"

#include <algorithm>
#include <limits>
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

const MasterKey* key_of(const Policy& policy, const MasterKey* primary, const Keyset* keys) {
  if (policy.key_id == 0 || (primary != nullptr && primary->id == policy.key_id)) {
    return primary;
  }
  const MasterKey* key = keys == nullptr ? nullptr : keys->find(policy.key_id);
  ENSURE(key != nullptr);
  return key;
}

std::int64_t integer_min(ColumnType type) {
  switch (type) {
    case ColumnType::smallint:
      return std::numeric_limits<std::int16_t>::min();
    case ColumnType::integer:
      return std::numeric_limits<std::int32_t>::min();
    default:
      return std::numeric_limits<std::int64_t>::min();
  }
}

// What makes a column's tokens under one key.
struct TokenMaker {
  int key_id = 1;
  std::optional<Period> period = {};         // that its key is of
  std::optional<Tokenizer> tokenizer = {};   // of methods that give tokens
  std::optional<Tokenizer> recovery = {};    // with policy.recover other than seal
  std::unique_ptr<VaultSealer> sealer = {};  // with policy.recover of seal
};

struct MaskedColumn {
  Column column;
  Policy policy;
  std::vector<TokenMaker> makers;  // one, or one for each period of an epoch
  TokenMaker* maker = nullptr;     // of the event at hand; null: its period has no key

  [[nodiscard]] bool fits(std::size_t chars) const {
    return !column.width || chars <= static_cast<std::size_t>(*column.width);
  }

  // A text has at most as many characters as bytes, so most need no counting.
  [[nodiscard]] bool fits(std::string_view text) const {
    return fits(text.size()) || fits(characters(text));
  }
};

}  // namespace

struct Masker::State {
  std::vector<MaskedColumn> columns;
  std::size_t recoveries = 0;      // columns with a vault entry
  EscrowSealer* escrow = nullptr;  // for policy.recover of seal, if there is one
  bool has_epochs = false;
  std::optional<Period> period;  // that the columns' makers are of

  [[nodiscard]] TokenMaker maker_of(const Policy& policy, const MasterKey* key,
                                    Random* random) const;
  void turn_to(WallTime sent_at);
  [[nodiscard]] std::size_t stored_bytes_max(const MaskedColumn& masked, const Value& value) const;
  Result<Done, Reason> fill(MaskedColumn& masked, const Value& value, Row& row, Row::Cell& cell);
  Result<Done, Reason> fill_bucket(const MaskedColumn& masked, const Value& value,
                                   Row::Cell& cell) const;
  Result<Done, Reason> append_masked(MaskedColumn& masked, const Value& value, Row& row,
                                     Row::Cell& cell);
  Result<Done, Reason> append_token(MaskedColumn& masked, std::string_view value, Row& row);
  Result<Done, Reason> append_recovery(MaskedColumn& masked, std::string_view value,
                                       std::string_view token, Row& row);
};

Masker::Masker(Mapping mapping, std::vector<Policy> policies, const MasterKey* primary,
               Random* random, EscrowSealer* escrow, const Keyset* keys)
    : state_(std::make_unique<State>()) {
  state_->escrow = escrow;
  ENSURE(mapping.size() == policies.size());
  state_->columns.reserve(mapping.size());
  for (std::size_t i = 0; i < mapping.size(); ++i) {
    MaskedColumn masked{
        .column = std::move(mapping[i]), .policy = std::move(policies[i]), .makers = {}};
    const Policy& policy = masked.policy;
    ENSURE(!is_read_only(policy.method));
    ENSURE(!gives_tokens(policy.method) || fits_type(policy.method, masked.column.type));
    if (policy.epoch == Epoch::none) {
      masked.makers.push_back(state_->maker_of(policy, key_of(policy, primary, keys), random));
      masked.maker = masked.makers.data();
    } else {
      ENSURE(keys != nullptr);
      state_->has_epochs = true;
      for (const MasterKey* key : keys->readable(policy.epoch)) {
        masked.makers.push_back(state_->maker_of(policy, key, random));
        masked.makers.back().period = keys->entry(key->id)->period;
      }
    }
    if (gives_tokens(policy.method) && policy.recover != Recover::no) {
      ++state_->recoveries;
    }
    state_->columns.push_back(std::move(masked));
  }
}

Masker::~Masker() = default;

TokenMaker Masker::State::maker_of(const Policy& policy, const MasterKey* key,
                                   Random* random) const {
  TokenMaker maker{.key_id = key == nullptr ? 1 : key->id};
  if (!gives_tokens(policy.method)) {
    return maker;
  }
  maker.tokenizer.emplace(policy, key);
  if (policy.recover != Recover::no && policy.recover != Recover::seal) {
    maker.recovery.emplace(recovery_policy(policy), key);
  } else if (policy.recover == Recover::seal && escrow == nullptr) {
    ENSURE(key != nullptr && random != nullptr);
    maker.sealer = std::make_unique<VaultSealer>(*key, policy.domain, *random);
  }
  return maker;
}

// Messages come in the order of their sending, more or less: the period hardly ever changes.
void Masker::State::turn_to(WallTime sent_at) {
  const Period now = period_of(sent_at);
  if (now == period) {
    return;
  }
  period = now;
  for (MaskedColumn& masked : columns) {
    if (masked.policy.epoch != Epoch::none) {
      const auto found = std::ranges::find(masked.makers, period, &TokenMaker::period);
      masked.maker = found == masked.makers.end() ? nullptr : &*found;
    }
  }
}

// Bytes of text that the cell of `value` may need, so that a row is one allocation.
std::size_t Masker::State::stored_bytes_max(const MaskedColumn& masked, const Value& value) const {
  if (masked.policy.method == Method::redact) {
    return masked.policy.constant ? masked.policy.constant->size() : 0;
  }
  if (value.kind != Value::Kind::text || masked.maker == nullptr || !masked.maker->tokenizer) {
    return value.text.size();
  }
  return token_chars_max(masked.policy, masked.maker->key_id, value.text.size());
}

Result<Done, Reason> Masker::State::append_recovery(MaskedColumn& masked, std::string_view value,
                                                    std::string_view token, Row& row) {
  TokenMaker& maker = *masked.maker;
  VaultEntry entry{.domain = masked.policy.domain,
                   .token = std::string(token),
                   .key_id = maker.key_id,
                   .sealed = {}};
  bool done = true;
  if (maker.sealer) {
    maker.sealer->append(value, token, entry.sealed);
  } else if (maker.recovery) {
    done = maker.recovery->append_normalized(value, entry.sealed).ok();
  } else {
    entry.key_id = escrow_key_id;
    done = escrow->append_original(value, entry.domain, entry.token, entry.sealed);
  }
  if (!done) {
    return Failure{Reason::mask_failed};
  }
  row.vault_.push_back(std::move(entry));
  return Done{};
}

// `value` is normalized.
Result<Done, Reason> Masker::State::append_token(MaskedColumn& masked, std::string_view value,
                                                 Row& row) {
  const std::size_t start = row.arena_.size();
  const std::size_t most = token_chars_max(masked.policy, masked.maker->key_id, value.size());
  const bool is_fixed = has_fixed_chars(masked.policy.method);
  if (is_fixed && !masked.fits(most)) {
    return Failure{Reason::too_long};  // before any masking: a hopeless value costs nothing
  }
  if (const auto done = masked.maker->tokenizer->append_normalized(value, row.arena_); !done) {
    return done;
  }
  const std::string_view token = std::string_view(row.arena_).substr(start);
  ENSURE(is_fixed ? token.size() == most : token.size() <= most);
  if (!is_fixed && !masked.fits(token)) {
    return Failure{Reason::too_long};
  }
  return masked.policy.recover == Recover::no ? Result<Done, Reason>(Done{})
                                              : append_recovery(masked, value, token, row);
}

Result<Done, Reason> Masker::State::append_masked(MaskedColumn& masked, const Value& value,
                                                  Row& row, Row::Cell& cell) {
  if (value.kind != Value::Kind::text) {
    return Failure{Reason::mask_failed};  // a number has no bytes of its own to mask
  }
  if (value.text.size() > value_bytes_max) {
    return Failure{Reason::too_long};
  }
  if (masked.maker == nullptr) {
    return Failure{Reason::no_epoch_key};
  }
  Tokenizer& tokenizer = *masked.maker->tokenizer;
  const auto normalized = tokenizer.normalized(value.text);
  if (!normalized) {
    return Failure{normalized.error()};
  }
  if (normalized.value().empty() && masked.policy.empty == Empty::null) {
    cell.value.kind = Value::Kind::null;
    return Done{};
  }
  const auto done = append_token(masked, normalized.value(), row);
  tokenizer.forget();
  return done;
}

Result<Done, Reason> Masker::State::fill_bucket(const MaskedColumn& masked, const Value& value,
                                                Row::Cell& cell) const {
  const auto start = Bucket(masked.policy).start_of(value.integer);
  if (!start || *start < integer_min(masked.column.type)) {
    return Failure{Reason::out_of_range};
  }
  cell.value = {.kind = Value::Kind::integer, .text = {}, .integer = *start};
  return Done{};
}

Result<Done, Reason> Masker::State::fill(MaskedColumn& masked, const Value& value, Row& row,
                                         Row::Cell& cell) {
  if (value.is_null()) {
    return Done{};
  }
  const std::size_t start = row.arena_.size();
  cell.value.kind = Value::Kind::text;
  if (masked.policy.method == Method::keep) {
    if (value.kind == Value::Kind::text && !masked.fits(value.text)) {
      return Failure{Reason::too_long};
    }
    cell.value = value;
    cell.value.text = {};
    row.arena_ += value.text;
  } else if (masked.policy.method == Method::redact) {
    if (!masked.policy.constant) {
      cell.value.kind = Value::Kind::null;
      return Done{};
    }
    if (!masked.fits(*masked.policy.constant)) {
      return Failure{Reason::too_long};
    }
    row.arena_ += *masked.policy.constant;
  } else if (masked.policy.method == Method::bucket && value.kind == Value::Kind::integer) {
    return fill_bucket(masked, value, cell);
  } else if (const auto done = append_masked(masked, value, row, cell); !done) {
    return done;
  }
  cell.offset = static_cast<std::uint32_t>(start);
  cell.length = static_cast<std::uint32_t>(row.arena_.size() - start);
  return Done{};
}

Result<Row, Reject> Masker::mask(const Event& event, WallTime sent_at) {
  std::vector<MaskedColumn>& columns = state_->columns;
  ENSURE(event.size() == columns.size());
  if (state_->has_epochs) {
    state_->turn_to(sent_at);
  }
  const auto reject = [&](const MaskedColumn& masked, Reason reason) {
    return Failure{Reject{.reason = reason,
                          .column = masked.column.name,
                          .pointer = masked.column.pointer,
                          .sqlstate = {}}};
  };

  std::size_t row_bytes = 0;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    row_bytes += state_->stored_bytes_max(columns[i], event[i]);
    if (row_bytes > row_bytes_max) {
      return reject(columns[i], Reason::too_long);
    }
  }

  Row row;
  row.cells_.resize(columns.size());
  row.arena_.reserve(row_bytes);
  row.vault_.reserve(state_->recoveries);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (const auto done = state_->fill(columns[i], event[i], row, row.cells_[i]); !done) {
      return reject(columns[i], done.error());
    }
  }
  return row;
}

}  // namespace moretta::mask
