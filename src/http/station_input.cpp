#include "http/station_input.hpp"

#include "http/json_body.hpp"
#include "stations/recipe.hpp"

namespace sightglass::http {
namespace {

constexpr std::size_t longest_name = 100;         // characters
constexpr std::size_t most_object_bytes = 16384;  // of a trigger or a recipe

// The text of the member `name`, brought into the form in which rows hold it.
template <typename Parse>
core::Result<std::optional<std::string>> canonical(const std::optional<std::string>& text, const Parse& parse) {
  if (!text) return std::optional<std::string>();
  SG_ASSIGN(const auto value, parse(*text));
  return std::optional(stations::to_json(value));
}

}  // namespace

core::Result<StationInput> read_station_input(const Request& request, bool is_new) {
  SG_ASSIGN(auto body, JsonObject::parse(request));
  StationInput input;
  if (is_new) {
    input.name = body.required_string("name", longest_name);
    input.camera = body.required_id<core::CameraId>("camera_id");
    if (!body.has("trigger")) body.refuse("trigger", "`trigger` is required: what starts a frame");
  } else {
    input.name = body.optional_string("name", longest_name);
    input.camera = body.optional_id<core::CameraId>("camera_id");
  }
  if (input.name && input.name->empty()) body.refuse("name", "`name` must not be empty");
  const auto trigger = body.optional_object_text("trigger", most_object_bytes);
  const auto recipe = body.optional_object_text("recipe", most_object_bytes);
  input.enabled = body.optional_boolean("enabled");
  SG_TRY(body.finish());
  SG_ASSIGN(input.trigger, canonical(trigger, stations::trigger_from_json));
  SG_ASSIGN(input.recipe, canonical(recipe, stations::recipe_from_json));
  if (is_new && !input.recipe) input.recipe = stations::to_json(stations::Recipe{});
  return input;
}

ChangedFields apply(const StationInput& input, database::stations::Station& station) {
  ChangedFields changed;
  replace(changed, "name", station.name, input.name);
  if (input.camera && input.camera != station.camera_id) {
    station.camera_id = input.camera;
    changed.emplace_back("camera_id");
  }
  replace(changed, "trigger", station.trigger, input.trigger);
  const auto recipes_before = changed.size();
  replace(changed, "recipe", station.recipe, input.recipe);
  if (changed.size() > recipes_before) ++station.recipe_version;
  replace(changed, "enabled", station.is_enabled, input.enabled);
  return changed;
}

}  // namespace sightglass::http
