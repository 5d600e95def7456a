// How the server and the process that reads one camera's stream talk: one command, one answer, over a Unix stream
// socket, built from the same source on both sides. The answers come from a process that reads strangers' bytes and are
// checked like that.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "camera/stream/stream_address.hpp"
#include "camera/types.hpp"
#include "core/result.hpp"

namespace sightglass::camera::stream::wire {

inline constexpr std::uint32_t magic = 0x53475301;  // "SGS" and the version of these messages

template <std::size_t capacity>
struct Text {
  std::uint32_t length = 0;
  std::array<char, capacity> bytes{};
};

// What streams can be told at all; absent where `has_…` is 0.
struct Wishes {
  std::uint32_t has_exposure = 0;
  std::uint32_t has_auto_exposure = 0;
  std::uint32_t has_gain = 0;
  std::uint32_t auto_exposure = 0;
  double exposure_ms = 0;
  double gain = 0;
};

enum class Verb : std::uint32_t { open = 1, configure = 2, start = 3, stop = 4, next_frame = 5 };

struct Command {
  std::uint32_t magic = wire::magic;
  Verb verb = Verb::open;
  std::int32_t patience_ms = 0;     // of open and next_frame
  Text<longest_address> address{};  // of open, with its secrets: neither arguments nor environment hold them
  Wishes wishes{};                  // of configure
};
static_assert(std::is_trivially_copyable_v<Command>);

struct Span {
  double least = 0;
  double most = 0;
  double step = 0;
  std::uint32_t is_there = 0;
};

// Followed by `pixel_bytes` of a frame's rows without gaps.
struct Answer {
  std::uint32_t magic = wire::magic;
  Verb verb = Verb::open;  // of the command that is answered
  std::uint32_t is_error = 0;
  std::uint32_t error = 0;  // of core::ErrorCode
  Text<64> field{};
  Text<300> message{};
  Text<64> vendor{};  // with model: of open
  Text<64> model{};
  Text<32> sandbox{};
  Span exposure_ms{};
  Span gain{};
  std::uint32_t has_auto_exposure = 0;
  std::int32_t width = 0;  // of open: what is expected; of next_frame: of this frame
  std::int32_t height = 0;
  std::uint32_t format = 0;  // of core::PixelFormat
  std::uint32_t pixel_bytes = 0;
  std::uint32_t has_timestamp = 0;
  std::uint64_t number = 0;
  std::int64_t taken_at_micros = 0;
  std::uint64_t timestamp_ns = 0;
  std::uint64_t completed = 0;
  std::uint64_t failed = 0;
  std::uint64_t underruns = 0;
  Wishes settings{};  // in force
};
static_assert(std::is_trivially_copyable_v<Answer>);

template <std::size_t capacity>
void write_text(Text<capacity>& text, std::string_view words) {
  text.length = static_cast<std::uint32_t>(words.size() < capacity ? words.size() : capacity);
  words.copy(text.bytes.data(), text.length);
}
// Empty when the length is over what fits.
template <std::size_t capacity>
std::string_view words_of(const Text<capacity>& text) {
  return text.length <= capacity ? std::string_view(text.bytes.data(), text.length) : std::string_view();
}

inline constexpr std::int32_t most_side = 16'384;
inline constexpr std::uint32_t most_pixel_bytes = 192U << 20;

// Before memory is set aside for its pixels: an answer to `verb` whose numbers can be, an error's included.
bool is_plausible(const Answer& answer, Verb verb);

// Of an answer that is plausible.
core::Error error_of(const Answer& answer);
Capabilities capabilities_of(const Answer& answer);
Settings settings_of(const Answer& answer);
Frame frame_of(const Answer& answer, std::vector<std::uint8_t> pixels);

Answer error_answer(Verb verb, const core::Error& error);

// The settings that a stream may have, as wishes. Error invalid_input naming the first that it has not: another region,
// binning, format, rate, level or set of the user's, or one that `can` lacks or bounds.
core::Result<Wishes> wishes_of(const Settings& settings, const Capabilities& can);

}  // namespace sightglass::camera::stream::wire
