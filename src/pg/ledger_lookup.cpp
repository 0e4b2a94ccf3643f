#include "pg/ledger_lookup.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "base/encoding.hpp"
#include "base/ensure.hpp"
#include "pg/sql.hpp"
#include "pg/sql_text.hpp"
#include "record/ledger_key.hpp"

namespace moretta::pg {

namespace {

constexpr std::size_t time_bytes = 6;  // record/ledger_key.hpp

constexpr std::string_view first_key = "00000000-0000-0000-0000-000000000000";
constexpr std::string_view last_key = "ffffffff-ffff-ffff-ffff-ffffffffffff";

LedgerKey key_of(const std::string& message_id, std::optional<WallTime> sent_at) {
  Message message;
  message.id = message_id;
  message.sent_at = sent_at;
  return ledger_key(message);
}

// The first key of that moment.
std::string bound(WallTime sent_at) {
  LedgerKey key = key_of({}, sent_at);
  std::ranges::fill(std::span(key.bytes).subspan(time_bytes), std::byte{0});
  return hex(key.bytes);
}

LedgerEntry entry_of(std::string_view uuid) {
  std::string digits(uuid);
  std::erase(digits, '-');
  const auto bytes = from_hex(digits);
  LedgerKey key;
  ENSURE(bytes && bytes->size() == key.bytes.size());
  std::ranges::copy(bytes_of(*bytes), key.bytes.begin());
  return {.key = std::string(uuid), .sent_at = sent_at(key)};
}

}  // namespace

std::vector<LedgerEntry> find_in_ledger(Connection& connection, const TableName& ledger,
                                        const std::string& message_id, const SentBetween& sent) {
  const LedgerKey wanted = key_of(message_id, std::nullopt);
  const std::array<std::string, 3> texts = {
      sent.from ? bound(*sent.from) : std::string(first_key),
      sent.before ? bound(*sent.before) : std::string(last_key),
      hex(std::span(wanted.bytes).subspan(time_bytes))};
  const Answer answer = connection.run(
      "look up the message in the ledger",
      fill(without_comments(sql::ledger_find_sql), {{"ledger", ledger.quoted()}}), texts);
  std::vector<LedgerEntry> entries;
  for (int row = 0; row < answer.rows(); ++row) {
    entries.push_back(entry_of(answer.value(row, 0)));
  }
  return entries;
}

}  // namespace moretta::pg
