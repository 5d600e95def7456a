// The seam to what judges frames of inspection stations while a part waits: in a process of its own that has the
// model in memory, beside the queue of tasks.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/box.hpp"
#include "core/raw_image.hpp"
#include "core/result.hpp"

namespace sightglass::inspection {

struct JudgeOrder {
  core::RawImage frame{};             // as the camera gave it
  std::optional<core::Box> region{};  // whole pixels of the frame that are looked at; absent: all
  std::string model{};                // "name@version" or "name"; empty: nothing is judged
  std::optional<double> threshold{};  // instead of the model's own
  bool align = false;                 // to where the model's pictures have the part
  bool read_code = false;
};

// Coordinates are pixels of the whole frame, upright as the camera gives it.
struct Judgement {
  std::string model{};  // "name@version"; empty: nothing was judged
  double score = 0;
  double threshold = 0;
  bool is_anomalous = false;
  double rarity = 0;                // 0 … 1
  std::optional<core::Box> peak{};  // of no size: the place that is most unusual
  std::vector<core::Box> boxes{};   // only when it is anomalous
  core::Size map_size{};            // of the heat map that covers the region; of no cells when nothing was judged
  std::vector<float> map{};         // deviations, row by row
  std::optional<double> moved_x{}, moved_y{},
      turned{};               // what aligning did: pixels and degrees; absent: nothing was aligned
  bool is_unaligned = false;  // the model aligns, and the part was not found: it was judged as it lies
  std::string code{};         // what a code in the frame says; empty: none was read, or none was asked for
  double convert_ms = 0, network_ms = 0, score_ms = 0;  // of the judging
};

// What is written into the picture that people see: over the frame its heat map, boxes, and these words below.
struct Annotation {
  std::string image_id{};  // or the temporary name
  std::string verdict{};   // "OK", "NG"
  std::string words{};     // score against threshold, or why nothing was judged
  std::string time{};
  bool is_simulated = false;
};

// Thread-safe. judge() and annotate() block. Errors: not_found naming a model that is not there; unavailable when no
// process starts or it died twice over one frame; timeout; quota_exceeded when too many wait; invalid_input for a frame
// or a region that contradicts itself.
class FrameJudge {
 public:
  virtual ~FrameJudge() = default;
  virtual core::Result<Judgement> judge(const JudgeOrder& order) = 0;
  // A JPEG of quality 90 of the frame with what was found drawn over it.
  virtual core::Result<std::string> annotate(const core::RawImage& frame, const std::optional<core::Box>& region,
                                             const Judgement& judgement, const Annotation& annotation) = 0;
  // To be called when a station is armed or its recipe changes: has the model read and its network loaded, so that the
  // first part does not wait for that. Never blocks; what goes wrong is in the log, and judge() tells it again.
  virtual void warm(const std::string& /*model*/) {}
};

}  // namespace sightglass::inspection
