// The bytes of photos by id: original, display image, thumbnail.
#include <algorithm>

#include "http/endpoint_support.hpp"
#include "http/object_access.hpp"
#include "http/photo_bytes.hpp"

namespace sightglass::http {
namespace {

// The turn in a derived image's address makes it another address for the browser's cache, and no more: what is sent is
// the photo as it is.
core::Result<std::int32_t> read_rotation(const Request& request, PhotoVariant variant) {
  constexpr std::string_view turns[] = {"0", "90", "180", "270"};
  QueryReader query(request);
  std::optional<std::string_view> turn;
  if (variant != PhotoVariant::original) turn = query.choice("rotation", turns);
  SG_TRY(query.finish());
  const auto place = std::ranges::find(turns, turn.value_or("0")) - std::begin(turns);
  return static_cast<std::int32_t>(90 * place);
}

core::Result<SentPhoto> find_photo(const Services& services, PhotoVariant variant, const Request& request) {
  SG_ASSIGN(const auto rotation, read_rotation(request, variant));
  SG_ASSIGN(const auto id, captured_photo(request));
  SG_ASSIGN(const auto photo, services.database.read([&](database::Session& session) {
    return visible_photo(session, request.caller, id);
  }));
  return SentPhoto{.photo = photo, .variant = variant, .key = thumbnail_key(id), .rotation = rotation};
}

std::optional<Response> get_remembered(PhotoBytes& bytes, const Request& request) {
  const auto id = core::PhotoId::parse(request.captures.get("id"));
  const auto rotation = read_rotation(request, PhotoVariant::thumbnail);
  if (!id || !rotation) return std::nullopt;
  return bytes.send_remembered(request, thumbnail_key(*id), *rotation);
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
