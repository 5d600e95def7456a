// Any bytes as an answer of the process that reads a camera's stream, which the stream may have taken over: what is let
// through must be what a sound process could have sent.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <vector>

#include "camera/stream/stream_address.hpp"
#include "camera/stream/stream_wire.hpp"

namespace {

using namespace sightglass;
using namespace sightglass::camera;
using namespace sightglass::camera::stream;

void check(bool claim) {
  if (!claim) std::abort();
}

void check_range(const std::optional<Range>& range) {
  if (range) check(std::isfinite(range->least) && std::isfinite(range->most) && range->least <= range->most);
}

void check_frame(const wire::Answer& answer) {
  if (answer.pixel_bytes > 1U << 20) return;  // as good as a smaller one, and slower
  const auto frame = wire::frame_of(answer, std::vector<std::uint8_t>(answer.pixel_bytes));
  const auto [width, height] = frame.image.size;
  check(width >= 1 && height >= 1 && frame.image.stride == width * core::bytes_per_pixel(frame.image.format));
  check(std::int64_t{frame.image.stride} * height == static_cast<std::int64_t>(frame.image.bytes->size()));
  check(core::to_iso8601(frame.taken_at).size() == 27);
}

void check_answer(const wire::Answer& answer, wire::Verb verb) {
  if (!wire::is_plausible(answer, verb)) return;
  static_cast<void>(wire::settings_of(answer));
  if (answer.is_error == 1) {
    check(!core::name_of(wire::error_of(answer).code).empty() && answer.pixel_bytes == 0);
    return;
  }
  if (verb == wire::Verb::next_frame) return check_frame(answer);
  if (verb != wire::Verb::open) return;
  const auto can = wire::capabilities_of(answer);
  check(can.sensor.width >= 1 && can.sensor.height >= 1 && can.formats.size() == 1);
  check_range(can.exposure_ms);
  check_range(can.gain);
}

// What a person typed: never more of it is shown than was taken.
void check_address(std::string_view text) {
  const auto address = parse_address(text);
  if (!address) return;
  check(address->shown.size() <= text.size() + 6 && address->shown.find('@') >= address->shown.find('/', 8));
  check(parse_address(address->shown).has_value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  check_address({reinterpret_cast<const char*>(data), size});
  wire::Answer answer;
  std::memcpy(&answer, data, size < sizeof answer ? size : sizeof answer);
  for (const auto verb : {wire::Verb::open, wire::Verb::configure, wire::Verb::start, wire::Verb::next_frame})
    check_answer(answer, verb);
  return 0;
}
