// What a station makes of a frame: a JSON object in its row, a copy of which stands beside each trigger.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "camera/types.hpp"
#include "core/result.hpp"

namespace sightglass::stations {

// What is kept as a photo too, beside the inspection's own files: thumbnailed, analysed, searchable, reviewed.
enum class Keep : std::uint8_t { files, photo };

struct Recipe {
  std::optional<camera::Region> region{};  // of the frame, in its pixels; absent: all of it
  bool align = false;   // bring the frame to where the model's pictures have the part, before it is judged
  std::string model{};  // "name@version", or a name alone: its newest version that is ready; empty: nothing is judged
  std::optional<double> threshold{};  // instead of the model's own
  Keep keep_ok = Keep::files;
  Keep keep_ng = Keep::photo;
  std::int32_t late_after_ms = 1000;  // 10 … 60,000; a verdict that takes longer than this is counted as late
  bool read_code = false;             // take the part's id from a code in the frame, where none waits
  friend bool operator==(const Recipe&, const Recipe&) = default;
};

// {"region":{…},"align":false,"model":"…","threshold":1.5,"keep":{"ok":"files","ng":"photo"},"late_after_ms":1000,
// "read_code":false}; what is absent is left out.
std::string to_json(const Recipe& recipe);
// invalid_input naming the member ("recipe.threshold") for what is not understood or beyond its bounds.
core::Result<Recipe> recipe_from_json(std::string_view text);

// {"source":"line","line":"Line0","edge":"rising","delay_us":0}, {"source":"software"}
std::string to_json(const camera::Trigger& trigger);
// invalid_input naming the member ("trigger.line"). free_running is no trigger of a station.
core::Result<camera::Trigger> trigger_from_json(std::string_view text);

}  // namespace sightglass::stations
