#include "pg/ledger_lookup.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "base/encoding.hpp"
#include "base/ensure.hpp"
#include "pg/sql.hpp"
#include "pg/sql_text.hpp"

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

}  // namespace

LedgerKey key_of_uuid(std::string_view uuid) {
  std::string digits(uuid);
  std::erase(digits, '-');
  const auto bytes = from_hex(digits);
  LedgerKey key;
  ENSURE(bytes && bytes->size() == key.bytes.size());
  std::ranges::copy(bytes_of(*bytes), key.bytes.begin());
  return key;
}

bool may_note_met(Connection& connection, const TableName& ledger) {
  const Answer answer = connection.run(
      "look whether the ledger notes conflicts",
      "SELECT FROM pg_attribute WHERE attrelid = to_regclass($1) AND attname = 'met' AND NOT "
      "attisdropped AND has_column_privilege(attrelid, attnum, 'UPDATE')",
      std::array{ledger.quoted()});
  return answer.rows() > 0;
}

std::int64_t messages_sent_with(Connection& connection, const TableName& ledger, WallTime sent_at) {
  return connection
      .run("count the messages of a millisecond",
           "SELECT count(*) FROM " + ledger.quoted() + " WHERE key >= $1::uuid AND key < $2::uuid",
           std::array{bound(sent_at), bound(sent_at + Millis{1})})
      .integer(0, 0);
}

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
    entries.push_back({.key = std::string(answer.value(row, 0)),
                       .sent_at = sent_at(key_of_uuid(answer.value(row, 0))),
                       .met_how = std::string(answer.value(row, 1)),
                       .met_row = std::string(answer.value(row, 2))});
  }
  return entries;
}

}  // namespace moretta::pg
