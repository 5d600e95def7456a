// What camera traps note of the moment they took a picture: weather, moon, and why and as which of how many it was
// taken.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sightglass::core {

class JsonWriter;

// An eighth of the lunar month each, from new moon on.
enum class MoonPhase : std::uint8_t {
  new_moon,
  waxing_crescent,
  first_quarter,
  waxing_gibbous,
  full_moon,
  waning_gibbous,
  last_quarter,
  waning_crescent
};
std::string_view name_of(MoonPhase phase);  // "new", "waxing_crescent" … "full" …
std::optional<MoonPhase> moon_phase_from_name(std::string_view name);

// What made the camera take the picture; `external` is a sensor beside it, `manual` a person.
enum class TrapTrigger : std::uint8_t { motion, time_lapse, external, manual };
std::string_view name_of(TrapTrigger trigger);
std::optional<TrapTrigger> trap_trigger_from_name(std::string_view name);

// The `position`-th of `count` pictures that one trigger made, 1 ≤ position ≤ count.
struct TrapSequence {
  std::int32_t position = 1;
  std::int32_t count = 1;
  std::optional<std::int64_t> event{};  // the camera's own number of that trigger; cameras begin anew some day
  friend bool operator==(const TrapSequence&, const TrapSequence&) = default;
};

// Absent values are absent, never guessed. What lies out of its range is left out by whoever reads it.
struct TrapFacts {
  std::optional<double> temperature{};  // of the air at the camera, °C, within coldest … hottest
  std::optional<double> humidity{};     // relative, percent, 0 … 100
  std::optional<double> pressure{};     // of the air, hPa, within lowest_pressure … highest_pressure
  std::optional<MoonPhase> moon_phase{};
  std::optional<TrapTrigger> trigger{};
  std::optional<TrapSequence> sequence{};
  std::optional<double> battery_volts{};  // above 0, at most most_volts
  std::optional<bool> is_lit{};           // by the camera's own lamps, infrared mostly
  std::string serial{};                   // of the camera, at most longest_trap_text bytes of printable ASCII
  std::string label{};                    // that a person gave the camera, as `serial`

  bool is_empty() const { return *this == TrapFacts{}; }
  friend bool operator==(const TrapFacts&, const TrapFacts&) = default;
};

// Beyond what any place on earth has: records are -89.2 and +56.7 °C, 870 and 1085 hPa at sea level (WMO archive of
// weather extremes), some 300 hPa on the highest mountain.
inline constexpr double coldest = -80;
inline constexpr double hottest = 80;
inline constexpr double lowest_pressure = 250;
inline constexpr double highest_pressure = 1'100;
inline constexpr double most_volts = 60;
inline constexpr std::int32_t most_of_sequence = 10'000;
inline constexpr std::int64_t last_trap_event = 0xffff'ffff;
inline constexpr std::size_t longest_trap_text = 64;

// As {"temperature":21,…}, the form of sidecars and of the API; what is absent is null.
void write_trap_facts(JsonWriter& json, const TrapFacts& facts);

// The same with everything that is out of its range left out; texts lose what is no printable ASCII.
TrapFacts plausible(TrapFacts facts);

}  // namespace sightglass::core
