// How the server and its decoding processes talk: framed messages over one Unix stream socket, built from the same
// source on both sides. The answer comes from a process that reads strangers' bytes and is checked like one.
#pragma once

#include <cstdint>
#include <string>
#include <type_traits>

#include "core/result.hpp"
#include "imaging/decoder.hpp"
#include "imaging/frame_wire.hpp"

namespace sightglass::imaging::wire {

inline constexpr std::uint32_t magic = 0x53474405;  // "SGD" and the version of these frames

enum class Operation : std::uint32_t { derive = 1, measure = 2, tiles = 3, inspect = 4, develop = 5 };

// Sent whole, with the descriptor of the picture, or of the frame's bytes, as SCM_RIGHTS on its first byte.
struct Request {
  std::uint32_t magic = wire::magic;
  Operation operation = Operation::derive;
  DerivePlan plan{};
  RasterPlan raster_plan{};  // of inspect alone
  FrameRequest frame{};      // of develop alone
  Limits limits{};
};
static_assert(std::is_trivially_copyable_v<Request>);

// Precedes every answer; a request for tiles has many: one that tells the size, one for each tile with its JPEG in
// place of the display image and an empty head, and a last one with neither, or an error in place of any of them. To
// inspect gives a raster's bytes, row by row, in place of the display image, to develop the frame's file.
// `head` is JSON, the two pictures follow as they are. The first answer of a process, before
// any request, is its greeting: a head that describes the sandbox, and no pictures.
struct AnswerFrame {
  std::uint32_t magic = wire::magic;
  std::uint32_t head_bytes = 0;
  std::uint32_t display_bytes = 0;
  std::uint32_t thumbnail_bytes = 0;
};
static_assert(std::is_trivially_copyable_v<AnswerFrame>);

// Far above what an honest decoder sends: metadata JSON is at most 64 KiB, pictures a few megabytes.
inline constexpr std::uint32_t max_head_bytes = 1U << 20;
inline constexpr std::uint32_t max_picture_bytes = 64U << 20;
inline constexpr std::uint32_t max_tile_bytes = 2U << 20;  // more than its pixels take as they are
// Of the answer to `request`.
std::uint32_t most_picture_bytes(const Request& request);
bool is_plausible(const AnswerFrame& frame, std::uint32_t most = max_picture_bytes);

struct Answer {
  std::string head{};
  std::string display_jpeg{};
  std::string thumbnail_jpeg{};
};

Answer encode(const core::Result<DerivedImages>& outcome);
Answer encode(const core::Result<ImageProperties>& outcome);
Answer encode(const core::Result<InspectionImage>& outcome);
// Of develop.
Answer encode(core::Result<std::string> outcome);
Answer encode(core::Size size_of_tiled);
Answer encode(const core::Result<void>& outcome);

// The outcome the process sent, which may be an error of its own. Error internal when the head is not what encode()
// writes: a missing member, a wrong type, a value out of range.
core::Result<DerivedImages> decode_derived(Answer answer);
core::Result<ImageProperties> decode_properties(const Answer& answer);
// The raster has the size that `plan` asks of a picture of this size, and all its bytes.
core::Result<InspectionImage> decode_inspected(const Answer& answer, const RasterPlan& plan);
core::Result<core::Size> decode_tiled_size(const Answer& answer);
// A tile's JPEG, which at least begins like one.
core::Result<std::string> decode_tile(Answer answer);
core::Result<void> decode_end(const Answer& answer);
core::Result<std::string> decode_developed(Answer answer, const DevelopPlan& plan, const Limits& limits);

}  // namespace sightglass::imaging::wire
