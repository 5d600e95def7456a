// Heat maps of anomalies as pictures.
#include <algorithm>

#include "http/endpoint_support.hpp"
#include "http/finding_access.hpp"
#include "http/grey_png.hpp"
#include "inspection/heat_map.hpp"

namespace sightglass::http {
namespace {

constexpr std::int32_t most_pixels_a_cell = 8;
constexpr std::int32_t longest_side = 1024;  // pixels, unless the map has more cells
constexpr float brightest = 10;              // deviations from the good pictures' mean

core::Error no_heat_map() { return core::not_found("this anomaly has no heat map"); }

core::Result<Response> get_heat_map(const Services& services, const Request& request) {
  SG_ASSIGN(const auto id, captured_finding(request));
  SG_ASSIGN(const auto seen, services.database.read([&](database::Session& session) {
    return seen_finding(session, request.caller, id, core::FindingKind::anomaly);
  }));
  const auto& key = seen.listed.finding.heat_map;
  if (key.empty()) return core::fail(no_heat_map());
  const auto bytes = services.blobs.read(key);
  // What can be made again may have been removed.
  if (!bytes && bytes.error().code == core::ErrorCode::not_found) return core::fail(no_heat_map());
  if (!bytes) return core::fail(bytes.error());
  const auto map = inspection::heat_map_from_bytes(*bytes);
  if (!map) return core::fail(core::internal_error("The heat map cannot be read.", key));
  const auto longest = std::max(map->size.width, map->size.height);
  const auto pixels_a_cell = std::clamp(longest_side / std::max(longest, 1), 1, most_pixels_a_cell);
  const auto picture = inspection::painted(*map, pixels_a_cell, brightest);
  Response response;
  response.headers.set("Content-Type", "image/png");
  // A map that is made anew lies under another key, or belongs to another revision.
  response.headers.set("ETag", "\"" + id.to_string() + "-" + std::to_string(seen.listed.finding.revision) + "\"");
  response.headers.set("Cache-Control", "private, no-cache");
  response.body = grey_png(picture.size, picture.pixels);
  return response;
}

}  // namespace

void add_heat_map_endpoints(EndpointTable& table, const Services& services) {
  table.push_back({.method = Method::get,
                   .pattern = "/api/v1/images/anomalies/{id}/heat-map",
                   .operation = "getHeatMap",
                   .guard = {.area = accounts::Area::review, .check = ObjectCheck::photo},
                   .handle = bound(services, get_heat_map)});
}

}  // namespace sightglass::http
