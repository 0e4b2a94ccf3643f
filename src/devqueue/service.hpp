#pragma once

// The server without its sockets: takes requests, keeps those that wait, gives replies. Pure but
// for the time it is told; one thread at a time.

#include <list>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "devqueue/control.hpp"
#include "devqueue/dialect.hpp"
#include "devqueue/faults.hpp"
#include "devqueue/operations.hpp"
#include "devqueue/verifier.hpp"

namespace moretta::devqueue {

struct ServiceOptions {
  Personality personality = Personality::aws;
  std::string region = "us-east-1";
  std::string base_url;                 // of queue URLs
  std::size_t in_flight_max = 120'000;  // SQS, of a standard queue
  Seconds rest{60};                     // SQS: before a deleted name or a purge comes again
  std::vector<AccessKey> keys;          // signatures are checked if there are any
  FaultPlan faults;
};

class Service {
 public:
  Service(ServiceOptions options, Random& random);

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
  void set_faults(FaultPlan plan) { faults_.set(std::move(plan)); }
  [[nodiscard]] std::string stats() const {
    return stats_json(accounts_, options_.region, counts_);
  }

 private:
  struct Waiter {
    Ticket ticket;
    Context context;
    ReceivePlan plan;
    WallTime deadline;
    std::string gathered;  // messages as XML, when they are gathered one by one
    std::size_t gathered_count = 0;
  };

  struct Held {
    Ticket ticket;
    HttpReply reply;
  };

  std::optional<HttpReply> handle_control(const HttpRequest& request, WallTime now);
  std::optional<HttpReply> handle_call(const HttpRequest& request, Context& context, Ticket ticket,
                                       WallTime now);
  std::optional<HttpReply> injected_reply(const Context& context);
  std::optional<ApiError> signature_problem(const HttpRequest& request, WallTime now) const;
  std::optional<HttpReply> start_receive(const Call& call, const Context& context, Ticket ticket,
                                         WallTime now);
  std::optional<HttpReply> try_receive(Waiter& waiter, WallTime now);
  std::optional<HttpReply> finish(HttpReply reply, Operation operation, Ticket ticket,
                                  WallTime now);
  Scene scene(const Context& context, WallTime now);
  const std::string& date_text(WallTime now);

  ServiceOptions options_;
  Manners manners_;
  Random& random_;
  Verifier verifier_;
  Faults faults_;
  std::map<std::string, Account> accounts_;  // by region
  JsonReader json_;
  std::list<Waiter> waiters_;           // oldest first
  std::multimap<WallTime, Held> held_;  // replies that a fault delays
  RequestCounts counts_{};
  std::string date_text_;  // of date_, for the Date header
  Seconds date_{-1};
};

}  // namespace moretta::devqueue
