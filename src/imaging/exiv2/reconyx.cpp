#include "imaging/exiv2/reconyx.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <string>

#include "imaging/exiv2/fields.hpp"

namespace sightglass::imaging::exiv2 {
namespace {

using namespace std::string_view_literals;

// How a number of the event is written: as one number, or as two of 16 bits with the upper one first.
enum class EventForm : std::uint8_t { whole, halves };
enum class TextForm : std::uint8_t { bytes, utf16 };

struct TextPlace {
  std::size_t at = 0;
  std::size_t length = 0;  // characters
  TextForm form = TextForm::bytes;
};

// Where a family of cameras has what, in bytes from the note's start; all numbers are little-endian.
struct Layout {
  std::string_view magic;
  std::size_t trigger;   // a letter
  std::size_t sequence;  // two numbers of count_bytes: which, of how many
  std::size_t event;
  EventForm event_form;
  std::size_t moon;                 // of count_bytes
  std::size_t fahrenheit, celsius;  // signed, 16 bits
  std::size_t lamp;                 // of lamp_bytes
  std::size_t battery;              // millivolts, 16 bits
  std::size_t count_bytes, lamp_bytes;
  TextPlace label, serial;
};

// As ExifTool's description of the notes has them (Image::ExifTool::Reconyx 1.07, after the maker's own papers).
constexpr Layout hyperfire{.magic = "\x01\xf1"sv,
                           .trigger = 0x0c,
                           .sequence = 0x0e,
                           .event = 0x12,
                           .event_form = EventForm::halves,
                           .moon = 0x24,
                           .fahrenheit = 0x26,
                           .celsius = 0x28,
                           .lamp = 0x50,
                           .battery = 0x54,
                           .count_bytes = 2,
                           .lamp_bytes = 2,
                           .label = {0x56, 22, TextForm::bytes},
                           .serial = {0x2a, 15, TextForm::utf16}};
constexpr Layout ultrafire{.magic = "RECONYXUF\0"sv,
                           .trigger = 0x34,
                           .sequence = 0x35,
                           .event = 0x37,
                           .event_form = EventForm::whole,
                           .moon = 0x43,
                           .fahrenheit = 0x44,
                           .celsius = 0x46,
                           .lamp = 0x48,
                           .battery = 0x49,
                           .count_bytes = 1,
                           .lamp_bytes = 1,
                           .label = {0x5a, 21, TextForm::bytes},
                           .serial = {0x4b, 15, TextForm::bytes}};
constexpr Layout hyperfire_2{.magic = "RECONYXH2\0"sv,
                             .trigger = 0x34,
                             .sequence = 0x36,
                             .event = 0x3a,
                             .event_form = EventForm::halves,
                             .moon = 0x4c,
                             .fahrenheit = 0x4e,
                             .celsius = 0x50,
                             .lamp = 0x5a,
                             .battery = 0x62,
                             .count_bytes = 2,
                             .lamp_bytes = 2,
                             .label = {0x68, 22, TextForm::bytes},
                             .serial = {0x7e, 15, TextForm::utf16}};
constexpr Layout microfire{.magic = "RECONYXMF\0"sv,
                           .trigger = 0x44,
                           .sequence = 0x46,
                           .event = 0x4a,
                           .event_form = EventForm::halves,
                           .moon = 0x5c,
                           .fahrenheit = 0x5e,
                           .celsius = 0x60,
                           .lamp = 0x6a,
                           .battery = 0x72,
                           .count_bytes = 2,
                           .lamp_bytes = 1,
                           .label = {0x76, 22, TextForm::bytes},
                           .serial = {0x8c, 15, TextForm::utf16}};
constexpr Layout hyperfire_4k{.magic = "RECONYXHF4K\0"sv,
                              .trigger = 0x28,
                              .sequence = 0x29,
                              .event = 0x2b,
                              .event_form = EventForm::whole,
                              .moon = 0x37,
                              .fahrenheit = 0x38,
                              .celsius = 0x3a,
                              .lamp = 0x44,
                              .battery = 0x4b,
                              .count_bytes = 1,
                              .lamp_bytes = 1,
                              .label = {0x51, 51, TextForm::bytes},
                              .serial = {0x84, 15, TextForm::bytes}};
constexpr std::array layouts{hyperfire, ultrafire, hyperfire_2, microfire, hyperfire_4k};

std::size_t end_of(const TextPlace& text) { return text.at + text.length * (text.form == TextForm::utf16 ? 2 : 1); }
std::size_t end_of(const Layout& layout) { return std::max(end_of(layout.label), end_of(layout.serial)); }

// Reads a note that is known to be long enough.
class Note {
 public:
  explicit Note(std::span<const std::byte> bytes) : bytes_(bytes) {}

  std::uint32_t number(std::size_t at, std::size_t width) const {
    std::uint32_t value = 0;
    for (std::size_t i = width; i > 0; --i) value = value << 8 | std::to_integer<std::uint32_t>(bytes_[at + i - 1]);
    return value;
  }
  std::int16_t degrees(std::size_t at) const { return static_cast<std::int16_t>(number(at, 2)); }
  // Up to its first NUL; empty when it holds what is no ASCII.
  std::string text(const TextPlace& place) const {
    const std::size_t width = place.form == TextForm::utf16 ? 2 : 1;
    std::string text;
    for (std::size_t i = 0; i < place.length; ++i) {
      const auto character = number(place.at + i * width, width);
      if (character == 0) break;
      if (character > 0x7e) return {};
      text += static_cast<char>(character);
    }
    return text;
  }

 private:
  std::span<const std::byte> bytes_;
};

bool starts_with(std::span<const std::byte> note, std::string_view magic) {
  return note.size() >= magic.size() && std::ranges::equal(note.first(magic.size()), magic, [](std::byte b, char c) {
           return b == static_cast<std::byte>(c);
         });
}

// Letters of all families; C says that a code was not entered, S and L that the network asked.
constexpr std::string_view trigger_letters = "MTEPCSL";

std::optional<core::TrapTrigger> trigger_of(char letter) {
  switch (letter) {
    case 'M': return core::TrapTrigger::motion;
    case 'T': return core::TrapTrigger::time_lapse;
    case 'E': return core::TrapTrigger::external;
    case 'P': return core::TrapTrigger::manual;
    default: return std::nullopt;
  }
}

// Both scales are rounded to whole degrees: at most 0.9 °F and 0.5 °F of error.
std::optional<double> agreed_temperature(double celsius, double fahrenheit) {
  constexpr double most_apart = 1.5;
  if (std::abs(celsius * 1.8 + 32 - fahrenheit) > most_apart) return std::nullopt;
  return celsius;
}

std::optional<core::MoonPhase> moon_of(std::uint32_t phase) {
  if (phase > static_cast<std::uint32_t>(core::MoonPhase::waning_crescent)) return std::nullopt;
  return static_cast<core::MoonPhase>(phase);
}

core::TrapSequence sequence_of(const Note& note, const Layout& layout) {
  const auto event = layout.event_form == EventForm::whole
                         ? note.number(layout.event, 4)
                         : note.number(layout.event, 2) << 16 | note.number(layout.event + 2, 2);
  return {.position = static_cast<std::int32_t>(note.number(layout.sequence, layout.count_bytes)),
          .count = static_cast<std::int32_t>(note.number(layout.sequence + layout.count_bytes, layout.count_bytes)),
          .event = event};
}

core::TrapFacts facts_of(const Note& note, const Layout& layout, char letter) {
  core::TrapFacts facts;
  facts.temperature = agreed_temperature(note.degrees(layout.celsius), note.degrees(layout.fahrenheit));
  facts.moon_phase = moon_of(note.number(layout.moon, layout.count_bytes));
  facts.trigger = trigger_of(letter);
  facts.sequence = sequence_of(note, layout);
  facts.battery_volts = note.number(layout.battery, 2) / 1000.0;
  if (const auto lamp = note.number(layout.lamp, layout.lamp_bytes); lamp <= 1) facts.is_lit = lamp == 1;
  facts.serial = note.text(layout.serial);
  facts.label = note.text(layout.label);
  return facts;
}

// Takes a whole number from the front of a text.
std::optional<std::int64_t> take_number(std::string_view& text) {
  text = trimmed(text);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{}) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

// "M 3/10"
void read_trigger_line(std::string_view text, core::TrapFacts& facts) {
  if (text.empty()) return;
  facts.trigger = trigger_of(text.front());
  text.remove_prefix(1);
  const auto position = take_number(text);
  if (!position || !text.starts_with('/')) return;
  text.remove_prefix(1);
  const auto count = take_number(text);
  const auto is_small = [](std::int64_t number) { return number >= 1 && number <= core::most_of_sequence; };
  if (!count || !is_small(*position) || !is_small(*count)) return;
  facts.sequence =
      core::TrapSequence{.position = static_cast<std::int32_t>(*position), .count = static_cast<std::int32_t>(*count)};
}

// "21 C", "70 F"
std::optional<double> temperature_of(std::string_view text) {
  const auto degrees = take_number(text);
  const auto scale = trimmed(text);
  if (!degrees || (scale != "C" && scale != "F")) return std::nullopt;
  const auto value = static_cast<double>(*degrees);
  return scale == "C" ? value : (value - 32) / 1.8;
}

void read_line(std::string_view key, std::string_view value, core::TrapFacts& facts,
               std::optional<std::int64_t>& event) {
  if (key == "Trg") read_trigger_line(value, facts);
  if (key == "Evt") event = take_number(value);
  if (key == "Tmp") facts.temperature = temperature_of(value);
  if (key == "Lbl") facts.label = value;
  if (key == "SN") facts.serial = value;
  if (key == "Ill" && (value == "On" || value == "Off")) facts.is_lit = value == "On";
  if (key == "MP") {
    const auto phase = take_number(value);
    if (phase && *phase >= 0 && *phase <= 7) facts.moon_phase = moon_of(static_cast<std::uint32_t>(*phase));
  }
  if (key == "Bat") {
    if (const auto millivolts = take_number(value)) facts.battery_volts = static_cast<double>(*millivolts) / 1000.0;
  }
}

}  // namespace

std::optional<core::TrapFacts> read_reconyx_note(std::span<const std::byte> note) {
  const auto layout = std::ranges::find_if(layouts, [&](const Layout& one) { return starts_with(note, one.magic); });
  if (layout == layouts.end() || note.size() < end_of(*layout)) return std::nullopt;
  const Note reader(note);
  const auto letter = static_cast<char>(reader.number(layout->trigger, 1));
  if (letter == '\0' || !trigger_letters.contains(letter)) return std::nullopt;
  return facts_of(reader, *layout, letter);
}

std::optional<core::TrapFacts> read_reconyx_comment(std::string_view comment) {
  if (!comment.starts_with("Trg: ")) return std::nullopt;
  core::TrapFacts facts;
  std::optional<std::int64_t> event;
  while (!comment.empty()) {
    const auto end = comment.find_first_of(std::string_view("\r\n\0", 3));
    const auto line = comment.substr(0, end);
    comment.remove_prefix(end == std::string_view::npos ? comment.size() : end + 1);
    const auto colon = line.find(':');
    if (colon != std::string_view::npos)
      read_line(line.substr(0, colon), trimmed(line.substr(colon + 1)), facts, event);
  }
  if (facts.sequence) facts.sequence->event = event;
  return facts;
}

}  // namespace sightglass::imaging::exiv2
