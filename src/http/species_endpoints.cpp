#include "http/species_endpoints.hpp"

#include "core/json_writer.hpp"
#include "database/catalogue.hpp"
#include "database/species_lists.hpp"
#include "http/endpoint_support.hpp"
#include "http/json_body.hpp"
#include "http/object_access.hpp"
#include "http/text_rules.hpp"
#include "inspection/region.hpp"

namespace sightglass::http {
namespace {

using core::Result;
using database::Session;
namespace stored = database::species_lists;

constexpr std::string_view path = "/api/v1/species";
constexpr std::size_t most_species = 2000;

using Place = std::optional<core::LocationId>;

Result<Place> read_place(const Request& request) {
  QueryReader query(request);
  const auto location = query.id<core::LocationId>("location");
  SG_TRY(query.finish());
  return location;
}

Result<void> check_place(Session& session, const Place& place) {
  if (!place) return {};
  SG_ASSIGN(const auto location, database::locations::find(session, *place));
  if (!location) return core::fail(core::invalid_input("location", "no such location"));
  return {};
}

// Blanks at the ends are nobody's intention.
std::string trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

Result<std::vector<core::Species>> read_species(const Request& request) {
  SG_ASSIGN(auto body, JsonObject::parse(request));
  auto objects = body.required_objects("species", most_species);
  SG_TRY(body.finish());
  std::vector<core::Species> species;
  for (auto& object : objects) {
    const auto name = object.optional_string("name", max_name_characters);
    const auto scientific = object.optional_string("scientific_name", max_name_characters);
    SG_TRY(object.finish());
    species.push_back({.name = trimmed(name.value_or("")), .scientific_name = trimmed(scientific.value_or(""))});
  }
  SG_TRY(inspection::check_species(species));
  return species;
}

Response answer(const stored::Holding& holding) {
  std::string text;
  core::JsonWriter json(text);
  json.begin_object().key("location_id");
  if (holding.location)
    json.string(holding.location->to_string());
  else
    json.null();
  json.key("species").begin_array();
  for (const auto& one : holding.species)
    json.begin_object().member("name", one.name).member("scientific_name", one.scientific_name).end_object();
  json.end_array().end_object();
  return Response::json(200, std::move(text));
}

Result<Response> get_species(const Services& services, const Request& request) {
  SG_ASSIGN(const auto place, read_place(request));
  SG_ASSIGN(const auto holding, services.database.read([&](Session& session) -> Result<stored::Holding> {
    SG_TRY(check_place(session, place));
    return stored::holding_at(session, place);
  }));
  return answer(holding);
}

Result<stored::Holding> write(const Services& services, const Request& request, const Place& place,
                              const std::vector<core::Species>& species) {
  return services.database.write([&](Session& session) -> Result<stored::Holding> {
    SG_TRY(check_place(session, place));
    SG_TRY(stored::replace(session, place, species, services.clock.now()));
    SG_TRY(services.audit.append(session, request.caller, origin_of(request),
                                 {.action = species.empty() ? "species.delete" : "species.update",
                                  .object_type = "location",
                                  .object_id = place ? place->to_string() : std::string()}));
    return stored::holding_at(session, place);
  });
}

Result<Response> put_species(const Services& services, const Request& request) {
  SG_ASSIGN(const auto place, read_place(request));
  SG_ASSIGN(const auto species, read_species(request));
  SG_ASSIGN(const auto holding, write(services, request, place, species));
  return answer(holding);
}

Result<Response> delete_species(const Services& services, const Request& request) {
  SG_ASSIGN(const auto place, read_place(request));
  SG_ASSIGN(const auto holding, write(services, request, place, {}));
  return answer(holding);
}

}  // namespace

void add_species_endpoints(EndpointTable& table, const Services& services) {
  const Guard writes{
      .least_role = core::Role::operator_, .area = accounts::Area::locations, .access = accounts::Access::write};
  table.push_back({.method = Method::get,
                   .pattern = path,
                   .operation = "getSpecies",
                   .guard = {.area = accounts::Area::locations},
                   .handle = bound_with_query(services, get_species)});
  table.push_back({.method = Method::put,
                   .pattern = path,
                   .operation = "replaceSpecies",
                   .guard = writes,
                   .body = BodyKind::json,
                   .handle = bound_with_query(services, put_species)});
  table.push_back({.method = Method::delete_,
                   .pattern = path,
                   .operation = "deleteSpecies",
                   .guard = writes,
                   .handle = bound_with_query(services, delete_species)});
}

}  // namespace sightglass::http
