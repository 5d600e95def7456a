#include "vision/readings/meter_profile.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>

namespace sightglass::vision {

namespace {

namespace json = boost::json;
using core::Result;

constexpr std::array<std::string_view, 3> kind_names{"wheels", "display", "needle"};
constexpr std::int64_t most_digits = 12;
// A face at the very edge of the reference photo may reach a little beyond.
constexpr double beyond = 0.1;
// Below a thousandth of the photo's area there is nothing to read.
constexpr double least_doubled_area = 2e-5;

auto wrong(const std::string& where, std::string_view why) {
  return core::fail(core::invalid_input("profile", fmt::format("`{}` {}", where, why)));
}

Result<double> share_of(const json::value& value, const std::string& where) {
  boost::system::error_code fault;
  const double number = value.is_number() ? value.to_number<double>(fault) : std::nan("");
  if (!(number >= -beyond && number <= 1 + beyond)) return wrong(where, "must be a share of the photo, 0 to 1");
  return number;
}

Result<Quadrangle> corners_of(const json::value& value, const std::string& where) {
  const auto* list = value.if_array();
  if (list == nullptr || list->size() != 4) return wrong(where, "must be four corners");
  Quadrangle corners{};
  for (std::size_t i = 0; i < 4; ++i) {
    const auto* point = (*list)[i].if_array();
    if (point == nullptr || point->size() != 2) return wrong(fmt::format("{}[{}]", where, i), "must be [x, y]");
    for (std::size_t axis = 0; axis < 2; ++axis) {
      SG_ASSIGN(corners[2 * i + axis], share_of((*point)[axis], fmt::format("{}[{}]", where, i)));
    }
  }
  if (doubled_area(corners) < least_doubled_area)
    return wrong(where, "must go clockwise around the part, from where reading begins");
  return corners;
}

Result<std::int32_t> digits_of(const json::object& part, PartKind kind, const std::string& where) {
  const auto* value = part.if_contains("digits");
  if (value == nullptr && kind != PartKind::wheels) return 1;
  boost::system::error_code fault;
  const auto digits = value != nullptr && value->is_number() ? value->to_number<std::int64_t>(fault) : 0;
  if (fault || digits < 1 || digits > most_digits) return wrong(where + ".digits", "must be 1 to 12");
  if (kind == PartKind::needle && digits != 1) return wrong(where + ".digits", "must be 1 for a needle");
  return static_cast<std::int32_t>(digits);
}

Result<MeterPart> part_of(const json::value& value, const std::string& where) {
  const auto* object = value.if_object();
  if (object == nullptr) return wrong(where, "must be an object");
  for (const auto& member : *object)
    if (member.key() != "kind" && member.key() != "corners" && member.key() != "digits")
      return wrong(fmt::format("{}.{}", where, std::string_view(member.key())), "is not known");
  const auto* kind = object->if_contains("kind");
  const auto known = kind != nullptr && kind->is_string() ? part_kind_from_name(kind->get_string()) : std::nullopt;
  if (!known) return wrong(where + ".kind", "must be wheels, display or needle");
  MeterPart part{.kind = *known};
  if (const auto* corners = object->if_contains("corners")) {
    SG_ASSIGN(part.corners, corners_of(*corners, where + ".corners"));
  } else if (part.kind != PartKind::display) {
    return wrong(where + ".corners", "is missing");
  }
  SG_ASSIGN(part.digits, digits_of(*object, part.kind, where));
  return part;
}

}  // namespace

std::string_view name_of(PartKind kind) { return kind_names.at(static_cast<std::size_t>(kind)); }

std::optional<PartKind> part_kind_from_name(std::string_view name) {
  const auto found = std::ranges::find(kind_names, name);
  if (found == kind_names.end()) return std::nullopt;
  return static_cast<PartKind>(found - kind_names.begin());
}

double doubled_area(const Quadrangle& corners) {
  double sum = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    const std::size_t next = (i + 1) % 4;
    sum += corners[2 * i] * corners[2 * next + 1] - corners[2 * next] * corners[2 * i + 1];
  }
  return sum;
}

Result<MeterProfile> read_meter_profile(std::string_view text) {
  boost::system::error_code fault;
  const json::value root = json::parse(text, fault);
  if (fault || !root.is_object()) return wrong("profile", "must be an object");
  MeterProfile profile;
  const auto* parts = root.get_object().if_contains("parts");
  if (parts == nullptr) return profile;
  if (!parts->is_array()) return wrong("parts", "must be a list");
  if (parts->get_array().size() > most_parts) return wrong("parts", fmt::format("are {} at most", most_parts));
  for (const auto& value : parts->get_array()) {
    SG_ASSIGN(auto part, part_of(value, fmt::format("parts[{}]", profile.parts.size())));
    profile.parts.push_back(std::move(part));
  }
  const bool has_display = std::ranges::find(profile.parts, PartKind::display, &MeterPart::kind) != profile.parts.end();
  if (has_display && profile.parts.size() > 1) return wrong("parts", "hold a display and others; it must stand alone");
  return profile;
}

}  // namespace sightglass::vision
