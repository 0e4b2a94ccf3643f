#pragma once

// Events that are kept in S3, with a pointer to them in the queue (payload_pointer.hpp): fetched
// from the buckets that the configuration names, up to a size.

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "aws/credentials.hpp"
#include "aws/http.hpp"
#include "aws/payload_pointer.hpp"
#include "aws/region.hpp"
#include "aws/sigv4.hpp"
#include "aws/sqs_error.hpp"
#include "aws/sqs_wire.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "core/ports.hpp"

namespace moretta::aws {

// Where an object is asked for: the bucket in the host name as AWS wants it, in the path where the
// endpoint is not AWS's or a period in the name would break its certificate.
std::string object_url(const Endpoint& endpoint, const ObjectPlace& place);

class S3Payloads final : public Payloads {
 public:
  // All but http must outlive it.
  struct World {
    std::unique_ptr<Http> http;
    CredentialsSource& credentials;
    Clock& clock;
    Log& log;
  };
  struct Settings {
    Endpoint endpoint;
    std::vector<std::string> buckets;
    std::size_t bytes_max;
    bool erase = false;  // objects whose events are stored
  };
  S3Payloads(World world, Settings settings);

  void fetch(std::span<Message> messages) override;
  void settled(std::span<const Message> messages, std::span<const Outcome> outcomes) override;

 private:
  struct Wanted {
    Message* message;
    ObjectPlace place;
  };

  std::optional<ObjectPlace> place_of(Message& message) const;
  void fetch_some(std::span<const Wanted> some);
  void take(const Wanted& wanted, HttpResponse& response);
  bool note_fault(const Wanted& wanted, const HttpResponse& response);
  [[noreturn]] void throw_failure(const Wanted& wanted, const HttpResponse& response);
  std::vector<HttpResponse> perform(HttpMethod method, std::span<const ObjectPlace> places);

  World world_;
  Settings settings_;
  Signer signer_;
  SqsReader reader_;
  Credentials used_;
  Millis clock_offset_{0};
};

}  // namespace moretta::aws
