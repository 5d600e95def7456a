#include "imaging/exiv2/camera_trap.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "imaging/exiv2/reconyx.hpp"

namespace sightglass::imaging::exiv2 {
namespace {

constexpr long largest_note = 256L << 10;      // phones fill some 100 KiB, camera traps a few
constexpr std::size_t longest_object = 4'096;  // bytes; Browning writes some 250

// CIPA DC-008-2016 (EXIF 2.31), 4.6.5.J.
constexpr std::uint16_t temperature_tag = 0x9400;
constexpr std::uint16_t humidity_tag = 0x9401;
constexpr std::uint16_t pressure_tag = 0x9402;

// By number: the library knows these tags by no name. A denominator of all ones says that the value is not known.
std::optional<double> weather(const Fields& fields, std::uint16_t tag) {
  for (const auto& datum : fields.exif) {
    if (datum.tag() != tag || datum.groupName() != "Photo" || datum.count() != 1) continue;
    if (const auto* ratio = dynamic_cast<const Exiv2::RationalValue*>(&datum.value())) {
      const auto [numerator, denominator] = ratio->value_[0];
      if (denominator > 0) return static_cast<double>(numerator) / denominator;
    }
    if (const auto* ratio = dynamic_cast<const Exiv2::URationalValue*>(&datum.value())) {
      const auto [numerator, denominator] = ratio->value_[0];
      if (denominator != 0 && denominator != 0xffff'ffff) return static_cast<double>(numerator) / denominator;
    }
  }
  return std::nullopt;
}

std::vector<std::byte> maker_note(const Fields& fields) {
  const auto found = fields.exif.findKey(Exiv2::ExifKey("Exif.Photo.MakerNote"));
  if (found == fields.exif.end() || found->size() <= 0 || found->size() > largest_note) return {};
  std::vector<std::byte> bytes(static_cast<std::size_t>(found->size()));
  found->copy(reinterpret_cast<Exiv2::byte*>(bytes.data()), Exiv2::littleEndian);
  return bytes;
}

std::string_view as_text(const std::vector<std::byte>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

bool is_made_by(const Fields& fields, std::string_view maker) {
  const auto make = exif_text(fields, "Exif.Image.Make");
  const auto is_same = [](char a, char b) { return (a | 0x20) == (b | 0x20); };
  return make.size() >= maker.size() &&
         std::ranges::equal(std::string_view(make).substr(0, maker.size()), maker, is_same);
}

std::string member(const boost::json::object& object, std::string_view name) {
  const auto* found = object.if_contains(name);
  return found != nullptr && found->is_string() ? std::string(trimmed(found->get_string())) : std::string();
}

// "40C", "-4C", "104F"
std::optional<double> degrees(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const auto scale = text.substr(static_cast<std::size_t>(end - text.data()));
  if (error != std::errc{} || (scale != "C" && scale != "F")) return std::nullopt;
  return scale == "C" ? value : (value - 32) / 1.8;
}

// "MR=A.2,AD=11/29/2018,…,CM=Motion,…": of these only the mode says by itself what it means.
core::TrapFacts read_cuddeback_comment(std::string_view comment) {
  core::TrapFacts facts;
  if (comment.starts_with("MR=") && comment.contains(",CM=Motion,")) facts.trigger = core::TrapTrigger::motion;
  return facts;
}

core::TrapFacts read_makers(const Fields& fields, std::string_view comment) {
  if (is_made_by(fields, "Browning")) return read_browning_note(as_text(maker_note(fields)));
  if (is_made_by(fields, "Cuddeback")) return read_cuddeback_comment(exif_text(fields, "Exif.Photo.UserComment"));
  const auto make = exif_text(fields, "Exif.Image.Make");
  if (!make.empty() && !is_made_by(fields, "Reconyx")) return {};
  auto facts = read_reconyx_note(maker_note(fields));
  // Some HyperFires leave their make out. Two bytes may be another's by chance, but not also a letter and two
  // temperatures that agree.
  if (facts && (!make.empty() || facts->temperature)) return std::move(*facts);
  return read_reconyx_comment(comment).value_or(core::TrapFacts{});
}

}  // namespace

core::TrapFacts read_browning_note(std::string_view note) {
  const auto text = note.substr(0, note.find('\0'));
  if (!text.starts_with('{') || text.size() > longest_object) return {};
  boost::system::error_code error;
  const auto parsed = boost::json::parse(text, error);
  if (error || !parsed.is_object()) return {};
  const auto& object = parsed.get_object();
  core::TrapFacts facts;
  facts.temperature = degrees(member(object, "temperature"));
  facts.serial = member(object, "serial_number");
  facts.label = member(object, "camera_name");
  return facts;
}

core::TrapFacts read_trap_facts(const Fields& fields, std::string_view comment) {
  auto facts = read_makers(fields, comment);
  if (const auto standard = weather(fields, temperature_tag)) facts.temperature = standard;
  facts.humidity = weather(fields, humidity_tag);
  facts.pressure = weather(fields, pressure_tag);
  // The maker's default: nobody labelled the camera.
  if (facts.label == exif_text(fields, "Exif.Image.Model")) facts.label.clear();
  return core::plausible(std::move(facts));
}

}  // namespace sightglass::imaging::exiv2
