// Any bytes as the answer of a decoding process that a hostile picture took over: what is understood must be what a
// sound decoder could have sent.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

#include "imaging/decoder_wire.hpp"

namespace {

using namespace sightglass;
using namespace sightglass::imaging;

// Writing what was read, and reading it again, must change nothing.
template <typename Outcome, typename Decode>
void check_round_trip(const Outcome& outcome, const Decode& decode) {
  const auto written = wire::encode(outcome);
  const auto again = wire::encode(decode(written));
  if (again.head != written.head || again.display_jpeg != written.display_jpeg) std::abort();
}

// The head, then behind a zero, which no JSON holds, what comes in place of the display image.
wire::Answer answer_of(std::string_view bytes) {
  const auto end = bytes.find('\0');
  if (end == bytes.npos) return {.head = std::string(bytes)};
  return {.head = std::string(bytes.substr(0, end)), .display_jpeg = std::string(bytes.substr(end + 1))};
}

// Networks read as many bytes as the size says.
void check_raster(const core::Raster& raster, const RasterPlan& plan) {
  const auto [width, height] = raster.size;
  if (width < 1 || height < 1 || std::max(width, height) > plan.max_side) std::abort();
  if (std::cmp_not_equal(raster.rgb.size(), 3 * raster.size.pixels())) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const auto answer = answer_of({reinterpret_cast<const char*>(bytes), size});
  static constexpr RasterPlan plan{.max_side = 64, .allow_damaged = true};
  const auto derived = [](const wire::Answer& sent) { return wire::decode_derived(sent); };
  const auto measured = [](const wire::Answer& sent) { return wire::decode_properties(sent); };
  const auto inspected = [](const wire::Answer& sent) { return wire::decode_inspected(sent, plan); };
  if (const auto images = derived(answer)) check_round_trip(images, derived);
  if (const auto properties = measured(answer)) check_round_trip(properties, measured);
  if (const auto image = inspected(answer)) {
    check_raster(image->raster, plan);
    check_round_trip(image, inspected);
  }
  return 0;
}
