#include "aws/http_wire.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "aws/text.hpp"
#include "base/byte_scan.hpp"
#include "base/ensure.hpp"
#include "base/take.hpp"

namespace moretta::aws {

namespace {

constexpr std::size_t head_bytes_max = std::size_t{64} << 10U;  // SQS sends 300; AWS's proxies less
constexpr std::size_t parser_padding_bytes = 64;  // so that simdjson reads the body in place

constexpr bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

// One look-up a byte: these are asked of every byte of every head.
class Bytes {
 public:
  constexpr explicit Bytes(bool (*holds)(char)) {
    for (std::size_t byte = 0; byte < holds_.size(); ++byte) {
      holds_[byte] = holds(static_cast<char>(byte));
    }
  }
  [[nodiscard]] bool hold_all_of(std::string_view text) const {
    return std::ranges::all_of(text,
                               [this](char c) { return holds_[static_cast<unsigned char>(c)]; });
  }

 private:
  std::array<bool, 256> holds_{};
};

// RFC 9110 section 5.5: a tab is the only control character that may stand in a value.
constexpr Bytes field_bytes([](char c) { return !is_control(c) || c == '\t'; });

// RFC 9110 section 5.6.2.
constexpr Bytes token_bytes([](char c) {
  constexpr std::string_view others = "!#$%&'*+-.^_`|~";
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
         others.find(c) != std::string_view::npos;
});

constexpr Bytes target_bytes([](char c) { return !is_control(c) && c != ' '; });

// Most values are a line of plain text, which a signature and a token make long.
bool is_field_value(std::string_view value) {
  const auto controls = [](SixteenBytes bytes) {
    return (bytes < std::uint8_t{0x20}) | (bytes == std::uint8_t{0x7f});
  };
  if (value.size() >= scan_bytes) {
    value.remove_prefix(unmarked_prefix(value, controls));
  }
  return field_bytes.hold_all_of(value);
}

bool is_token(std::string_view text) {
  return !text.empty() && token_bytes.hold_all_of(text);
}

bool is_target(std::string_view text) {
  return target_bytes.hold_all_of(text);
}

// The whole text as a number; nothing else, not even a sign.
std::optional<std::size_t> number(std::string_view digits, int base) {
  std::size_t value = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
  const bool whole = error == std::errc{} && end == digits.data() + digits.size();
  return whole ? std::optional(value) : std::nullopt;
}

// Whether a comma-separated list has this member.
bool lists(std::string_view list, std::string_view member) {
  while (!list.empty()) {
    if (same_ignoring_case(trimmed(take_until(list, ',')), member)) {
      return true;
    }
  }
  return false;
}

}  // namespace

bool append_request(const HttpRequest& request, const UrlParts& url, std::string& out) {
  const auto is_sendable = [](const HttpHeader& header) {
    return is_token(header.name) && is_field_value(header.value);
  };
  if (!is_target(url.path) || !is_target(url.query) || !is_target(url.authority) ||
      !std::ranges::all_of(request.headers, is_sendable)) {
    return false;
  }
  out.append(method_name(request.method)).append(" ");
  out.append(url.path.empty() ? "/" : url.path);
  if (!url.query.empty()) {
    out.append("?").append(url.query);
  }
  out.append(" HTTP/1.1\r\nHost: ").append(url.authority).append("\r\nUser-Agent: moretta\r\n");
  for (const HttpHeader& header : request.headers) {
    out.append(header.name).append(": ").append(header.value).append("\r\n");
  }
  if (request.method != HttpMethod::get) {
    char digits[24];
    const auto [end, error] = std::to_chars(digits, digits + sizeof digits, request.body.size());
    ENSURE(error == std::errc{});
    out.append("Content-Length: ").append(digits, end).append("\r\n");
  }
  out.append("\r\n");
  if (request.method != HttpMethod::get) {
    out.append(request.body);
  }
  return true;
}

void ResponseReader::begin(HttpResponse& response, std::size_t bytes_max) {
  response_ = &response;
  bytes_max_ = bytes_max;
  state_ = State::idle;
  part_ = Part::status;
  partial_.clear();
  head_bytes_ = 0;
}

ResponseReader::State ResponseReader::take(std::string_view bytes) {
  if (state_ == State::idle && !bytes.empty()) {
    state_ = State::reading;
  }
  while (state_ == State::reading && !bytes.empty()) {
    if (part_ == Part::counted || part_ == Part::chunk || part_ == Part::rest) {
      take_body(bytes);
    } else if (std::string_view line; take_line(bytes, line)) {
      state_ = read_line(line);
    }
  }
  if (!bytes.empty()) {
    keeps_connection_ = false;  // nobody has asked for what came behind the answer
  }
  return state_;
}

ResponseReader::State ResponseReader::end() {
  keeps_connection_ = false;
  if (state_ == State::reading && part_ == Part::rest) {
    state_ = State::done;
  }
  return state_;
}

// A whole line without its end: CRLF, or LF alone as RFC 9112 section 2.2 allows.
bool ResponseReader::take_line(std::string_view& bytes, std::string_view& line) {
  const std::size_t end = bytes.find('\n');
  const bool is_whole = end != std::string_view::npos;
  line = bytes.substr(0, is_whole ? end : bytes.size());
  bytes.remove_prefix(is_whole ? end + 1 : bytes.size());
  head_bytes_ += line.size() + 1;
  if (head_bytes_ > head_bytes_max) {
    state_ = State::too_large;
    return false;
  }
  if (!is_whole || !partial_.empty()) {
    partial_ += line;
  }
  if (!is_whole) {
    return false;
  }
  if (!partial_.empty()) {
    line_.swap(partial_);
    partial_.clear();
    line = line_;
  }
  if (line.ends_with('\r')) {
    line.remove_suffix(1);
  }
  return true;
}

ResponseReader::State ResponseReader::read_line(std::string_view line) {
  switch (part_) {
    case Part::status:
      return read_status(line);
    case Part::fields:
      return line.empty() ? begin_body() : read_field(line);
    case Part::chunk_size:
      return read_chunk_size(line);
    case Part::chunk_end:
      part_ = Part::chunk_size;
      return line.empty() ? State::reading : State::malformed;
    case Part::trailer:  // of no use to anybody here
      return line.empty() ? State::done : State::reading;
    default:
      ENSURE(false);
      return State::malformed;
  }
}

// HTTP/1.x SP three digits [SP reason]
ResponseReader::State ResponseReader::read_status(std::string_view line) {
  constexpr std::string_view version = "HTTP/1.";
  const bool has_form = line.size() >= 12 && line.starts_with(version) && line[8] == ' ' &&
                        (line[7] == '0' || line[7] == '1') &&
                        (line.size() == 12 || line[12] == ' ');
  const auto status = has_form ? number(line.substr(9, 3), 10) : std::nullopt;
  if (!status || *status < 100 || *status == 101) {  // nobody asked to switch protocols
    return State::malformed;
  }
  response_->status = static_cast<int>(*status);
  response_->head.clear();
  response_->body.clear();
  is_http_1_0_ = line[7] == '0';
  keeps_connection_ = !is_http_1_0_;
  is_counted_ = false;
  is_chunked_ = false;
  left_ = 0;
  part_ = Part::fields;
  return State::reading;
}

ResponseReader::State ResponseReader::read_field(std::string_view line) {
  const std::size_t colon = line.find(':');
  // A blank in front would continue the line before (obsolete), one in front of the colon is a
  // known way to make two readers differ.
  if (colon == std::string_view::npos || !is_token(line.substr(0, colon)) ||
      !is_field_value(line.substr(colon + 1))) {
    return State::malformed;
  }
  response_->head.append(line).append("\r\n");
  const std::string_view name = line.substr(0, colon);
  const std::string_view value = trimmed(line.substr(colon + 1));
  if (same_ignoring_case(name, "content-length")) {
    return read_length(value);
  }
  if (same_ignoring_case(name, "transfer-encoding")) {
    const bool is_known = same_ignoring_case(value, "chunked") && !is_chunked_ && !is_http_1_0_;
    is_chunked_ = true;
    return is_known ? State::reading : State::malformed;
  }
  if (same_ignoring_case(name, "connection")) {
    keeps_connection_ = keeps_connection_ && !lists(value, "close");
  }
  return State::reading;
}

ResponseReader::State ResponseReader::read_length(std::string_view value) {
  const auto length = number(value, 10);
  if (!length || (is_counted_ && *length != left_)) {
    return State::malformed;
  }
  is_counted_ = true;
  left_ = *length;
  return State::reading;
}

ResponseReader::State ResponseReader::begin_body() {
  if (is_chunked_ && is_counted_) {
    return State::malformed;  // RFC 9112 section 6.3: somebody may be smuggling
  }
  if (response_->status < 200) {
    part_ = Part::status;  // an interim answer; the real one follows
    return State::reading;
  }
  if (response_->status == 204 || response_->status == 304) {
    return State::done;
  }
  if (is_chunked_) {
    head_bytes_ = 0;
    part_ = Part::chunk_size;
    return State::reading;
  }
  if (!is_counted_) {
    keeps_connection_ = false;
    part_ = Part::rest;
    return State::reading;
  }
  if (left_ > bytes_max_) {
    return State::too_large;
  }
  response_->body.reserve(left_ + parser_padding_bytes);
  part_ = Part::counted;
  return left_ == 0 ? State::done : State::reading;
}

// Hexadecimal digits; what follows a semicolon is an extension that nobody here knows.
ResponseReader::State ResponseReader::read_chunk_size(std::string_view line) {
  const auto size = number(trimmed(line.substr(0, line.find(';'))), 16);
  if (!size) {
    return State::malformed;
  }
  if (*size > bytes_max_ - response_->body.size()) {
    return State::too_large;
  }
  head_bytes_ = 0;
  left_ = *size;
  part_ = left_ == 0 ? Part::trailer : Part::chunk;
  return State::reading;
}

void ResponseReader::take_body(std::string_view& bytes) {
  const bool is_bounded = part_ != Part::rest;
  const std::string_view some = is_bounded ? bytes.substr(0, left_) : bytes;
  if (some.size() > bytes_max_ - response_->body.size()) {
    state_ = State::too_large;
    return;
  }
  response_->body.append(some);
  bytes.remove_prefix(some.size());
  if (!is_bounded) {
    return;
  }
  left_ -= some.size();
  if (left_ == 0) {
    state_ = part_ == Part::counted ? State::done : State::reading;
    part_ = Part::chunk_end;
  }
}

}  // namespace moretta::aws
