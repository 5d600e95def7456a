// The bytes of photos by id: original, display image, thumbnail.
#include "http/endpoint_support.hpp"
#include "http/object_access.hpp"
#include "http/photo_bytes.hpp"

namespace sightglass::http {
namespace {

core::Result<SentPhoto> find_photo(const Services& services, PhotoVariant variant, const Request& request) {
  SG_TRY(QueryReader(request).finish());
  SG_ASSIGN(const auto id, captured_photo(request));
  SG_ASSIGN(const auto photo, services.database.read([&](database::Session& session) {
    return visible_photo(session, request.caller, id);
  }));
  return SentPhoto{.photo = photo, .variant = variant, .key = thumbnail_key(id)};
}

std::optional<Response> get_remembered(PhotoBytes& bytes, const Request& request) {
  const auto id = core::PhotoId::parse(request.captures.get("id"));
  if (!id || !request.query.pairs().empty()) return std::nullopt;
  return bytes.send_remembered(request, thumbnail_key(*id));
}

Endpoint row(const Services& services, const std::shared_ptr<PhotoBytes>& bytes, PhotoVariant variant,
             std::string_view pattern, std::string_view operation) {
  const auto send_with = [&services, bytes, variant](LostImage lost) -> Handler {
    return [&services, bytes, variant, lost](const Request& request) -> core::Result<Response> {
      SG_ASSIGN(const auto sent, find_photo(services, variant, request));
      return bytes->send(request, sent, lost);
    };
  };
  return {.method = Method::get,
          .pattern = pattern,
          .operation = operation,
          .guard = {.check = ObjectCheck::photo},
          .handle = send_with(LostImage::deferred),
          .patient = send_with(LostImage::remade),
          .deadline_seconds = 300};
}

}  // namespace

void add_photo_bytes_endpoints(EndpointTable& table, const Services& services,
                               const std::shared_ptr<PhotoBytes>& bytes) {
  table.push_back(
      row(services, bytes, PhotoVariant::original, "/api/v1/images/photos/{id}/original", "getPhotoOriginal"));
  table.push_back(row(services, bytes, PhotoVariant::display, "/api/v1/images/photos/{id}/display", "getPhotoDisplay"));
  table.push_back(
      row(services, bytes, PhotoVariant::thumbnail, "/api/v1/images/photos/{id}/thumbnail", "getPhotoThumbnail"));
  table.back().fast = [bytes](const Request& request) { return get_remembered(*bytes, request); };
}

}  // namespace sightglass::http
