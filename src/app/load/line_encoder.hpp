#pragma once

// Lines of a file -> what one transaction of `load` stores: rows ready to be copied, and beside
// them vault entries and records of quarantine. The same lines give the same again.

#include <optional>
#include <span>

#include "app/load/load_plan.hpp"
#include "core/transform.hpp"
#include "file/batch_reader.hpp"
#include "pg/load_sink.hpp"

namespace moretta::app {

// When a line counts as sent: now and then the same for all lines, or as old as its file, or not
// known because the mapping reads the time from the line itself.
struct SentTimes {
  enum class From { line, file, fixed };
  From from = From::line;
  WallTime fixed{};
};

class LineEncoder {
 public:
  // `transform` and `mapping` must outlive the encoder.
  LineEncoder(Transform& transform, const Mapping& mapping, const SentTimes& times,
              WallTime received_at);

  // Whose lines follow; it must outlive them.
  void begin(const LoadInput& input);

  void encode(std::span<const file::PlacedLine> lines);
  // Of a line whose row the table refused.
  void encode_refused(const file::PlacedLine& line, const pg::ServerError& error);

  // Of the last encode; valid until the next.
  [[nodiscard]] pg::LoadBatch batch() { return {.rows = rows_, .beside = beside_}; }
  [[nodiscard]] std::size_t stored() const { return rows_.rows(); }
  [[nodiscard]] std::span<const QuarantineRecord> quarantined() const { return beside_.quarantine; }

  // Nothing of the lines is left in clear.
  void wipe_lines() { wipe_bodies(messages_); }

 private:
  void clear();
  void encode_some(std::span<const file::PlacedLine> lines);
  void add(Row& row);
  void quarantine(Message& message, const file::PlacedLine& line, const Reject& reject);
  [[nodiscard]] std::string id_of(const file::PlacedLine& line) const;

  Transform& transform_;
  SentTimes times_;
  bool needs_id_;                  // a column reads $message_id
  std::vector<Message> messages_;  // of the lines that are made rows at once
  std::vector<Result<Row, Reject>> made_;
  std::string id_prefix_;
  pg::CopyEncoder rows_;
  Writes beside_;
};

}  // namespace moretta::app
