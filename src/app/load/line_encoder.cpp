#include "app/load/line_encoder.hpp"

#include <algorithm>

namespace moretta::app {

namespace {

// Tells files that stood at one path apart, in the ids of their lines.
constexpr std::size_t file_id_digits = 8;

bool reads_message_id(const Mapping& mapping) {
  return std::ranges::find(mapping, Origin::message_id, &Column::origin) != mapping.end();
}

}  // namespace

LineEncoder::LineEncoder(Transform& transform, const Mapping& mapping, const SentTimes& times,
                         WallTime received_at)
    : transform_(transform), times_(times), needs_id_(reads_message_id(mapping)), rows_(mapping) {
  message_.received_at = received_at;
}

void LineEncoder::begin(const LoadInput& input) {
  id_prefix_ = input.known_as.path + "#" + input.known_as.id.substr(0, file_id_digits) + ":";
  message_.sent_at.reset();
  if (times_.from == SentTimes::From::fixed) {
    message_.sent_at = times_.fixed;
  } else if (times_.from == SentTimes::From::file) {
    message_.sent_at = input.modified_at;
  }
}

void LineEncoder::clear() {
  rows_.begin();
  beside_.rows.clear();
  beside_.quarantine.clear();
}

void LineEncoder::encode(std::span<const file::PlacedLine> lines) {
  clear();
  for (const file::PlacedLine& line : lines) {
    encode(line);
  }
}

void LineEncoder::encode_refused(const file::PlacedLine& line, const pg::ServerError& error) {
  clear();
  message_.body = line.text;
  quarantine(line, {.reason = Reason::refused_by_table,
                    .column = error.column.empty() ? error.constraint : error.column,
                    .sqlstate = error.sqlstate});
}

void LineEncoder::encode(const file::PlacedLine& line) {
  message_.body = line.text;
  if (line.is_cut()) {
    quarantine(line, {.reason = Reason::body_too_large});
    return;
  }
  if (needs_id_) {
    name_message(line);
  }
  auto row = transform_.row_of(message_);
  if (!row) {
    quarantine(line, row.error());
    return;
  }
  rows_.add(row.value());
  if (!row.value().vault().empty()) {
    beside_.rows.push_back({.key = {}, .row = std::move(row).value()});
  }
}

void LineEncoder::quarantine(const file::PlacedLine& line, const Reject& reject) {
  name_message(line);
  beside_.quarantine.push_back(transform_.record_of(message_, reject));
  beside_.quarantine.back().body_bytes = line.bytes;  // of a line too long to be kept, too
}

void LineEncoder::name_message(const file::PlacedLine& line) {
  message_.id = id_prefix_ + std::to_string(line.offset);
}

}  // namespace moretta::app
