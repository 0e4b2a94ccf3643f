#pragma once

// Where `load` puts rows: thousands at a time by COPY, with their vault entries, their records of
// quarantine and the step of the file's checkpoint in one transaction. No ledger: the checkpoint is
// what makes a line stored once. docs/decisions/0010-load.md has the reasons and the figures.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "core/ports.hpp"
#include "pg/connection.hpp"
#include "pg/copy_encoder.hpp"
#include "pg/load_progress.hpp"
#include "pg/table_name.hpp"
#include "pg/turn_parameters.hpp"

namespace moretta::pg {

// What one transaction stores besides its step.
struct LoadBatch {
  CopyEncoder& rows;
  // The rows again that bring something for the vault, and the records of the lines that gave none.
  const Writes& beside;
};

struct LoadSinkOptions {
  Conninfo conninfo;
  Tables tables;
  Mapping mapping;
  ConnectionOptions connection = {};
};

// For one thread. Connects when opened, and with a call after an error.
class LoadSink {
 public:
  // `clock` must outlive the sink.
  LoadSink(LoadSinkOptions options, const Clock& clock);
  ~LoadSink();
  LoadSink(const LoadSink&) = delete;
  LoadSink& operator=(const LoadSink&) = delete;

  // Throws Unavailable; Refused if a table is missing or a column is not of the type that the
  // mapping says.
  void open();

  // Nothing if all of it is durable; a row's own fault if none of it is, whichever row that is.
  // Throws Unavailable if it may or may not be, and next_offset() knows; Refused if somebody else
  // loads this file, or nothing can be stored at all.
  std::optional<ServerError> store(const LoadBatch& batch, const LoadStep& step);

  // Where the range of the step is now, if anything of it is stored. Throws Unavailable, Refused.
  std::optional<std::int64_t> next_offset(const LoadStep& step);

 private:
  class Session;

  std::unique_ptr<Session> take_session();

  LoadSinkOptions options_;
  const Clock& clock_;
  TurnParameters parameters_;
  std::unique_ptr<Session> session_;
};

}  // namespace moretta::pg
