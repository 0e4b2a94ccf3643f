#include "devqueue/request_reader.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace moretta::devqueue {

namespace {

constexpr std::size_t head_bytes_max = 64U << 10U;  // session tokens take a few kB
constexpr std::size_t body_bytes_max = 16U << 20U;  // 1 MiB of content, every byte escaped

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

bool same_ignoring_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower, lower);
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) {
    return {};
  }
  return text.substr(first, text.find_last_not_of(" \t") + 1 - first);
}

std::optional<std::size_t> number(std::string_view digits, int base) {
  std::size_t value = 0;
  const char* const digits_end = digits.data() + digits.size();
  const auto [end, error] = std::from_chars(digits.data(), digits_end, value, base);
  return error == std::errc{} && end == digits_end ? std::optional(value) : std::nullopt;
}

// Takes a line with its end off the front; nullopt if its end has not come.
std::optional<std::string_view> take_line(std::string_view& bytes) {
  const std::size_t end = bytes.find("\r\n");
  if (end == std::string_view::npos) {
    return std::nullopt;
  }
  const std::string_view line = bytes.substr(0, end);
  bytes.remove_prefix(end + 2);
  return line;
}

}  // namespace

void RequestReader::begin() {
  request_ = {};
  head_bytes_ = 0;
  body_bytes_ = 0;
  size_ = 0;
  is_chunked_ = false;
  expects_ = false;
  keeps_connection_ = true;
}

bool RequestReader::take_expectation() {
  return std::exchange(expects_, false);
}

RequestReader::State RequestReader::look(std::string_view bytes) {
  if (head_bytes_ == 0) {
    constexpr std::string_view head_end = "\r\n\r\n";
    const std::size_t end = bytes.find(head_end);
    if (end == std::string_view::npos) {
      return bytes.size() > head_bytes_max ? State::too_large : State::partial;
    }
    if (const State state = read_head(bytes.substr(0, end + 2)); state != State::whole) {
      return state;
    }
    head_bytes_ = end + head_end.size();
  }
  const std::string_view body = bytes.substr(head_bytes_);
  return is_chunked_ ? read_chunks(body) : read_counted(body);
}

RequestReader::State RequestReader::read_head(std::string_view head) {
  const auto first = take_line(head);
  if (!first || !read_request_line(*first)) {
    return State::malformed;
  }
  while (const auto line = take_line(head)) {
    if (!read_field(*line)) {
      return State::malformed;
    }
  }
  return body_bytes_ > body_bytes_max ? State::too_large : State::whole;
}

// POST /path?query HTTP/1.1
bool RequestReader::read_request_line(std::string_view line) {
  const std::size_t method_end = line.find(' ');
  const std::size_t target_end = line.rfind(' ');
  const bool has_form = method_end != std::string_view::npos && method_end > 0 &&
                        target_end > method_end + 1 &&
                        line.substr(target_end).starts_with(" HTTP/1.");
  if (!has_form) {
    return false;
  }
  const std::string_view target = line.substr(method_end + 1, target_end - method_end - 1);
  const std::size_t mark = std::min(target.find('?'), target.size());
  request_.method = line.substr(0, method_end);
  request_.path = target.substr(0, mark);
  request_.query = target.substr(std::min(mark + 1, target.size()));
  keeps_connection_ = !line.ends_with("1.0");
  return true;
}

bool RequestReader::read_field(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0) {
    return false;
  }
  auto& [name, value] =
      request_.headers.emplace_back(line.substr(0, colon), trimmed(line.substr(colon + 1)));
  std::ranges::transform(name, name.begin(), lower);
  if (name == "content-length") {
    const auto length = number(value, 10);
    body_bytes_ = length.value_or(0);
    return length.has_value();
  }
  if (name == "transfer-encoding") {
    is_chunked_ = true;
    return same_ignoring_case(value, "chunked");
  }
  if (name == "connection" && same_ignoring_case(value, "close")) {
    keeps_connection_ = false;
  }
  expects_ |= name == "expect" && same_ignoring_case(value, "100-continue");
  return true;
}

RequestReader::State RequestReader::read_counted(std::string_view body) {
  if (body.size() < body_bytes_) {
    return State::partial;
  }
  request_.body = body.substr(0, body_bytes_);
  size_ = head_bytes_ + body_bytes_;
  return State::whole;
}

// From the first chunk at each call: only tools of people send them, and small ones.
RequestReader::State RequestReader::read_chunks(std::string_view body) {
  const std::size_t came = body.size();
  request_.body.clear();
  while (const auto line = take_line(body)) {
    const auto bytes = number(trimmed(line->substr(0, line->find(';'))), 16);
    if (!bytes) {
      return State::malformed;
    }
    if (*bytes > body_bytes_max - request_.body.size()) {
      return State::too_large;
    }
    if (*bytes == 0) {
      for (auto trailer = take_line(body); trailer; trailer = take_line(body)) {
        if (trailer->empty()) {
          size_ = head_bytes_ + came - body.size();
          return State::whole;
        }
      }
      return State::partial;
    }
    if (body.size() < *bytes + 2) {
      return State::partial;
    }
    request_.body += body.substr(0, *bytes);
    body.remove_prefix(*bytes + 2);
  }
  return State::partial;
}

}  // namespace moretta::devqueue
