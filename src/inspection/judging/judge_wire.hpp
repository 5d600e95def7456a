// How the server and the process that judges frames talk: framed messages over one Unix stream socket, built from the
// same source on both sides. A camera's bytes pass through that process, so that its answers are checked.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "core/result.hpp"
#include "inspection/frame_judge.hpp"

namespace sightglass::inspection::judging::wire {

inline constexpr std::uint32_t magic = 0x53474a01;  // "SGJ" and the version of these messages

// `warm` makes a model ready and has no frame.
enum class Operation : std::uint32_t { judge = 1, annotate = 2, warm = 3 };

// Sent with an anonymous file of the frame's rows as SCM_RIGHTS; of warm it is empty. `head` (JSON) follows, and the
// heat map's values of annotate.
struct RequestFrame {
  std::uint32_t magic = wire::magic;
  Operation operation = Operation::judge;
  std::uint32_t head_bytes = 0;
  std::uint32_t map_bytes = 0;
};
static_assert(std::is_trivially_copyable_v<RequestFrame>);

// Precedes every answer; `head` (JSON) follows, and then the heat map's values of judge, the JPEG of annotate. The
// first answer of a process, before any request, is its greeting.
struct AnswerFrame {
  std::uint32_t magic = wire::magic;
  std::uint32_t head_bytes = 0;
  std::uint32_t body_bytes = 0;
};
static_assert(std::is_trivially_copyable_v<AnswerFrame>);

// Far above what an honest side sends.
inline constexpr std::uint32_t most_head_bytes = 64U << 10;
inline constexpr std::int32_t most_map_cells = 512;  // of a side
inline constexpr std::uint32_t most_map_bytes = 4U * most_map_cells * most_map_cells;
inline constexpr std::uint32_t most_jpeg_bytes = 128U << 20;
inline constexpr std::size_t longest_model = 256;  // bytes of "name@version"
inline constexpr std::size_t longest_words = 500;  // of each text of an annotation
inline constexpr std::size_t most_boxes = 64;
bool is_plausible(const RequestFrame& frame);
bool is_plausible(const AnswerFrame& frame, Operation operation);

struct Request {
  Operation operation = Operation::judge;
  std::string head{};
  std::string map{};
};
struct Answer {
  std::string head{};
  std::string body{};
};

// What annotate() of FrameJudge is given.
struct Drawing {
  core::RawImage frame{};
  std::optional<core::Box> region{};
  Judgement judgement{};
  Annotation annotation{};
};

// Without the frame's pixels. Texts are cut to what fits.
Request encode(const JudgeOrder& order);
Request encode(const Drawing& drawing);
Request encode_warming(std::string_view model);
// Errors: internal for what encode() does not write. The frame is without bytes; nothing is said of whether it, or the
// region, can be.
core::Result<JudgeOrder> decode_order(const Request& request);
core::Result<Drawing> decode_drawing(const Request& request);
core::Result<std::string> decode_warming(const Request& request);

Answer encode(const core::Result<Judgement>& outcome);
Answer encode(core::Result<std::string> jpeg);
Answer encode(const core::Result<void>& outcome);
// The outcome the process sent, which may be an error of its own. Error internal for what encode() does not write:
// numbers that are not finite, places outside of `frame`, a map without its values, bytes that are no JPEG.
core::Result<Judgement> decode_judgement(const Answer& answer, core::Size frame);
core::Result<std::string> decode_jpeg(Answer answer);
core::Result<void> decode_end(const Answer& answer);

// What must hold of a frame and its region before they are sent or looked at; `byte_count` as check_frame() has it.
// Errors: invalid_input naming "frame.…" or "recipe.region"; too_large.
core::Result<void> check_places(const core::RawImage& frame, std::int64_t byte_count,
                                const std::optional<core::Box>& region);

}  // namespace sightglass::inspection::judging::wire
