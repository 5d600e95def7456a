#include "core/trap_facts.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "core/json_writer.hpp"

namespace sightglass::core {
namespace {

using namespace std::string_view_literals;

// Indexed by the enumerators; part of the database, of sidecars and of the API: never renamed.
constexpr std::array moon_phases{"new"sv,  "waxing_crescent"sv, "first_quarter"sv, "waxing_gibbous"sv,
                                 "full"sv, "waning_gibbous"sv,  "last_quarter"sv,  "waning_crescent"sv};
constexpr std::array triggers{"motion"sv, "time_lapse"sv, "external"sv, "manual"sv};

template <typename Enum, std::size_t N>
std::optional<Enum> find_name(const std::array<std::string_view, N>& names, std::string_view name) {
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) return std::nullopt;
  return static_cast<Enum>(found - names.begin());
}

// NaN lies nowhere.
void keep_between(std::optional<double>& value, double least, double most) {
  if (value && !(*value >= least && *value <= most)) value.reset();
}

bool is_sound(const TrapSequence& sequence) {
  return sequence.position >= 1 && sequence.position <= sequence.count && sequence.count <= most_of_sequence;
}

std::string printable(std::string text) {
  std::erase_if(text, [](char c) { return c < 0x20 || c > 0x7e; });
  while (!text.empty() && text.front() == ' ') text.erase(0, 1);
  text.resize(std::min(text.size(), longest_trap_text));
  while (!text.empty() && text.back() == ' ') text.pop_back();
  return text;
}

template <typename Enum>
void write_name(JsonWriter& json, JsonKey key, const std::optional<Enum>& value) {
  json.key(key);
  if (value)
    json.string(name_of(*value));
  else
    json.null();
}

void write_known(JsonWriter& json, JsonKey key, std::string_view text) {
  json.key(key);
  if (text.empty())
    json.null();
  else
    json.string(text);
}

}  // namespace

std::string_view name_of(MoonPhase phase) { return moon_phases.at(static_cast<std::size_t>(phase)); }
std::optional<MoonPhase> moon_phase_from_name(std::string_view name) { return find_name<MoonPhase>(moon_phases, name); }
std::string_view name_of(TrapTrigger trigger) { return triggers.at(static_cast<std::size_t>(trigger)); }
std::optional<TrapTrigger> trap_trigger_from_name(std::string_view name) {
  return find_name<TrapTrigger>(triggers, name);
}

void write_trap_facts(JsonWriter& json, const TrapFacts& facts) {
  json.begin_object().member("temperature", facts.temperature);
  json.member("humidity", facts.humidity).member("pressure", facts.pressure);
  write_name(json, "moon_phase", facts.moon_phase);
  write_name(json, "trigger", facts.trigger);
  std::optional<std::int64_t> event;
  std::optional<std::int32_t> position, count;
  if (facts.sequence) {
    event = facts.sequence->event;
    position = facts.sequence->position;
    count = facts.sequence->count;
  }
  json.member("event", event).member("position", position).member("count", count);
  json.member("battery_volts", facts.battery_volts).member("lit", facts.is_lit);
  write_known(json, "serial", facts.serial);
  write_known(json, "label", facts.label);
  json.end_object();
}

TrapFacts plausible(TrapFacts facts) {
  keep_between(facts.temperature, coldest, hottest);
  keep_between(facts.humidity, 0, 100);
  keep_between(facts.pressure, lowest_pressure, highest_pressure);
  keep_between(facts.battery_volts, 0, most_volts);
  if (facts.battery_volts == 0.0) facts.battery_volts.reset();
  auto& sequence = facts.sequence;
  if (sequence && !is_sound(*sequence)) sequence.reset();
  const auto is_number = [](std::int64_t event) { return event >= 0 && event <= last_trap_event; };
  if (sequence && sequence->event && !is_number(*sequence->event)) sequence->event.reset();
  facts.serial = printable(std::move(facts.serial));
  facts.label = printable(std::move(facts.label));
  return facts;
}

}  // namespace sightglass::core
