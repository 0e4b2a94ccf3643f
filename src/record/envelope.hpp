#pragma once

// What a service puts around an event on its way to the queue, and how to take it off. Only what
// the configuration names is taken off: nothing is guessed from how a body looks.

#include <string>

#include "base/result.hpp"
#include "base/secret.hpp"
#include "record/document.hpp"
#include "record/reject.hpp"

namespace moretta {

enum class Envelope {
  none,
  sns,          // a notification without raw delivery: the event is the text in /Message
  eventbridge,  // the event is the object in /detail
};

// For one thread; keeps its memory between bodies.
class Unwrapper {
 public:
  explicit Unwrapper(Envelope envelope, std::size_t bytes_max = body_bytes_max);
  ~Unwrapper() { clear(); }
  Unwrapper(const Unwrapper&) = delete;
  Unwrapper& operator=(const Unwrapper&) = delete;

  // The event within; valid until the next call or clear, and while `body` lives. Rejects what is
  // not of this envelope.
  Result<const std::string*, Reject> unwrap(const std::string& body);

  // Wipes what it holds of the last body.
  void clear() { wipe(event_); }

 private:
  [[nodiscard]] Failure<Reject> reject(Reason reason, std::size_t column) const;

  Envelope envelope_;
  std::size_t bytes_max_;
  Mapping places_;  // what of the envelope is read
  PointerTree tree_;
  Document document_;
  std::string event_;
};

}  // namespace moretta
