#pragma once

// The mapping: which column of the table takes what from where. Says nothing of masks; those stand
// in mask/policy.hpp, one for each column, in the same order.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace moretta {

enum class ColumnType {
  text,
  varchar,  // with a width in characters
  smallint,
  integer,
  bigint,
  double_precision,
  numeric,
  boolean,
  date,
  timestamptz,
  uuid,
  inet,
  jsonb,
};

enum class Origin {
  body,     // a JSON pointer into the message
  sent_at,  // $sent_at: the queue's SentTimestamp; the time of receipt if the queue does not say
  received_at,    // $received_at
  message_id,     // $message_id
  receive_count,  // $receive_count: ApproximateReceiveCount
  group_id,       // $group_id: MessageGroupId; absent on a queue without groups
  attribute,      // $attribute.NAME: a message attribute of the sender's
};

enum class Convert {
  none,
  major_version,  // "2.3.0" -> 2: the integer before the first period
  date_utc,       // a time (ISO 8601 with offset, epoch milliseconds, $sent_at) -> its date in UTC
};

// What the sender wrote: clear text that nobody has looked at, and that may be absent.
inline bool is_of_sender(Origin origin) {
  return origin == Origin::body || origin == Origin::group_id || origin == Origin::attribute;
}

struct Column {
  std::string name{};
  Origin origin = Origin::body;
  std::string pointer{};  // RFC 6901, with origin body; the name, with origin attribute
  ColumnType type = ColumnType::text;
  std::optional<int> width{};  // of varchar, in characters
  Convert convert = Convert::none;
  bool required = true;   // the key must be there
  bool nullable = false;  // the key may hold null, or be absent if it is not required
  std::optional<std::string>
      default_text{};  // stands in for an absent key or null; parsed as JSON text

  bool operator==(const Column&) const = default;
};

using Mapping = std::vector<Column>;

// What becomes of a row whose business key the table has already.
enum class OnConflict {
  error,   // the table refuses it
  ignore,  // the row that is there stays
  update,  // the later one takes its place
};

struct BusinessKey {
  std::vector<std::string> columns{};  // of the mapping, under a unique index; empty: none declared
  OnConflict on_conflict = OnConflict::error;

  [[nodiscard]] bool settles_conflicts() const { return on_conflict != OnConflict::error; }
  bool operator==(const BusinessKey&) const = default;
};

std::string_view type_name(ColumnType type);  // as Postgres spells it, without a width
std::optional<ColumnType> column_type(std::string_view name);
std::string declared_type(const Column& column);  // "varchar(128)"
std::string_view convert_name(Convert convert);

// True for types whose values travel as text and are cast by the server.
bool is_text_like(ColumnType type);

}  // namespace moretta
