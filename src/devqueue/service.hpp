#pragma once

// The server without its sockets: takes requests, keeps those that wait, gives replies. Pure but
// for the time it is told; one thread at a time.

#include <array>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "devqueue/http.hpp"
#include "devqueue/json_wire.hpp"
#include "devqueue/operations.hpp"
#include "devqueue/query_wire.hpp"

namespace moretta::devqueue {

class Service {
 public:
  struct Options {
    Personality personality = Personality::aws;
    std::string region = "us-east-1";
    std::string base_url;
    std::size_t in_flight_max = 120'000;  // SQS, of a standard queue
    Seconds rest{60};                     // SQS: before a deleted name or a purge comes again
  };

  Service(Options options, Random& random);

  // The reply, or nothing if the request waits: its reply comes out of due().
  std::optional<HttpReply> handle(const HttpRequest& request, Ticket ticket, WallTime now);

  // The replies whose time has come.
  std::vector<std::pair<Ticket, HttpReply>> due(WallTime now);

  // Not later than the next time at which due() may have something.
  [[nodiscard]] std::optional<WallTime> next_event() const;

  // The client has gone.
  void forget(Ticket ticket);

  // The queues that a client sees who signs for this region; the default one if empty.
  Account& account(const std::string& region = "");

  void set_base_url(std::string url) { options_.base_url = std::move(url); }

 private:
  enum class Wire { json, query };

  // What must be remembered of a request to answer it later.
  struct Context {
    Wire wire = Wire::json;
    std::string region;
    std::string base_url;
    std::string request_id;
    Operation operation = Operation::unsupported;
  };

  struct Waiter {
    Ticket ticket;
    Context context;
    ReceivePlan plan;
    WallTime deadline;
    std::string gathered;  // messages as XML, when they are gathered one by one
    std::size_t gathered_count = 0;
  };

  std::optional<HttpReply> handle_call(const HttpRequest& request, const Call& call,
                                       Context context, Ticket ticket, WallTime now);
  std::optional<HttpReply> start_receive(const Call& call, Context context, Ticket ticket,
                                         WallTime now);
  std::optional<HttpReply> try_receive(Waiter& waiter, WallTime now);
  Result<Call, ApiError> read_call(const HttpRequest& request, Context& context);
  Result<Call, ApiError> read_json_call(const HttpRequest& request, Context& context);
  Result<Call, ApiError> read_query_call(const HttpRequest& request, Context& context);
  std::optional<HttpReply> localstack_refusal(const HttpRequest& request) const;
  Scene scene(const Context& context, WallTime now);
  HttpReply reply(const Context& context, const Result<Answer, ApiError>& answer) const;
  HttpReply error_reply(const Context& context, const ApiError& error) const;
  HttpReply shell(const Context& context) const;

  Options options_;
  Manners manners_;
  Random& random_;
  std::map<std::string, Account> accounts_;  // by region
  JsonReader json_;
  std::list<Waiter> waiters_;  // oldest first
  std::array<std::uint64_t, operation_count> requests_{};
};

}  // namespace moretta::devqueue
