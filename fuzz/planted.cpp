// A bug put in on purpose: fuzzing has to find it and to fail, or it finds nothing.

#include <cstdint>
#include <string_view>

#include "base/ensure.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  ENSURE(!text.starts_with("leak"));
  return 0;
}
