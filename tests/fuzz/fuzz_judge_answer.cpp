// Any bytes as the answer of the process that judges frames, and as a request to it: what is understood must be what a
// sound side could have sent.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "inspection/judging/judge_wire.hpp"

namespace {

using namespace sightglass;
using namespace sightglass::inspection;
using namespace sightglass::inspection::judging;

constexpr core::Size frame{64, 48};

void check(bool claim) {
  if (!claim) std::abort();
}

// The head, then behind a zero, which no JSON holds, what follows it.
wire::Answer answer_of(std::string_view bytes) {
  const auto end = bytes.find('\0');
  if (end == bytes.npos) return {.head = std::string(bytes)};
  return {.head = std::string(bytes.substr(0, end)), .body = std::string(bytes.substr(end + 1))};
}

void check_box(const core::Box& box) {
  check(std::isfinite(box.x) && std::isfinite(box.y) && box.width >= 0 && box.height >= 0);
  check(box.x > -1 && box.y > -1 && box.right() < frame.width + 1 && box.bottom() < frame.height + 1);
}

void check_judgement(const Judgement& judgement) {
  check(std::isfinite(judgement.score) && std::isfinite(judgement.threshold));
  check(judgement.rarity >= 0 && judgement.rarity <= 1);
  check(judgement.map.size() == static_cast<std::size_t>(judgement.map_size.pixels()));
  for (const float value : judgement.map) check(std::isfinite(value));
  for (const auto& box : judgement.boxes) check_box(box);
  if (judgement.peak) check_box(*judgement.peak);
}

// Writing what was read, and reading it again, must change nothing but texts that are cut.
void check_round_trip(const Judgement& judgement) {
  const auto again = wire::decode_judgement(wire::encode(core::Result<Judgement>(judgement)), frame);
  check(again.has_value());
  check(again->score == judgement.score && again->boxes == judgement.boxes && again->map == judgement.map);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const auto answer = answer_of({reinterpret_cast<const char*>(bytes), size});
  if (const auto judgement = wire::decode_judgement(answer, frame)) {
    check_judgement(*judgement);
    check_round_trip(*judgement);
  }
  static_cast<void>(wire::decode_jpeg(answer));
  static_cast<void>(wire::decode_end(answer));
  const wire::Request request{.head = answer.head, .map = answer.body};
  if (const auto order = wire::decode_order(request)) {
    check(wire::decode_order(wire::encode(*order)).has_value());
    static_cast<void>(wire::check_places(order->frame, 1 << 20, order->region));
  }
  if (const auto drawing = wire::decode_drawing(request))
    check(wire::decode_drawing(wire::encode(*drawing)).has_value());
  static_cast<void>(wire::decode_warming(request));
  return 0;
}
