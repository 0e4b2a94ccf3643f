#include "aws/curl_http.hpp"

#include <algorithm>
#include <array>
#include <forward_list>

#include <curl/curl.h>

#include "aws/url.hpp"
#include "base/ensure.hpp"
#include "base/secret.hpp"

namespace moretta::aws {

namespace {

constexpr std::size_t in_flight_max = 128;     // connections of one lane; SQS allows 3000 a second
constexpr int poll_ms = 1000;                  // only a bound: libcurl's own timers wake it earlier
constexpr long receive_buffer_bytes = 65'536;  // a full answer of ten small messages is 6-20 kB
constexpr const char* no_text = nullptr;       // puts an option back to libcurl's default
constexpr std::size_t parser_padding_bytes = 64;  // so that simdjson reads the body in place

// libcurl's process-wide set-up, on first use.
struct CurlLibrary {
  CurlLibrary() { ENSURE(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK); }
  ~CurlLibrary() { curl_global_cleanup(); }
  CurlLibrary(const CurlLibrary&) = delete;
  CurlLibrary& operator=(const CurlLibrary&) = delete;
};

void use_curl_library() {
  static const CurlLibrary library;
}

using Callback = std::size_t (*)(const char*, std::size_t, std::size_t, void*);

// curl_easy_setopt is variadic: these keep the argument at the type that libcurl will read.
void set(CURL* handle, CURLoption option, long value) {
  ENSURE(curl_easy_setopt(handle, option, value) == CURLE_OK);
}
void set(CURL* handle, CURLoption option, const char* value) {
  ENSURE(curl_easy_setopt(handle, option, value) == CURLE_OK);
}
void set_pointer(CURL* handle, CURLoption option, void* value) {
  ENSURE(curl_easy_setopt(handle, option, value) == CURLE_OK);
}
void set(CURL* handle, CURLoption option, Callback value) {
  ENSURE(curl_easy_setopt(handle, option, value) == CURLE_OK);
}
static_assert(sizeof(curl_off_t) == sizeof(long));  // so that sizes may pass as long

struct FreeEasy {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};

struct FreeMulti {
  void operator()(CURLM* handle) const { curl_multi_cleanup(handle); }
};

TransportTrouble trouble_of(CURLcode code) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_PARTIAL_FILE:
    case CURLE_GOT_NOTHING:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_PROXY:
      return TransportTrouble::transient;
    default:
      return TransportTrouble::configuration;
  }
}

}  // namespace

struct CurlHttp::Multi {
  std::unique_ptr<CURLM, FreeMulti> handle{curl_multi_init()};
};

// One easy handle with everything it points at. The header list is made of nodes of our own, which
// spares the copy per line of curl_slist_append.
struct CurlHttp::Transfer {
  std::unique_ptr<CURL, FreeEasy> handle{curl_easy_init()};
  std::array<char, CURL_ERROR_SIZE> error{};
  std::string url;
  std::vector<std::string> lines;
  std::vector<curl_slist> nodes;
  const HttpRequest* request = nullptr;  // null while idle
  HttpResponse* response = nullptr;
  bool has_begun = false;  // some of the answer has come
  std::size_t response_bytes_max = 0;
  bool too_large = false;

  static std::size_t take_header(const char* text, std::size_t, std::size_t size, void* transfer);
  static std::size_t take_body(const char* text, std::size_t, std::size_t size, void* transfer);

  void set_headers(const std::vector<HttpHeader>& headers);
  void set_method();
  void finish(CURLcode code);
};

std::size_t CurlHttp::Transfer::take_header(const char* text, std::size_t, std::size_t size,
                                            void* transfer) {
  Transfer& self = *static_cast<Transfer*>(transfer);
  const std::string_view line(text, size);
  std::string& head = self.response->head;
  self.has_begun = true;
  if (line.starts_with("HTTP/")) {
    head.clear();  // an interim answer came before
    return size;
  }
  if (head.size() + size > self.response_bytes_max) {
    self.too_large = true;
    return 0;
  }
  head += line;
  return size;
}

std::size_t CurlHttp::Transfer::take_body(const char* text, std::size_t, std::size_t size,
                                          void* transfer) {
  Transfer& self = *static_cast<Transfer*>(transfer);
  std::string& body = self.response->body;
  if (body.size() + size > self.response_bytes_max) {
    self.too_large = true;
    return 0;
  }
  if (body.empty()) {
    curl_off_t announced = -1;
    curl_easy_getinfo(self.handle.get(), CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &announced);
    const auto bytes = static_cast<std::size_t>(std::max<curl_off_t>(announced, 0));
    body.reserve(std::min(bytes, self.response_bytes_max) + parser_padding_bytes);
  }
  append_secret(body, {text, size});
  // libcurl's own buffer, which is not const and which it does not read again.
  wipe(std::as_writable_bytes(std::span(const_cast<char*>(text), size)));
  return size;
}

void CurlHttp::Transfer::set_headers(const std::vector<HttpHeader>& headers) {
  // "Expect:" takes that header out: for bodies over 1 MiB libcurl would ask for permission first
  // and wait a second for an answer that nobody gives.
  const std::size_t count = headers.size() + 1;
  lines.resize(count);
  nodes.resize(count);
  lines[0] = "Expect:";
  for (std::size_t i = 0; i < headers.size(); ++i) {
    std::string& line = lines[i + 1];
    line.assign(headers[i].name).append(": ").append(headers[i].value);
  }
  for (std::size_t i = 0; i < count; ++i) {
    nodes[i] = {.data = lines[i].data(), .next = i + 1 < count ? &nodes[i + 1] : nullptr};
  }
  set_pointer(handle.get(), CURLOPT_HTTPHEADER, nodes.data());
}

void CurlHttp::Transfer::set_method() {
  CURL* const easy = handle.get();
  if (request->method == HttpMethod::get) {
    set(easy, CURLOPT_HTTPGET, 1L);
    set(easy, CURLOPT_CUSTOMREQUEST, no_text);
    return;
  }
  set(easy, CURLOPT_POST, 1L);
  set(easy, CURLOPT_POSTFIELDS, request->body.data());
  set(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<long>(request->body.size()));
  set(easy, CURLOPT_CUSTOMREQUEST,
      request->method == HttpMethod::put     ? "PUT"
      : request->method == HttpMethod::erase ? "DELETE"
                                             : no_text);
}

void CurlHttp::Transfer::finish(CURLcode code) {
  if (code == CURLE_OK) {
    long status = 0;
    curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &status);
    response->status = static_cast<int>(status);
    return;
  }
  const auto parts = split_url(url);
  std::string text = "no answer from ";
  text += parts ? parts->authority : "a malformed URL";
  text += ": ";
  if (too_large) {
    text += "it is larger than " + std::to_string(response_bytes_max) + " bytes";
  } else {
    text += error[0] != '\0' && parts ? error.data() : curl_easy_strerror(code);
  }
  response->failure = TransportFailure{.kind = trouble_of(code), .text = std::move(text)};
}

CurlHttp::CurlHttp(HttpSettings settings) : settings_(std::move(settings)) {
  use_curl_library();
  multi_ = std::make_unique<Multi>();
  ENSURE(multi_->handle != nullptr);
  ENSURE(curl_multi_setopt(multi_->handle.get(), CURLMOPT_MAXCONNECTS,
                           static_cast<long>(in_flight_max)) == CURLM_OK);
}

CurlHttp::~CurlHttp() {
  transfers_.clear();  // easy handles go before the multi handle whose connections they used
}

CurlHttp::Transfer& CurlHttp::idle_transfer() {
  if (!idle_.empty()) {
    Transfer& transfer = *idle_.back();
    idle_.pop_back();
    return transfer;
  }
  Transfer& transfer = *transfers_.emplace_back(std::make_unique<Transfer>());
  CURL* const easy = transfer.handle.get();
  ENSURE(easy != nullptr);
  transfer.response_bytes_max = settings_.response_bytes_max;
  set_pointer(easy, CURLOPT_PRIVATE, &transfer);
  set_pointer(easy, CURLOPT_ERRORBUFFER, transfer.error.data());
  set(easy, CURLOPT_HEADERFUNCTION, &Transfer::take_header);
  set_pointer(easy, CURLOPT_HEADERDATA, &transfer);
  set(easy, CURLOPT_WRITEFUNCTION, &Transfer::take_body);
  set_pointer(easy, CURLOPT_WRITEDATA, &transfer);
  set(easy, CURLOPT_NOSIGNAL, 1L);
  set(easy, CURLOPT_TCP_KEEPALIVE, 1L);
  set(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  set(easy, CURLOPT_PROTOCOLS_STR, "https,http");
  set(easy, CURLOPT_FOLLOWLOCATION, 0L);
  set(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  set(easy, CURLOPT_BUFFERSIZE, receive_buffer_bytes);
  set(easy, CURLOPT_USERAGENT, "moretta");
  set(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(settings_.connect_timeout.count()));
  if (!settings_.ca_bundle.empty()) {
    set(easy, CURLOPT_CAINFO, settings_.ca_bundle.c_str());
  }
  return transfer;
}

void CurlHttp::start(const HttpRequest& request, HttpResponse& response) {
  Transfer& transfer = idle_transfer();
  CURL* const easy = transfer.handle.get();
  transfer.request = &request;
  transfer.response = &response;
  transfer.has_begun = false;
  transfer.too_large = false;
  transfer.error[0] = '\0';
  if (transfer.url != request.url) {
    transfer.url = request.url;
    set(easy, CURLOPT_URL, transfer.url.c_str());
  }
  transfer.set_method();
  transfer.set_headers(request.headers);
  set(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout.count()));
  set(easy, CURLOPT_PROXY, request.proxy == ProxyUse::none ? "" : no_text);
  ENSURE(curl_multi_add_handle(multi_->handle.get(), easy) == CURLM_OK);
}

std::size_t CurlHttp::finish_ended() {
  std::size_t ended = 0;
  int left = 0;
  while (const CURLMsg* const message = curl_multi_info_read(multi_->handle.get(), &left)) {
    if (message->msg != CURLMSG_DONE) {
      continue;
    }
    CURL* const easy = message->easy_handle;
    const CURLcode code = message->data.result;  // gone once the handle is removed
    Transfer* transfer = nullptr;
    curl_easy_getinfo(easy, CURLINFO_PRIVATE, &transfer);
    transfer->finish(code);
    transfer->request = nullptr;
    ENSURE(curl_multi_remove_handle(multi_->handle.get(), easy) == CURLM_OK);
    idle_.push_back(transfer);
    ++ended;
  }
  return ended;
}

std::size_t CurlHttp::cut_stopped() {
  std::size_t cut = 0;
  for (const auto& transfer : transfers_) {
    if (transfer->request != nullptr && transfer->request->stop.stop_requested() &&
        !transfer->has_begun) {
      ENSURE(curl_multi_remove_handle(multi_->handle.get(), transfer->handle.get()) == CURLM_OK);
      transfer->response->failure = {.kind = TransportTrouble::stopped, .text = "stopped"};
      transfer->request = nullptr;
      idle_.push_back(transfer.get());
      ++cut;
    }
  }
  return cut;
}

std::vector<HttpResponse> CurlHttp::perform(std::span<const HttpRequest> requests) {
  const auto wake = [this] {
    curl_multi_wakeup(multi_->handle.get());
  };
  std::forward_list<std::stop_callback<decltype(wake)>> wakes;
  for (const HttpRequest& request : requests) {
    if (request.stop.stop_possible()) {
      wakes.emplace_front(request.stop, wake);
    }
  }
  std::vector<HttpResponse> responses(requests.size());
  std::size_t started = 0;
  std::size_t ended = 0;
  while (ended < requests.size()) {  // each request ends by its timeout at the latest
    while (started < requests.size() && started - ended < in_flight_max) {
      start(requests[started], responses[started]);
      ++started;
    }
    int running = 0;
    ENSURE(curl_multi_perform(multi_->handle.get(), &running) == CURLM_OK);
    const std::size_t now_ended = finish_ended() + (wakes.empty() ? 0 : cut_stopped());
    ended += now_ended;
    if (now_ended == 0) {
      ENSURE(curl_multi_poll(multi_->handle.get(), nullptr, 0, poll_ms, nullptr) == CURLM_OK);
    }
  }
  return responses;
}

}  // namespace moretta::aws
