#include "pg/turn_parameters.hpp"

#include <algorithm>
#include <tuple>

namespace moretta::pg {

namespace {

std::int64_t micros(WallTime time) {
  return std::chrono::duration_cast<std::chrono::microseconds>(time.time_since_epoch()).count();
}

}  // namespace

TurnParameters::TurnParameters(Mapping mapping) : mapping_(std::move(mapping)) {}

bool TurnParameters::gather_vault(const Writes& writes, const Part& part,
                                  const VaultMemory& memory) {
  sealed_.clear();
  for (const Item& item : part.rows) {
    const KeyedRow& row = writes.rows[item.index];
    for (const VaultEntry& entry : row.row.vault()) {
      const VaultMemory::Name name = VaultMemory::name_of(entry);
      if (!memory.knows(name)) {
        sealed_.push_back({.key = &row.key, .entry = &entry, .name = name});
      }
    }
  }
  return !sealed_.empty();
}

void TurnParameters::teach(VaultMemory& memory) const {
  for (const Sealed& one : sealed_) {
    memory.learn(one.name);
  }
}

ArrayEncoder& TurnParameters::next_array(ElementType type, std::size_t count) {
  if (arrays_used_ == arrays_.size()) {
    arrays_.emplace_back();
  }
  ArrayEncoder& array = arrays_[arrays_used_++];
  array.begin(type, count);
  return array;
}

const Parameters& TurnParameters::encode(const Writes& writes, const Part& part,
                                         const Shape& shape) {
  arrays_used_ = 0;
  if (shape.rows) {
    encode_rows(writes, part.rows, shape);
  }
  if (shape.vault) {
    encode_vault(shape);
  }
  if (shape.quarantine) {
    encode_quarantine(writes, part.quarantine);
  }
  parameters_.clear();
  for (std::size_t i = 0; i < arrays_used_; ++i) {
    parameters_.add(arrays_[i].bytes());
  }
  return parameters_;
}

std::size_t TurnParameters::bytes() const {
  std::size_t sum = 0;
  for (const int length : parameters_.lengths) {
    sum += static_cast<std::size_t>(length);
  }
  return sum;
}

void TurnParameters::encode_rows(const Writes& writes, std::span<const Item> items,
                                 const Shape& shape) {
  if (shape.has_ledger()) {
    ArrayEncoder& keys = next_array(ElementType::uuid, items.size());
    for (const Item& item : items) {
      keys.add_key(writes.rows[item.index].key);
    }
  }
  std::vector<ArrayEncoder*> columns;
  columns.reserve(mapping_.size());
  for (const Column& column : mapping_) {
    columns.push_back(&next_array(element_type(column.type), items.size()));
  }
  // Row by row: a turn's rows are more than the nearest cache holds, its arrays are written in
  // step.
  for (const Item& item : items) {
    const Row& row = writes.rows[item.index].row;
    for (std::size_t column = 0; column < columns.size(); ++column) {
      columns[column]->add(row[column]);
    }
  }
}

void TurnParameters::encode_vault(const Shape& shape) {
  const bool tolerant = shape.attempt == Attempt::tolerant;
  if (!tolerant) {
    const auto name = [](const Sealed& one) {
      return std::tie(one.entry->domain, one.entry->token);
    };
    std::ranges::sort(sealed_, {}, name);
    const auto same = [&name](const Sealed& a, const Sealed& b) {
      return name(a) == name(b);
    };
    sealed_.erase(std::unique(sealed_.begin(), sealed_.end(), same), sealed_.end());
  }
  if (tolerant) {
    ArrayEncoder& keys = next_array(ElementType::uuid, sealed_.size());
    for (const Sealed& one : sealed_) {
      keys.add_key(*one.key);
    }
  }
  ArrayEncoder& domains = next_array(ElementType::text, sealed_.size());
  ArrayEncoder& tokens = next_array(ElementType::text, sealed_.size());
  ArrayEncoder& key_ids = next_array(ElementType::int4, sealed_.size());
  ArrayEncoder& seals = next_array(ElementType::text, sealed_.size());
  for (const Sealed& one : sealed_) {
    domains.add_bytes(one.entry->domain);
    tokens.add_bytes(one.entry->token);
    key_ids.add_integer(one.entry->key_id);
    seals.add_bytes(one.entry->sealed);
  }
}

void TurnParameters::encode_quarantine(const Writes& writes, std::span<const Item> items) {
  const auto column = [&](ElementType type, auto&& add) {
    ArrayEncoder& array = next_array(type, items.size());
    for (const Item& item : items) {
      add(array, writes.quarantine[item.index]);
    }
  };
  using Record = QuarantineRecord;
  const auto add_optional = [](ArrayEncoder& array, std::string_view text) {
    text.empty() ? array.add_null() : array.add_bytes(text);
  };
  column(ElementType::uuid, [](ArrayEncoder& a, const Record& r) { a.add_key(r.key); });
  column(ElementType::text, [](ArrayEncoder& a, const Record& r) { a.add_bytes(r.message_id); });
  column(ElementType::text,
         [](ArrayEncoder& a, const Record& r) { a.add_bytes(reason_code(r.reject.reason)); });
  column(ElementType::text,
         [&](ArrayEncoder& a, const Record& r) { add_optional(a, r.reject.column); });
  column(ElementType::text,
         [&](ArrayEncoder& a, const Record& r) { add_optional(a, r.reject.pointer); });
  column(ElementType::text,
         [&](ArrayEncoder& a, const Record& r) { add_optional(a, r.reject.sqlstate); });
  column(ElementType::int8, [](ArrayEncoder& a, const Record& r) {
    a.add_integer(static_cast<std::int64_t>(r.body_bytes));
  });
  column(ElementType::int4,
         [](ArrayEncoder& a, const Record& r) { a.add_integer(r.receive_count); });
  column(ElementType::timestamptz, [](ArrayEncoder& a, const Record& r) {
    r.sent_at ? a.add_timestamp(micros(*r.sent_at)) : a.add_null();
  });
  column(ElementType::timestamptz,
         [](ArrayEncoder& a, const Record& r) { a.add_timestamp(micros(r.received_at)); });
  column(ElementType::text,
         [](ArrayEncoder& a, const Record& r) { a.add_bytes(r.config_fingerprint); });
  column(ElementType::bytea, [](ArrayEncoder& a, const Record& r) { a.add_bytes(r.sealed_body); });
}

}  // namespace moretta::pg
