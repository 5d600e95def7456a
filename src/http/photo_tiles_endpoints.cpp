// The tiles of photos at their full resolution, for looking closely at what browsers do not show themselves.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>

#include "core/json_writer.hpp"
#include "filing/tile_cache.hpp"
#include "http/endpoint_support.hpp"
#include "http/object_access.hpp"

namespace sightglass::http {
namespace {

// Whether a request waits for tiles that are not there yet.
enum class Missing : std::uint8_t { deferred, made };

// As of the other derived images: a part of the address for the browser's cache, and no more.
core::Result<std::int32_t> read_rotation(const Request& request) {
  constexpr std::string_view turns[] = {"0", "90", "180", "270"};
  QueryReader query(request);
  const auto turn = query.choice("rotation", turns);
  SG_TRY(query.finish());
  const auto place = std::ranges::find(turns, turn.value_or("0")) - std::begin(turns);
  return static_cast<std::int32_t>(90 * place);
}

core::Result<core::Photo> find_photo(const Services& services, const Request& request) {
  SG_ASSIGN(const auto id, captured_photo(request));
  return services.database.read([&](database::Session& session) { return visible_photo(session, request.caller, id); });
}

// nullopt when they are missing and to be made by somebody with more patience.
core::Result<std::optional<filing::TilePack>> find_tiles(const Services& services, const core::Photo& photo,
                                                         Missing missing) {
  auto found = services.tiles.find(photo);
  if (!found || *found || missing == Missing::deferred) return found;
  SG_ASSIGN(auto made, services.tiles.make(photo));
  return made;
}

// Of the same bytes turned the same way the same tiles are made. `part` tells the pieces of a pyramid apart.
Headers headers_of(const core::Photo& photo, std::int32_t asked_rotation, std::string_view type,
                   std::string_view part) {
  Headers headers;
  headers.add("Content-Type", std::string(type));
  headers.add("ETag",
              fmt::format("\"{}-{}-t{}-{}\"", photo.sha256.to_hex(), photo.rotation, filing::tile_pack_version, part));
  headers.add("Cache-Control", asked_rotation == photo.rotation ? "private, max-age=3600" : "private, no-cache");
  headers.add("Vary", "Authorization, Cookie");
  return headers;
}

// Of the pyramid and of each tile, for a tile can be asked for by itself. Looks at one photo are gathered into one
// entry.
void note_look(const Services& services, const Request& request, const core::Photo& photo) {
  services.audit.note_view(request.caller, origin_of(request), "photo", photo.id.to_string(), "tiles");
}

std::string described(const imaging::TileGrid& grid) {
  std::string text;
  core::JsonWriter json(text);
  json.begin_object()
      .member("width", std::int64_t{grid.size().width})
      .member("height", std::int64_t{grid.size().height});
  json.member("tile_size", std::int64_t{imaging::tile_side}).key("levels").begin_array();
  std::int64_t number = 0;
  for (const auto& level : grid.levels()) {
    json.begin_object().member("level", number++).member("columns", std::int64_t{level.columns});
    json.member("rows", std::int64_t{level.rows}).end_object();
  }
  json.end_array().end_object();
  return text;
}

core::Result<Response> get_pyramid(const Services& services, const Request& request, Missing missing) {
  SG_ASSIGN(const auto rotation, read_rotation(request));
  SG_ASSIGN(const auto photo, find_photo(services, request));
  SG_ASSIGN(const auto pack, find_tiles(services, photo, missing));
  if (!pack) return Response::deferred();
  note_look(services, request, photo);
  return Response{.status = 200,
                  .headers = headers_of(photo, rotation, "application/json", "all"),
                  .body = described(pack->grid())};
}

core::Result<std::int64_t> captured_number(const Request& request, std::string_view segment) {
  const auto text = request.captures.get(segment);
  std::int64_t number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure == std::errc{} && end == text.data() + text.size() && number >= 0) return number;
  return core::fail(core::invalid_input(std::string(segment), fmt::format("{} is a whole number from 0", segment)));
}

core::Result<imaging::TileAddress> captured_address(const Request& request) {
  imaging::TileAddress address;
  SG_ASSIGN(address.level, captured_number(request, "level"));
  SG_ASSIGN(address.column, captured_number(request, "column"));
  SG_ASSIGN(address.row, captured_number(request, "row"));
  return address;
}

core::Result<Response> get_tile(const Services& services, const Request& request, Missing missing) {
  SG_ASSIGN(const auto rotation, read_rotation(request));
  SG_ASSIGN(const auto address, captured_address(request));
  SG_ASSIGN(const auto photo, find_photo(services, request));
  // Told from the row, so that nobody makes a pyramid by asking for what it cannot have.
  if (photo.size.width > 0 && photo.size.height > 0 && !imaging::TileGrid(photo.size).place_of(address))
    return core::fail(core::not_found("no such tile"));
  SG_ASSIGN(auto pack, find_tiles(services, photo, missing));
  if (!pack) return Response::deferred();
  const auto place = pack->find(address);
  if (!place) return core::fail(core::not_found("no such tile"));
  note_look(services, request, photo);
  const auto part = fmt::format("{}-{}-{}", address.level, address.column, address.row);
  return Response{.status = 200,
                  .headers = headers_of(photo, rotation, "image/jpeg", part),
                  .body = FileBody{.fd = pack->take_file(), .offset = place->offset, .length = place->length}};
}

using Answer = core::Result<Response> (*)(const Services&, const Request&, Missing);

Endpoint row(const Services& services, std::string_view pattern, std::string_view operation, Answer answer) {
  const auto with = [&services, answer](Missing missing) -> Handler {
    return [&services, answer, missing](const Request& request) { return answer(services, request, missing); };
  };
  return {.method = Method::get,
          .pattern = pattern,
          .operation = operation,
          .guard = {.check = ObjectCheck::photo},
          .handle = with(Missing::deferred),
          .patient = with(Missing::made),
          .deadline_seconds = 300};
}

}  // namespace

void add_photo_tiles_endpoints(EndpointTable& table, const Services& services) {
  table.push_back(row(services, "/api/v1/images/photos/{id}/tiles", "getPhotoTiles", get_pyramid));
  table.push_back(row(services, "/api/v1/images/photos/{id}/tiles/{level}/{column}/{row}", "getPhotoTile", get_tile));
}

}  // namespace sightglass::http
