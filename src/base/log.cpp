#include "base/log.hpp"

#include <algorithm>
#include <cmath>
#include <mutex>
#include <optional>

#include <fmt/format.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "base/json_text.hpp"
#include "base/log_limit.hpp"

namespace moretta {

namespace {

spdlog::level::level_enum spdlog_level(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return spdlog::level::debug;
    case LogLevel::info:
      return spdlog::level::info;
    case LogLevel::warn:
      return spdlog::level::warn;
    case LogLevel::error:
      return spdlog::level::err;
    case LogLevel::off:
      return spdlog::level::off;
  }
  return spdlog::level::off;
}

std::string_view level_name(LogLevel level) {
  constexpr std::string_view names[] = {"debug", "info", "warn", "error", "off"};
  return names[static_cast<int>(level)];
}

// What would end the field, the line or, as an escape sequence, the operator's trust in the
// terminal.
bool breaks_a_field(char c) {
  return static_cast<unsigned char>(c) <= 0x20 || c == '"' || c == 0x7f;
}

struct AppendValue {
  std::string& out;
  bool quote;

  void operator()(std::int64_t number) const { out += std::to_string(number); }
  void operator()(double number) const {
    // JSON has no word for infinity and none for "not a number".
    out += quote && !std::isfinite(number) ? "null" : fmt::format("{:.6g}", number);
  }
  void operator()(bool truth) const { out += truth ? "true" : "false"; }
  void operator()(std::string_view text) const {
    if (quote || text.empty() || std::ranges::any_of(text, breaks_a_field)) {
      append_json_string(text, out);
    } else {
      out += text;
    }
  }
};

void append_field(LogFormat format, const LogField& field, std::string& out) {
  if (format == LogFormat::json) {
    out.push_back(',');
    append_json_string(field.name, out);
    out.push_back(':');
    std::visit(AppendValue{out, true}, field.value);
    return;
  }
  out += fmt::format(" {}=", field.name);
  std::visit(AppendValue{out, false}, field.value);
}

}  // namespace

std::string log_line(LogFormat format, LogLevel level, std::string_view event, LogFields fields,
                     std::int64_t suppressed) {
  std::string out;
  if (format == LogFormat::json) {
    out = fmt::format(R"("level":"{}","event":)", level_name(level));
    append_json_string(event, out);
  } else {
    out = fmt::format("{:<5} {}", level_name(level), event);
  }
  for (const LogField& field : fields) {
    append_field(format, field, out);
  }
  if (suppressed > 0) {
    append_field(format, {"suppressed", suppressed}, out);
  }
  return out;
}

struct Log::Writer {
  LogFormat format;
  LogLevel level;
  spdlog::logger logger;
  std::mutex mutex;  // guards what follows
  std::string* captured = nullptr;
  const Clock* clock = nullptr;  // none: nothing is limited
  LogLimit limit{};
};

Log::Log(LogFormat format, LogLevel level)
    : writer_(new Writer{
          .format = format,
          .level = level,
          .logger = spdlog::logger("moretta", std::make_shared<spdlog::sinks::stderr_sink_mt>()),
          .mutex = {}}) {
  writer_->logger.set_level(spdlog_level(level));
  // spdlog stamps the time; the rest of the line is ours.
  if (format == LogFormat::json) {
    writer_->logger.set_pattern(R"({"ts":"%Y-%m-%dT%H:%M:%S.%eZ",%v})",
                                spdlog::pattern_time_type::utc);
  } else {
    writer_->logger.set_pattern("%H:%M:%S %v", spdlog::pattern_time_type::utc);
  }
}

Log::~Log() {
  Log& log = *this;
  for (const LogLimit::Rest& rest : writer_->limit.take_rest()) {
    log.warn("log_suppressed", {{"of", rest.event}, {"suppressed", rest.suppressed}});
  }
}

void Log::capture(std::string* sink) {
  const std::lock_guard lock(writer_->mutex);
  writer_->captured = sink;
}

void Log::limit(const Clock& clock) {
  const std::lock_guard lock(writer_->mutex);
  writer_->clock = &clock;
}

void Log::write(LogLevel level, std::string_view event, LogFields fields) {
  if (level < writer_->level) {
    return;
  }
  LogLimit::Verdict verdict;
  if (level != LogLevel::debug) {
    const std::lock_guard lock(writer_->mutex);
    if (writer_->clock != nullptr) {
      verdict = writer_->limit.admit(event, writer_->clock->steady());
    }
  }
  if (verdict.is_said) {
    put(level, log_line(writer_->format, level, event, fields, verdict.suppressed));
  }
}

void Log::put(LogLevel level, const std::string& line) {
  {
    const std::lock_guard lock(writer_->mutex);
    if (writer_->captured != nullptr) {
      *writer_->captured += line;
      writer_->captured->push_back('\n');
      return;
    }
  }
  writer_->logger.log(spdlog_level(level), "{}", line);
}

}  // namespace moretta
