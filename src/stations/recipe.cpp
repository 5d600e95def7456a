#include "stations/recipe.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <cmath>
#include <initializer_list>

#include "core/json_writer.hpp"

namespace sightglass::stations {
namespace {

namespace json = boost::json;

using core::Result;

constexpr std::int32_t least_side = 32;  // pixels: networks see nothing in less
constexpr std::int64_t most_pixels_aside = 65'535;
constexpr std::int64_t least_late = 10, most_late = 60'000;  // milliseconds
constexpr double most_delay = 10'000'000;                    // microseconds
constexpr double most_threshold = 1e6;

constexpr std::string_view keep_names[] = {"files", "photo"};
std::string_view name_of(Keep keep) { return keep_names[static_cast<std::size_t>(keep)]; }

std::unexpected<core::Error> refuse(std::string_view whole, std::string_view member, std::string words) {
  std::string field(whole);
  if (!member.empty()) field.append(".").append(member);
  words.insert(0, field + " ");
  return core::fail(core::invalid_input(std::move(field), std::move(words)));
}

// The members of one JSON object, each of which is asked for once by its name.
class Members {
 public:
  Members(std::string whole, const json::object& object) : whole_(std::move(whole)), object_(object) {}

  Result<void> know(std::initializer_list<std::string_view> names) const {
    for (const auto& member : object_) {
      bool is_known = false;
      for (const auto name : names) is_known = is_known || member.key() == name;
      if (!is_known) return refuse(whole_, member.key(), "is not known");
    }
    return {};
  }
  // Null where it is absent or null.
  const json::value* find(std::string_view name) const {
    const auto* value = object_.if_contains(name);
    return value != nullptr && !value->is_null() ? value : nullptr;
  }
  Result<void> boolean(std::string_view name, bool& into) const {
    const auto* value = find(name);
    if (value == nullptr) return {};
    if (!value->is_bool()) return refuse(whole_, name, "must be true or false");
    into = value->as_bool();
    return {};
  }
  Result<void> text(std::string_view name, std::string& into, std::size_t longest) const {
    const auto* value = find(name);
    if (value == nullptr) return {};
    if (!value->is_string() || value->as_string().size() > longest)
      return refuse(whole_, name, fmt::format("must be text of at most {} bytes", longest));
    into = value->as_string();
    return {};
  }
  Result<std::optional<double>> number(std::string_view name, double least, double most) const {
    const auto* value = find(name);
    if (value == nullptr) return std::nullopt;
    boost::system::error_code none;
    const auto number = value->is_number() ? value->to_number<double>(none) : std::nan("");
    if (!(number >= least && number <= most))
      return refuse(whole_, name, fmt::format("must be a number from {} to {}", least, most));
    return number;
  }
  Result<std::optional<std::int64_t>> integer(std::string_view name, std::int64_t least, std::int64_t most) const {
    const auto* value = find(name);
    if (value == nullptr) return std::nullopt;
    boost::system::error_code fault;
    const auto number = value->to_number<std::int64_t>(fault);
    if (fault || number < least || number > most)
      return refuse(whole_, name, fmt::format("must be a whole number from {} to {}", least, most));
    return number;
  }
  Result<const json::object*> object(std::string_view name) const {
    const auto* value = find(name);
    if (value == nullptr) return nullptr;
    if (!value->is_object()) return refuse(whole_, name, "must be an object");
    return &value->as_object();
  }
  const std::string& whole() const { return whole_; }

 private:
  const std::string whole_;
  const json::object& object_;
};

Result<json::value> parsed(std::string_view whole, std::string_view text) {
  boost::system::error_code fault;
  auto value = json::parse(text, fault);
  if (fault || !value.is_object()) return refuse(whole, "", "must be a JSON object");
  return value;
}

Result<std::int32_t> side(const Members& members, std::string_view name, std::int32_t least) {
  SG_ASSIGN(const auto number, members.integer(name, least, most_pixels_aside));
  if (!number) return refuse(members.whole(), name, "is missing");
  return static_cast<std::int32_t>(*number);
}

Result<camera::Region> region_of(const json::object& object) {
  const Members members("recipe.region", object);
  SG_TRY(members.know({"x", "y", "width", "height"}));
  camera::Region region;
  SG_ASSIGN(region.x, side(members, "x", 0));
  SG_ASSIGN(region.y, side(members, "y", 0));
  SG_ASSIGN(region.width, side(members, "width", least_side));
  SG_ASSIGN(region.height, side(members, "height", least_side));
  return region;
}

Result<void> read_keep(const Members& members, std::string_view name, Keep& keep) {
  std::string word(name_of(keep));
  SG_TRY(members.text(name, word, 20));
  if (word != name_of(Keep::files) && word != name_of(Keep::photo))
    return refuse(members.whole(), name, "must be \"files\" or \"photo\"");
  keep = word == name_of(Keep::photo) ? Keep::photo : Keep::files;
  return {};
}

Result<void> read_keeps(const json::object& object, Recipe& recipe) {
  const Members members("recipe.keep", object);
  SG_TRY(members.know({"ok", "ng"}));
  SG_TRY(read_keep(members, "ok", recipe.keep_ok));
  return read_keep(members, "ng", recipe.keep_ng);
}

}  // namespace

std::string to_json(const Recipe& recipe) {
  std::string text;
  core::JsonWriter json(text);
  json.begin_object();
  if (const auto& region = recipe.region) {
    json.key("region").begin_object().member("x", region->x).member("y", region->y);
    json.member("width", region->width).member("height", region->height).end_object();
  }
  json.member("align", recipe.align).member("model", recipe.model);
  if (recipe.threshold) json.member("threshold", *recipe.threshold);
  json.key("keep").begin_object().member("ok", name_of(recipe.keep_ok)).member("ng", name_of(recipe.keep_ng));
  json.end_object().member("late_after_ms", recipe.late_after_ms).member("read_code", recipe.read_code).end_object();
  return text;
}

Result<Recipe> recipe_from_json(std::string_view text) {
  SG_ASSIGN(const auto value, parsed("recipe", text));
  const Members members("recipe", value.as_object());
  SG_TRY(members.know({"region", "align", "model", "threshold", "keep", "late_after_ms", "read_code"}));
  Recipe recipe;
  SG_ASSIGN(const auto* region, members.object("region"));
  if (region != nullptr) {
    SG_ASSIGN(recipe.region, region_of(*region));
  }
  SG_TRY(members.boolean("align", recipe.align));
  SG_TRY(members.text("model", recipe.model, 200));
  SG_ASSIGN(recipe.threshold, members.number("threshold", -most_threshold, most_threshold));
  SG_ASSIGN(const auto* keep, members.object("keep"));
  if (keep != nullptr) SG_TRY(read_keeps(*keep, recipe));
  SG_ASSIGN(const auto late, members.integer("late_after_ms", least_late, most_late));
  if (late) recipe.late_after_ms = static_cast<std::int32_t>(*late);
  SG_TRY(members.boolean("read_code", recipe.read_code));
  return recipe;
}

std::string to_json(const camera::Trigger& trigger) {
  std::string text;
  core::JsonWriter json(text);
  json.begin_object();
  if (trigger.source == camera::Trigger::Source::software) {
    json.member("source", "software");
  } else {
    json.member("source", "line").member("line", trigger.line);
    json.member("edge", trigger.edge == camera::Edge::rising ? "rising" : "falling");
    json.member("delay_us", trigger.delay_us);
  }
  json.end_object();
  return text;
}

Result<camera::Trigger> trigger_from_json(std::string_view text) {
  SG_ASSIGN(const auto value, parsed("trigger", text));
  const Members members("trigger", value.as_object());
  SG_TRY(members.know({"source", "line", "edge", "delay_us"}));
  std::string source, edge = "rising";
  camera::Trigger trigger;
  SG_TRY(members.text("source", source, 20));
  SG_TRY(members.text("line", trigger.line, 32));
  SG_TRY(members.text("edge", edge, 20));
  SG_ASSIGN(const auto delay, members.number("delay_us", 0, most_delay));
  if (source != "line" && source != "software") return refuse("trigger", "source", "must be \"line\" or \"software\"");
  if (edge != "rising" && edge != "falling") return refuse("trigger", "edge", "must be \"rising\" or \"falling\"");
  const bool is_line = source == "line";
  if (is_line && trigger.line.empty()) return refuse("trigger", "line", "is missing: \"Line0\" and the like");
  if (!is_line && !trigger.line.empty()) return refuse("trigger", "line", "is of triggers by a line alone");
  trigger.source = is_line ? camera::Trigger::Source::line : camera::Trigger::Source::software;
  trigger.edge = edge == "rising" ? camera::Edge::rising : camera::Edge::falling;
  trigger.delay_us = delay.value_or(0);
  return trigger;
}

}  // namespace sightglass::stations
