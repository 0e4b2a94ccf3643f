// Any bytes as what a client of the devqueue sends over its connection: no crash, the same verdict
// however the bytes are cut, nothing beyond what came, and no signature out of nothing.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/ensure.hpp"
#include "devqueue/faults.hpp"
#include "devqueue/request_reader.hpp"
#include "devqueue/verifier.hpp"

namespace {

using namespace moretta;
using namespace moretta::devqueue;
using State = RequestReader::State;

// What comes of the first request when its bytes come `step` at a time.
State read(std::string_view bytes, std::size_t step, RequestReader& reader) {
  reader.begin();
  for (std::size_t come = step; come < bytes.size(); come += step) {
    if (const State state = reader.look(bytes.substr(0, come)); state != State::partial) {
      return state;
    }
  }
  return reader.look(bytes);
}

void check_signature(const HttpRequest& request) {
  const Verifier verifier({{.id = "AKIDEXAMPLE", .secret = "secret", .token = {}}}, "us-east-1");
  ENSURE(verifier.check(request, WallTime{Seconds{1'700'000'000}}).has_value());
  const auto credential = parse_authorization(request.header("authorization"));
  ENSURE(!credential || !signed_parts(request, *credential).canonical_request.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  RequestReader whole;
  const State state = read(bytes, size + 1, whole);
  for (const std::size_t step : {1U, 7U}) {
    RequestReader cut;
    ENSURE(read(bytes, step, cut) == state);
    ENSURE(state != State::whole ||
           (cut.size() == whole.size() && cut.request().body == whole.request().body &&
            cut.request().headers == whole.request().headers));
  }
  if (state == State::whole) {
    ENSURE(whole.size() > 0 && whole.size() <= size);
    ENSURE(whole.request().body.size() < whole.size());
    check_signature(whole.request());
  }
  const auto plan = parse_fault_plan(bytes);
  ENSURE(plan.ok() || !plan.error().empty());
  return 0;
}
