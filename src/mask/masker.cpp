#include "mask/masker.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/ensure.hpp"
#include "mask/masked_column.hpp"
#include "record/convert.hpp"

namespace moretta::mask {

namespace {

// Many columns may read one long value. Postgres takes no field over 1 GB, and offsets are 32 bits.
constexpr std::size_t row_bytes_max = 1U << 28;

Failure<Reject> reject_of(const Column& column, Reason reason) {
  return {{.reason = reason, .column = column.name, .pointer = column.pointer, .sqlstate = {}}};
}

}  // namespace

struct Masker::State {
  std::vector<MaskedColumn> columns;
  std::size_t recoveries = 0;      // columns with a vault entry
  EscrowSealer* escrow = nullptr;  // for policy.recover of seal, if there is one
  bool has_epochs = false;
  std::optional<Period> period;  // that the columns' makers are of
  std::size_t row_number = 0;    // among those whose tokens are made at once

  void turn_to(WallTime sent_at);
  Result<Row, Reject> begin(const Event& event, WallTime sent_at);
  void finish(std::span<Result<Row, Reject>> rows);
  static void finish(const Column& column, TokenMaker& maker, std::span<Result<Row, Reject>> rows);
  void drop();
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
  const MakerParts parts{
      .primary = primary, .random = random, .keys = keys, .is_escrowed = escrow != nullptr};
  for (std::size_t i = 0; i < mapping.size(); ++i) {
    const Policy& policy = policies[i];
    state_->has_epochs |= policy.epoch != Epoch::none;
    if (gives_tokens(policy.method) && policy.recover != Recover::no) {
      ++state_->recoveries;
    }
    state_->columns.push_back(masked_column(std::move(mapping[i]), policy, parts));
  }
}

Masker::~Masker() = default;

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
  Tokenizer& tokenizer = *masked.maker->tokenizer;
  TokenBatch* batch = masked.policy.recover == Recover::no ? tokenizer.batch() : nullptr;
  if (batch != nullptr && batch->takes(value.size())) {
    ENSURE(is_fixed);
    row.arena_.resize(start + most);
    const auto added = batch->add(value);
    if (added) {
      masked.maker->places.push_back({.row = row_number, .offset = start});
    }
    return added;
  }
  if (const auto done = tokenizer.append_normalized(value, row.arena_); !done) {
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
    cell.value.kind = value.kind;
    cell.value.integer = value.integer;
    cell.value.real = value.real;
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

// A row but for the tokens that are still to be made, of which `places` knows.
Result<Row, Reject> Masker::State::begin(const Event& event, WallTime sent_at) {
  ENSURE(event.size() == columns.size());
  if (has_epochs) {
    turn_to(sent_at);
  }
  std::size_t row_bytes = 0;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    row_bytes += columns[i].stored_bytes_max(event[i]);
    if (row_bytes > row_bytes_max) {
      return reject_of(columns[i].column, Reason::too_long);
    }
  }

  Row row;
  row.cells_.resize(columns.size());
  row.arena_.reserve(row_bytes);
  row.vault_.reserve(recoveries);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (const auto done = fill(columns[i], event[i], row, row.cells_[i]); !done) {
      return reject_of(columns[i].column, done.error());
    }
  }
  return row;
}

void Masker::State::finish(const Column& column, TokenMaker& maker,
                           std::span<Result<Row, Reject>> rows) {
  std::array<char*, batch_values_max> tokens;
  std::size_t count = 0;
  for (const auto& [row, offset] : maker.places) {
    tokens[count++] = rows[row] ? rows[row].value().arena_.data() + offset : nullptr;
  }
  if (!maker.tokenizer->batch()->write(std::span(tokens).first(count))) {
    for (const TokenMaker::Place& place : maker.places) {
      if (rows[place.row]) {
        rows[place.row] = reject_of(column, Reason::mask_failed);
      }
    }
  }
  maker.places.clear();
}

void Masker::State::finish(std::span<Result<Row, Reject>> rows) {
  for (MaskedColumn& masked : columns) {
    for (TokenMaker& maker : masked.makers) {
      if (!maker.places.empty()) {
        finish(masked.column, maker, rows);
      }
    }
  }
}

void Masker::State::drop() {
  for (MaskedColumn& masked : columns) {
    for (TokenMaker& maker : masked.makers) {
      if (!maker.places.empty()) {
        maker.tokenizer->batch()->drop();
        maker.places.clear();
      }
    }
  }
}

void Masker::mask(std::span<const Event> events, std::span<const WallTime> sent_at,
                  std::vector<Result<Row, Reject>>& rows) {
  ENSURE(events.size() <= events_max && events.size() == sent_at.size());
  const std::size_t start = rows.size();
  rows.reserve(start + events.size());
  // Whatever is thrown before the tokens are made, nothing of it is there when the next comes.
  struct Unfinished {
    State& state;
    ~Unfinished() { state.drop(); }
  } const unfinished{*state_};
  for (std::size_t i = 0; i < events.size(); ++i) {
    state_->row_number = i;
    rows.push_back(state_->begin(events[i], sent_at[i]));
  }
  state_->finish(std::span(rows).subspan(start));
}

Result<Row, Reject> Masker::mask(const Event& event, WallTime sent_at) {
  std::vector<Result<Row, Reject>> rows;
  mask({&event, 1}, {&sent_at, 1}, rows);
  return std::move(rows.front());
}

}  // namespace moretta::mask
