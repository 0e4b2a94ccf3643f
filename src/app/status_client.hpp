#pragma once

// Asks a running moretta by the address of its status server.

#include <memory>
#include <string>

#include "aws/http.hpp"
#include "base/clock.hpp"

namespace moretta::app {

class StatusClient {
 public:
  // `address` as in status.listen. Throws BadUsage if it is none.
  StatusClient(const std::string& address, const Clock& clock);

  [[nodiscard]] const std::string& address() const { return address_; }

  // The body of what stands at the path. Throws Refused if nobody answers, or not with 200.
  std::string get(const std::string& path);

 private:
  std::string address_;
  std::string base_url_;
  std::unique_ptr<aws::Http> http_;
};

}  // namespace moretta::app
