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
    : transform_(transform),
      times_(times),
      needs_id_(reads_message_id(mapping)),
      messages_(Transform::messages_at_once),
      rows_(mapping) {
  for (Message& message : messages_) {
    message.received_at = received_at;
  }
}

void LineEncoder::begin(const LoadInput& input) {
  id_prefix_ = input.known_as.path + "#" + input.known_as.id.substr(0, file_id_digits) + ":";
  std::optional<WallTime> sent_at;
  if (times_.from == SentTimes::From::fixed) {
    sent_at = times_.fixed;
  } else if (times_.from == SentTimes::From::file) {
    sent_at = input.modified_at;
  }
  for (Message& message : messages_) {
    message.sent_at = sent_at;
  }
}

void LineEncoder::clear() {
  rows_.begin();
  beside_.rows.clear();
  beside_.quarantine.clear();
}

void LineEncoder::encode(std::span<const file::PlacedLine> lines) {
  clear();
  while (!lines.empty()) {
    const auto some = lines.first(std::min(lines.size(), messages_.size()));
    encode_some(some);
    lines = lines.subspan(some.size());
  }
}

void LineEncoder::encode_refused(const file::PlacedLine& line, const pg::ServerError& error) {
  clear();
  Message& message = messages_.front();
  message.body = line.text;
  quarantine(message, line,
             {.reason = Reason::refused_by_table,
              .column = error.column.empty() ? error.constraint : error.column,
              .sqlstate = error.sqlstate});
}

void LineEncoder::encode_some(std::span<const file::PlacedLine> lines) {
  for (std::size_t i = 0; i < lines.size(); ++i) {
    Message& message = messages_[i];
    message.body = lines[i].text;
    message.fault = lines[i].is_cut() ? std::optional(Reason::body_too_large) : std::nullopt;
    if (needs_id_) {
      message.id = id_of(lines[i]);
    }
  }
  made_.clear();
  transform_.rows_of(std::span(messages_).first(lines.size()), made_);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (made_[i]) {
      add(made_[i].value());
    } else {
      quarantine(messages_[i], lines[i], made_[i].error());
    }
  }
}

void LineEncoder::add(Row& row) {
  rows_.add(row);
  if (!row.vault().empty()) {
    beside_.rows.push_back({.key = {}, .row = std::move(row)});
  }
}

void LineEncoder::quarantine(Message& message, const file::PlacedLine& line, const Reject& reject) {
  message.id = id_of(line);
  beside_.quarantine.push_back(transform_.record_of(message, reject));
  beside_.quarantine.back().body_bytes = line.bytes;  // of a line too long to be kept, too
}

std::string LineEncoder::id_of(const file::PlacedLine& line) const {
  return id_prefix_ + std::to_string(line.offset);
}

}  // namespace moretta::app
