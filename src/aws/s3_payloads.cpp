#include "aws/s3_payloads.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "aws/service_call.hpp"
#include "aws/url.hpp"
#include "base/encoding.hpp"
#include "base/errors.hpp"

namespace moretta::aws {

namespace {

constexpr std::size_t at_once_max = 10;  // as many as one receive gives
constexpr Millis fetch_timeout{10'000};  // 10 MiB at 1 MiB/s; a third of SQS's default lease

constexpr std::string_view service = "s3";

// What S3 answers where the object itself is at fault, and not the way to it.
constexpr auto denials = std::to_array<std::string_view>({
    "AccessDenied", "AllAccessDisabled",
    "InvalidObjectState",  // in an archive
});

bool is_gone(const SqsError& error) {
  return error.status == 404 && error.code != "NoSuchBucket";
}

std::string hint_for(const SqsError& error) {
  if (error.code == "NoSuchBucket") {
    return "take the bucket out of payloads.buckets, or make it";
  }
  if (error.status == 301 || error.code == "AuthorizationHeaderMalformed" ||
      error.code == "PermanentRedirect") {
    return "the bucket is in another region than the queue: set queue.region, or "
           "AWS_ENDPOINT_URL_S3 to the bucket's endpoint";
  }
  return "allow s3:GetObject on payloads.buckets to these AWS credentials";
}

}  // namespace

std::string object_url(const Endpoint& endpoint, const ObjectPlace& place) {
  const auto url = split_url(endpoint.url);
  const bool by_host = url && is_aws_host(url->host) && url->path.size() <= 1 &&
                       place.bucket.find('.') == std::string::npos;
  std::string out;
  if (by_host) {
    out.append(url->scheme).append("://").append(place.bucket).append(".");
    out.append(url->authority).append("/");
  } else {
    out.append(endpoint.url).append(place.bucket).append("/");
  }
  std::string_view rest = place.key;
  while (true) {  // a slash divides; all else is encoded once
    const std::size_t slash = rest.find('/');
    append_percent_encoded(rest.substr(0, slash), out);
    if (slash == std::string_view::npos) {
      return out;
    }
    out.push_back('/');
    rest.remove_prefix(slash + 1);
  }
}

S3Payloads::S3Payloads(World world, Settings settings)
    : world_(std::move(world)),
      settings_(std::move(settings)),
      signer_({.region = settings_.endpoint.region, .service = std::string(service)}) {}

void S3Payloads::fetch(std::span<Message> messages) {
  std::vector<Wanted> wanted;
  for (Message& message : messages) {
    if (auto place = place_of(message)) {
      wanted.push_back({.message = &message, .place = std::move(*place)});
    }
  }
  for (std::size_t start = 0; start < wanted.size(); start += at_once_max) {
    fetch_some(std::span(wanted).subspan(start, std::min(at_once_max, wanted.size() - start)));
  }
}

// nullopt if there is nothing to fetch; then the message may have a fault now.
std::optional<ObjectPlace> S3Payloads::place_of(Message& message) const {
  if (message.fault || !message.payload.empty() || !is_marked_as_pointer(message)) {
    return std::nullopt;
  }
  auto place = read_pointer(message.body);
  if (!place) {
    message.fault = Reason::bad_payload_pointer;
    return std::nullopt;
  }
  if (std::ranges::find(settings_.buckets, place->bucket) == settings_.buckets.end()) {
    message.fault = Reason::bucket_not_allowed;
    return std::nullopt;
  }
  return place;
}

// Those that came are kept, whatever became of the others.
void S3Payloads::fetch_some(std::span<const Wanted> some) {
  std::vector<ObjectPlace> places;
  for (const Wanted& one : some) {
    places.push_back(one.place);
  }
  used_ = world_.credentials.current();
  std::vector<HttpResponse> responses = perform(HttpMethod::get, places);
  std::optional<std::size_t> failed;  // the first for a reason that is not the object's
  for (std::size_t i = 0; i < some.size(); ++i) {
    HttpResponse& response = responses[i];
    const bool is_there = !response.failure && (response.status == 200 || response.status == 206);
    const bool is_empty = !response.failure && response.status == 416;  // no first byte to give
    if (is_empty) {
      response.body.clear();
    }
    if (is_there || is_empty) {
      take(some[i], response);
    } else if (!note_fault(some[i], response) && !failed) {
      failed = i;
    }
  }
  if (failed) {
    throw_failure(some[*failed], responses[*failed]);
  }
}

void S3Payloads::take(const Wanted& wanted, HttpResponse& response) {
  if (response.body.size() > settings_.bytes_max) {
    wipe(response.body);
    wanted.message->fault = Reason::body_too_large;
    return;
  }
  wipe(wanted.message->body);
  wanted.message->body = std::move(response.body);
  wanted.message->payload = wanted.place.bucket + "/" + wanted.place.key;
}

// False if not the object is at fault.
bool S3Payloads::note_fault(const Wanted& wanted, const HttpResponse& response) {
  const SqsError error = read_error(Protocol::query, response, reader_);
  if (is_gone(error)) {
    wanted.message->fault = Reason::payload_missing;
  } else if (std::ranges::find(denials, error.code) != denials.end()) {
    wanted.message->fault = Reason::payload_denied;
  }
  return wanted.message->fault.has_value();
}

void S3Payloads::throw_failure(const Wanted& wanted, const HttpResponse& response) {
  const SqsError error = read_error(Protocol::query, response, reader_);
  if (error.kind == ErrorClass::clock_skew) {
    if (const auto date = http_date(response.header("date").value_or(""))) {
      clock_offset_ = std::chrono::duration_cast<Millis>(*date - world_.clock.wall());
      throw Unavailable("cannot fetch an object of S3: its clock differs from this machine's");
    }
  }
  if (error.kind == ErrorClass::expired_credentials &&
      !same_keys(used_, world_.credentials.renewed(used_))) {
    throw Unavailable("cannot fetch an object of S3: the AWS credentials had expired");
  }
  const ServiceCall call{
      .service = std::string(service), .action = "s3:GetObject", .endpoint = settings_.endpoint};
  throw_service_error("fetch an object of bucket " + wanted.place.bucket, call, error,
                      hint_for(error));
}

std::vector<HttpResponse> S3Payloads::perform(HttpMethod method,
                                              std::span<const ObjectPlace> places) {
  const WallTime now = world_.clock.wall() + clock_offset_;
  std::vector<HttpRequest> requests;
  for (const ObjectPlace& place : places) {
    HttpRequest request{.method = method,
                        .url = object_url(settings_.endpoint, place),
                        .headers = {{"x-amz-content-sha256", hex(sha256(""))}},
                        .timeout = fetch_timeout};
    if (method == HttpMethod::get) {
      // One byte more than is allowed tells what is too large, without fetching all of it.
      request.headers.push_back({"Range", "bytes=0-" + std::to_string(settings_.bytes_max)});
    }
    signer_.sign(request, used_, now);
    requests.push_back(std::move(request));
  }
  return world_.http->perform(requests);
}

// A record of the quarantine has the event in it, but the object stays: somebody will want to look.
void S3Payloads::settled(std::span<const Message> messages, std::span<const Outcome> outcomes) {
  if (!settings_.erase) {
    return;
  }
  std::vector<ObjectPlace> done;
  for (std::size_t i = 0; i < messages.size(); ++i) {
    const std::string& payload = messages[i].payload;
    const bool is_stored = outcomes[i] == Outcome::stored || outcomes[i] == Outcome::duplicate;
    if (!payload.empty() && is_stored) {
      const std::size_t slash = payload.find('/');
      done.push_back({.bucket = payload.substr(0, slash), .key = payload.substr(slash + 1)});
    }
  }
  if (done.empty()) {
    return;
  }
  std::size_t left = 0;
  for (const HttpResponse& response : perform(HttpMethod::erase, done)) {
    const bool is_erased =
        !response.failure && (response.status / 100 == 2 || response.status == 404);
    left += is_erased ? 0 : 1;
  }
  if (left > 0) {
    world_.log.warn("payloads_not_deleted", {{"objects", left}});
  }
}

}  // namespace moretta::aws
