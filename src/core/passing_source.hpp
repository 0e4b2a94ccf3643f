#pragma once

// A source in front of another one, that passes everything on: what is to be otherwise, a
// derived class overrides.

#include "core/ports.hpp"

namespace moretta {

class PassingSource : public Source {
 public:
  // `source` outlives it.
  explicit PassingSource(Source& source) : source_(source) {}

  std::vector<Message> receive(const Ask& ask) override { return source_.receive(ask); }
  std::size_t settle(std::span<const Message> messages,
                     std::span<const Outcome> outcomes) override {
    return source_.settle(messages, outcomes);
  }
  std::size_t hold(std::span<const Message> messages, Seconds lease) override {
    return source_.hold(messages, lease);
  }
  Seconds lease() override { return source_.lease(); }
  Depth depth() override { return source_.depth(); }

 private:
  Source& source_;
};

}  // namespace moretta
