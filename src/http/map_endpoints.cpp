// What the map shows: photos gathered by where they were taken, and where its tiles come from.
#include "accounts/caller.hpp"
#include "core/json_writer.hpp"
#include "database/photo_clusters.hpp"
#include "http/endpoint_support.hpp"
#include "http/photo_query.hpp"

namespace sightglass::http {
namespace {

namespace photo_clusters = database::photo_clusters;

std::string to_json(const std::vector<photo_clusters::Cluster>& clusters) {
  std::string text;
  text.reserve(clusters.size() * 220 + 32);
  core::JsonWriter json(text);
  json.begin_object().key("clusters").begin_array();
  for (const auto& cluster : clusters) {
    json.begin_object().member("latitude", cluster.centre.latitude).member("longitude", cluster.centre.longitude);
    json.member("count", cluster.count).member("photo_id", cluster.photo.to_string()).key("bbox").begin_array();
    // In full: the listing's filter by this box finds exactly these photos.
    for (const double edge : {cluster.box.west, cluster.box.south, cluster.box.east, cluster.box.north})
      json.number(edge);
    json.end_array().end_object();
  }
  json.end_array().end_object();
  return text;
}

core::Result<Response> list_clusters(const Services& services, const Request& request) {
  QueryReader reader(request);
  auto query = read_photo_filter(reader);
  const auto zoom = reader.integer("zoom", {.least = 0, .most = photo_clusters::closest_zoom});
  if (!zoom) reader.refuse("zoom", "is required");
  SG_TRY(reader.finish());
  using Clusters = std::vector<photo_clusters::Cluster>;
  SG_ASSIGN(const auto clusters, services.database.read([&](database::Session& session) -> core::Result<Clusters> {
    SG_ASSIGN(const bool can_match, resolve(session, query));
    if (!can_match) return Clusters{};
    return photo_clusters::list(session, query.filter, accounts::visibility_of(request.caller),
                                static_cast<std::int32_t>(*zoom));
  }));
  return Response::json(200, to_json(clusters));
}

core::Result<Response> get_map(const Services& services, const Request&) {
  std::string text;
  core::JsonWriter json(text);
  std::optional<std::string> tiles;
  if (!services.tile_server.empty()) tiles = services.tile_server;
  json.begin_object().member("tile_server", tiles).member("attribution", services.tile_attribution).end_object();
  return Response::json(200, std::move(text));
}

}  // namespace

void add_map_endpoints(EndpointTable& table, const Services& services) {
  table.push_back({.method = Method::get,
                   .pattern = "/api/v1/images/photos/clusters",
                   .operation = "listPhotoClusters",
                   .guard = {.check = ObjectCheck::listing},
                   .handle = bound_with_query(services, list_clusters)});
  table.push_back(
      {.method = Method::get, .pattern = "/api/v1/map", .operation = "getMap", .handle = bound(services, get_map)});
}

}  // namespace sightglass::http
