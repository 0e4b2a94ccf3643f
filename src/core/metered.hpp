#pragma once

// A lane's two ports with a meter at each: they do what the port behind them does, and note how
// long it took. Everything that is measured of a lane but its counts is measured here.

#include "core/lane_meter.hpp"
#include "core/passing_source.hpp"
#include "core/ports.hpp"
#include "core/tap.hpp"

namespace moretta {

// For one thread. Everything given must outlive it.
class MeteredSource final : public PassingSource {
 public:
  MeteredSource(Source& source, LaneMeter& meter, const Clock& clock)
      : PassingSource(source), meter_(meter), clock_(clock) {}

  std::vector<Message> receive(const Ask& ask) override;
  std::size_t settle(std::span<const Message> messages, std::span<const Outcome> outcomes) override;
  std::size_t hold(std::span<const Message> messages, Seconds lease) override;

 private:
  LaneMeter& meter_;
  const Clock& clock_;
};

// Where the rows of a lane can be watched; none: nowhere.
struct Tapping {
  Tap* tap = nullptr;
  int lane = 0;
};

// For one thread. Everything given must outlive it.
class MeteredSink final : public Sink {
 public:
  MeteredSink(Sink& sink, LaneMeter& meter, const Clock& clock, Tapping tapping = {})
      : sink_(sink), meter_(meter), clock_(clock), tapping_(tapping) {}

  void open() override;
  Fates write(const Writes& writes) override;

 private:
  Sink& sink_;
  LaneMeter& meter_;
  const Clock& clock_;
  Tapping tapping_;
};

}  // namespace moretta
