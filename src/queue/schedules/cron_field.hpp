// One field of a cron expression: the set of values that it allows.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "core/result.hpp"

namespace sightglass::queue::schedules {

// What may stand in a field.
struct FieldKind {
  std::string_view words{};  // "minute", for messages
  int least = 0;
  int most = 59;                              // at most 63
  std::span<const std::string_view> names{};  // of the values from `least` on: "jan", …; lower case
};

// Bit n stands for the value n.
using ValueSet = std::uint64_t;

inline bool allows(ValueSet set, int value) { return (set >> value & 1U) != 0; }
ValueSet all_values(const FieldKind& kind);

// "*", "5", "mon", "1-5", "*/15", "8-18/2" and lists of these with commas. Names in any case. invalid_input naming
// "expression", with what was found and what is allowed there.
core::Result<ValueSet> parse_field(const FieldKind& kind, std::string_view text);

}  // namespace sightglass::queue::schedules
