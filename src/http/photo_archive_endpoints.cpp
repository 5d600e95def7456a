// Many photos as one zip: a choice becomes an address, and the address becomes a download.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <unordered_set>

#include "core/json_writer.hpp"
#include "http/endpoint_support.hpp"
#include "http/object_access.hpp"
#include "http/photo_archive_body.hpp"
#include "http/photo_archives.hpp"
#include "http/photo_bytes.hpp"
#include "http/photo_selection.hpp"

namespace sightglass::http {
namespace {

constexpr std::size_t looked_up_at_once = 500;

struct Wish {
  PhotoSelection selection{};
  PhotoVariant variant = PhotoVariant::original;
};

core::Result<Wish> read_wish(const Request& request) {
  constexpr std::array<std::string_view, 2> variants{"original", "display"};
  SG_ASSIGN(auto body, JsonObject::parse(request));
  Wish wish;
  SG_ASSIGN(wish.selection, read_photo_selection(body, most_archived_photos));
  if (body.optional_choice("variant", variants) == "display") wish.variant = PhotoVariant::display;
  SG_TRY(body.finish());
  SG_TRY(check_photo_selection(wish.selection));
  return wish;
}

void count_in(PhotoArchive& archive, const core::Photo& photo) {
  const bool is_original = archive.variant == PhotoVariant::original;
  if (photo.trashed_at || (is_original && photo.files.original.empty())) return;
  ++archive.count;
  archive.bytes += is_original ? photo.file_bytes : photo.display_bytes;
}

core::Result<void> take_filtered(const Services& services, const Request& request, PhotoSelection& selection,
                                 PhotoArchive& archive) {
  do {
    SG_ASSIGN(const auto page, next_page(services, request, selection));
    for (const auto& photo : page.photos) {
      archive.photos.push_back(photo.id);
      count_in(archive, photo);
    }
    if (archive.photos.size() > most_archived_photos)
      return core::fail(core::invalid_input(
          "filter",
          fmt::format("more than {} photos match; one archive takes no more than that", most_archived_photos)));
  } while (selection.filter->after);
  return {};
}

core::Result<void> take_named(const Services& services, const Request& request, const PhotoSelection& selection,
                              PhotoArchive& archive) {
  std::unordered_set<core::PhotoId> seen;
  for (const auto id : selection.photos)
    if (seen.insert(id).second) archive.photos.push_back(id);
  // In groups, between which other readers have their turn.
  for (std::size_t begin = 0; begin < archive.photos.size(); begin += looked_up_at_once) {
    const auto end = std::min(begin + looked_up_at_once, archive.photos.size());
    SG_TRY(services.database.read([&](database::Session& session) -> core::Result<void> {
      for (auto i = begin; i < end; ++i) {
        const auto photo = visible_photo(session, request.caller, archive.photos[i]);
        if (!photo && photo.error().code != core::ErrorCode::not_found) return std::unexpected(photo.error());
        if (photo) count_in(archive, *photo);
      }
      return {};
    }));
  }
  return {};
}

std::string address_of(const PhotoArchive& archive) {
  return "/api/v1/images/photos/archive/" + archive.id.to_string();
}

std::string to_json(const PhotoArchive& archive) {
  std::string text;
  core::JsonWriter json(text);
  json.begin_object()
      .member("url", address_of(archive))
      .member("expires_at", core::to_iso8601(archive.expires_at))
      .member("count", archive.count)
      .member("bytes", archive.bytes)
      .member("left_out", static_cast<std::int64_t>(archive.photos.size()) - archive.count)
      .end_object();
  return text;
}

core::Result<Response> prepare(const Services& services, PhotoArchives& archives, const Request& request) {
  SG_TRY(QueryReader(request).finish());
  SG_ASSIGN(auto wish, read_wish(request));
  PhotoArchive archive{.variant = wish.variant};
  const bool is_filtered = wish.selection.filter.has_value();
  SG_TRY(is_filtered ? take_filtered(services, request, wish.selection, archive)
                     : take_named(services, request, wish.selection, archive));
  if (archive.count == 0) {
    return core::fail(core::invalid_input(
        is_filtered ? "filter" : "photos",
        archive.photos.empty() || wish.variant == PhotoVariant::display
            ? "there is no such photo outside the trash"
            : "there is no such photo outside the trash of which the original was kept; take the display images"));
  }
  SG_ASSIGN(const auto added, archives.add(request.caller, std::move(archive)));
  auto response = Response::json(201, to_json(*added));
  response.headers.add("Location", address_of(*added));
  response.headers.add("Cache-Control", "private, no-store");
  return response;
}

core::Result<Response> download(const Services& services, const std::shared_ptr<PhotoBytes>& bytes,
                                PhotoArchives& archives, const Request& request) {
  SG_TRY(QueryReader(request).finish());
  const auto id = ArchiveId::parse(request.captures.get("id"));
  std::shared_ptr<const PhotoArchive> archive;
  if (id) {
    SG_ASSIGN(archive, archives.find(*id, request.caller));
  }
  if (!archive)
    return core::fail(
        core::not_found("there is no such download, or its 15 minutes are over; choose the photos again"));
  SG_ASSIGN(auto sending, archives.begin_sending(request.caller));
  const auto name = fmt::format("sightglass_{}_{}_{}.zip", core::to_compact(services.clock.now()), archive->count,
                                archive->variant == PhotoVariant::original ? "originals" : "images");
  Response response{.status = 200};
  SG_ASSIGN(response.body, make_archive_body(services, bytes, request, std::move(archive), std::move(sending)));
  response.headers.add("Content-Type", "application/zip");
  response.headers.add("Content-Disposition", fmt::format("attachment; filename=\"{}\"", name));
  response.headers.add("Cache-Control", "private, no-store");
  response.headers.add("Accept-Ranges", "none");  // made anew each time, it need not be the same bytes
  return response;
}

}  // namespace

void add_photo_archive_endpoints(EndpointTable& table, const Services& services,
                                 const std::shared_ptr<PhotoBytes>& bytes) {
  const auto archives = std::make_shared<PhotoArchives>(services.database, services.clock);
  // Reading, although it is posted: a choice of thousands of photos has no room in an address.
  table.push_back(
      {.method = Method::post,
       .pattern = "/api/v1/images/photos/archive",
       .operation = "preparePhotoArchive",
       .guard = {.check = ObjectCheck::listing},
       .body = BodyKind::json,
       .handle = [&services, archives](const Request& request) { return prepare(services, *archives, request); },
       .deadline_seconds = 120});
  table.push_back({.method = Method::get,
                   .pattern = "/api/v1/images/photos/archive/{id}",
                   .operation = "downloadPhotoArchive",
                   .guard = {.check = ObjectCheck::own},
                   .handle = [&services, bytes, archives](const Request& request) {
                     return download(services, bytes, *archives, request);
                   }});
}

}  // namespace sightglass::http
