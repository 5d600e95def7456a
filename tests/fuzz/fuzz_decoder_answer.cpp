// Any bytes as the answer of a decoding process that a hostile picture took over: what is understood must be what a
// sound decoder could have sent.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "imaging/decoder_wire.hpp"

namespace {

using namespace sightglass::imaging;

// Writing what was read, and reading it again, must change nothing.
template <typename Outcome, typename Decode>
void check_round_trip(const Outcome& outcome, const Decode& decode) {
  const std::string written = wire::encode(outcome).head;
  if (wire::encode(decode(written)).head != written) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string head(reinterpret_cast<const char*>(bytes), size);
  const auto derived = [](const std::string& text) { return wire::decode_derived({.head = text}); };
  const auto measured = [](const std::string& text) { return wire::decode_properties({.head = text}); };
  if (const auto images = derived(head)) check_round_trip(images, derived);
  if (const auto properties = measured(head)) check_round_trip(properties, measured);
  return 0;
}
