#pragma once

// An Http that answers from a script and keeps what it was asked.

#include <deque>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "aws/http.hpp"

namespace moretta::aws {

inline HttpResponse answer(int status, std::string body, std::string head = {}) {
  return {
      .status = status, .head = std::move(head), .body = std::move(body), .failure = std::nullopt};
}

inline HttpResponse lost_connection() {
  return {.status = 0,
          .head = {},
          .body = {},
          .failure = TransportFailure{.kind = TransportTrouble::transient,
                                      .text = "no answer from queue.example: reset by peer"}};
}

class ScriptedHttp final : public Http {
 public:
  // The answers to the next requests, in the order in which they are asked.
  void will_answer(std::vector<HttpResponse> responses) {
    for (HttpResponse& response : responses) {
      script_.push_back(std::move(response));
    }
  }

  // Called at each perform, before it answers: time passes, keys change.
  void meanwhile(std::function<void()> action) { meanwhile_ = std::move(action); }

  std::vector<HttpResponse> perform(std::span<const HttpRequest> requests) override {
    together.push_back(requests.size());
    std::vector<HttpResponse> responses;
    if (meanwhile_) {
      meanwhile_();
    }
    for (const HttpRequest& request : requests) {
      asked.push_back(request);
      if (script_.empty()) {
        ADD_FAILURE() << "a request that the script does not expect: " << request.body;
        responses.push_back(lost_connection());
        continue;
      }
      responses.push_back(std::move(script_.front()));
      script_.pop_front();
    }
    return responses;
  }

  [[nodiscard]] bool is_through() const { return script_.empty(); }

  std::vector<HttpRequest> asked;
  std::vector<std::size_t> together;  // how many requests each perform had

 private:
  std::deque<HttpResponse> script_;
  std::function<void()> meanwhile_;
};

}  // namespace moretta::aws
