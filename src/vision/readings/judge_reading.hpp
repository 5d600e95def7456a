// A meter's reading as a whole: what its parts show, held against its digits, its history and its largest rate.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "vision/readings/meter_reader.hpp"

namespace sightglass::vision {

struct MeterRules {
  std::int32_t digits = 0;  // before the point; 0 with decimals 0: as many as are seen
  std::int32_t decimals = 0;
  bool rolls_over = true;                // begins again at 0 behind its largest value; false: goes up and down
  std::optional<double> largest_rate{};  // units in an hour
};

struct LastReading {
  double value = 0;
  double hours = 0;  // since then; not below 0
};

struct JudgedReading {
  std::optional<double> value{};  // absent: unknown, and `reason` says why
  std::string value_text{};       // with the meter's leading zeros and decimals; empty when unknown
  std::string likeliest_text{};   // as value_text, also when it is not sure enough; empty when nothing is plausible
  std::string raw_text{};         // what was seen, whether it is believed or not
  double confidence = 0;          // 0 … 1: of the value; of an unknown one, of what was likeliest
  std::string reason{};           // a sentence
};

// Below this a reading is unknown. Of 46 displays and faces told above it none was wrong (docs/vision.md).
constexpr double least_reading_confidence = 0.9;

// Of several places the likeliest digits are those that fit together: a wheel moves on while the one below it goes from
// 9 to 0, a needle all the time. What contradicts the history gives way to the next that does not, when that was seen
// as well. Pure, thread-safe. Never a value that was not seen.
JudgedReading judge_reading(std::span<const PartSeen> parts, const MeterRules& rules,
                            const std::optional<LastReading>& last);

}  // namespace sightglass::vision
