#pragma once

// Log lines are facts for an operator: an event name and typed fields, one JSON object a line, or
// one readable line on a terminal. Never a value from a message: fields take numbers, fixed texts
// and texts that the caller vouches for as being about the system.

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "base/clock.hpp"

namespace moretta {

struct LogField {
  std::string_view name;
  std::variant<std::int64_t, double, bool, std::string_view> value;

  template <std::integral T>
  requires(!std::same_as<T, bool>) LogField(std::string_view field, T number)
      : name(field), value(static_cast<std::int64_t>(number)) {}
  LogField(std::string_view field, bool truth) : name(field), value(truth) {}
  LogField(std::string_view field, double number) : name(field), value(number) {}
  LogField(std::string_view field, std::string_view text) : name(field), value(text) {}
  LogField(std::string_view field, const char* text) : name(field), value(std::string_view(text)) {}
  LogField(std::string_view field, const std::string& text)
      : name(field), value(std::string_view(text)) {}
};

using LogFields = std::initializer_list<LogField>;

// error: data at risk or an operator must act. warn: recovered by itself. info: start, stop, once a
// minute. debug: off unless asked for.
enum class LogLevel { debug, info, warn, error, off };
enum class LogFormat { json, text };

// Thread-safe. Writes to standard error.
class Log {
 public:
  Log(LogFormat format, LogLevel level);
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  void debug(std::string_view event, LogFields fields = {}) {
    write(LogLevel::debug, event, fields);
  }
  void info(std::string_view event, LogFields fields = {}) { write(LogLevel::info, event, fields); }
  void warn(std::string_view event, LogFields fields = {}) { write(LogLevel::warn, event, fields); }
  void error(std::string_view event, LogFields fields = {}) {
    write(LogLevel::error, event, fields);
  }

  // From now on one event is said so often and no more (base/log_limit.hpp), but for debug lines.
  // `clock` must outlive the log.
  void limit(const Clock& clock);

  // For tests: lines go to `sink` (not owned, must outlive the log) instead of standard error.
  void capture(std::string* sink);

 private:
  struct Writer;
  void write(LogLevel level, std::string_view event, LogFields fields);
  void put(LogLevel level, const std::string& line);

  std::unique_ptr<Writer> writer_;
};

// `suppressed`: how many of the event were left out before this line; 0 is not said.
std::string log_line(LogFormat format, LogLevel level, std::string_view event, LogFields fields,
                     std::int64_t suppressed = 0);

}  // namespace moretta
