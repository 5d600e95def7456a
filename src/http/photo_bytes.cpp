#include "http/photo_bytes.hpp"

#include <sys/stat.h>

#include <algorithm>

#include "core/lost_file.hpp"
#include "database/catalogue.hpp"
#include "database/photo_failures.hpp"
#include "fmt/format.h"
#include "http/object_access.hpp"
#include "telemetry/log.hpp"

namespace sightglass::http {
namespace {

// Bytes under an address never change but by a rebuild, which changes the validators; a browser may keep them an hour,
// but only for the same sign-in. Where the address tells of another turn than the photo has, it is to ask each time.
void add_caching(Headers& headers) {
  headers.add("Cache-Control", "private, max-age=3600");
  headers.add("Vary", "Authorization, Cookie");
}

void limit_caching(Headers& headers, std::int32_t rotation, std::int32_t asked) {
  if (rotation != asked) headers.set("Cache-Control", "private, no-cache");
}

// Derived images are rebuilt now and then; size and time tell versions apart without reading them.
std::string derived_etag(std::string_view photo, const storage::BlobInfo& info) {
  return fmt::format("\"{}-{:x}-{:x}\"", photo, info.bytes, core::to_micros(info.modified_at));
}

const std::string& file_of(const core::Photo& photo, PhotoVariant variant) {
  if (variant == PhotoVariant::original) return photo.files.original;
  return variant == PhotoVariant::display ? photo.files.display : photo.files.thumbnail;
}

// The row promises a file that the store lacks, and of which nothing is left to make it from.
core::Error lost(PhotoVariant variant) {
  if (variant == PhotoVariant::original) return core::lost_original();
  return core::lost_file(
      "this image is lost, and so is the original that it is made from; put the original back from a backup, where "
      "`sightglass check` says that it is missing");
}

Headers headers_of(const core::Photo& photo, PhotoVariant variant, const storage::BlobInfo& info) {
  const bool is_original = variant == PhotoVariant::original;
  Headers headers;
  headers.add("Content-Type", is_original ? std::string(core::mime_of(photo.media_type)) : "image/jpeg");
  headers.add("ETag", is_original ? '"' + photo.sha256.to_hex() + '"' : derived_etag(photo.id.to_string(), info));
  headers.add("Last-Modified", core::to_http_date(info.modified_at));
  add_caching(headers);
  if (is_original) headers.add("Content-Disposition", content_disposition(photo.original_filename));
  return headers;
}

bool is_plain_name_character(char c) { return c >= 0x20 && c < 0x7f && c != '"' && c != '\\' && c != '%'; }

}  // namespace

std::string_view name_of(PhotoVariant variant) {
  switch (variant) {
    case PhotoVariant::original: return "original";
    case PhotoVariant::display: return "display";
    case PhotoVariant::thumbnail: break;
  }
  return "thumbnail";
}

std::string content_disposition(std::string_view filename) {
  if (filename.empty()) return "inline";
  // RFC 8187, section 3.2.1: attr-char stays, everything else is percent-encoded.
  constexpr std::string_view attr_marks = "!#$&+-.^_`|~";
  std::string plain;
  std::string encoded;
  for (const char c : filename) {
    plain += is_plain_name_character(c) ? c : '_';
    const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (is_letter || attr_marks.contains(c)) {
      encoded += c;
    } else {
      encoded += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return fmt::format("inline; filename=\"{}\"; filename*=UTF-8''{}", plain, encoded);
}

core::Result<Audience> PhotoBytes::audience_of(const core::Photo& photo) {
  Audience audience{.uploader = photo.uploaded_by};
  if (!photo.job_id) return audience;
  SG_ASSIGN(auto job, services_.database.read(
                          [&](database::Session& session) { return database::jobs::find(session, *photo.job_id); }));
  if (!job) return audience;
  audience.is_open = job->assigned_to.empty();
  audience.assigned = std::move(job->assigned_to);
  return audience;
}

// Derived images are not synced when they are written: after a power cut one may be there without its bytes.
core::Result<storage::BlobInfo> PhotoBytes::find_whole(const core::Photo& photo, PhotoVariant variant) const {
  auto info = services_.blobs.info(file_of(photo, variant));
  if (!info || variant == PhotoVariant::original) return info;
  const auto expected = variant == PhotoVariant::display ? photo.display_bytes : photo.thumbnail_bytes;
  if (info->bytes != expected) return core::fail(core::not_found("the derived image is not whole"));
  return info;
}

core::Result<std::optional<storage::BlobInfo>> PhotoBytes::find(core::Photo& photo, PhotoVariant variant,
                                                                LostImage lost) {
  auto info = find_whole(photo, variant);
  if (info) return info;
  const bool may_be_remade = variant != PhotoVariant::original && info.error().code == core::ErrorCode::not_found;
  if (may_be_remade && lost == LostImage::deferred) return std::nullopt;
  if (may_be_remade) {
    auto remade = services_.ingest.remake_images(photo);
    if (!remade) return core::fail(loss_of(photo, variant, std::move(remade).error()));
    photo = std::move(*remade);
    info = find_whole(photo, variant);
  }
  if (!info) return core::fail(loss_of(photo, variant, std::move(info).error()));
  return info;
}

// A decoder that has no time says nothing of the file. Told to the log once: a page of lost photos asks for each again
// and again.
core::Error PhotoBytes::loss_of(const core::Photo& photo, PhotoVariant variant, core::Error cause) {
  using enum core::ErrorCode;
  const bool is_lost = cause.code == not_found || cause.code == corrupt_image || cause.code == unsupported_format;
  if (!is_lost) return cause;
  constexpr std::size_t most_remembered = 10'000;
  const std::string& key = file_of(photo, variant);
  bool is_news = false;
  {
    const std::lock_guard lock(losses_mutex_);
    is_news = losses_.size() < most_remembered && losses_.insert(key).second;
  }
  if (is_news) {
    telemetry::log_error("file of a photo is lost",
                         {{"photo", photo.id.to_string()}, {"file", key}, {"message", cause.message}});
    note_loss(photo, lost(variant));
  }
  return lost(variant);
}

// Best effort: whoever asked is told of the loss, not of an inbox that could not be written.
void PhotoBytes::note_loss(const core::Photo& photo, const core::Error& loss) {
  const auto noted = services_.database.write([&](database::Session& session) {
    return database::photo_failures::record_lost(session, photo.id, loss.message, services_.clock.now());
  });
  if (!noted)
    telemetry::log_warning("a lost file was not put among the failures",
                           {{"photo", photo.id.to_string()}, {"cause", noted.error().message}});
}

core::Result<std::shared_ptr<const Thumbnail>> PhotoBytes::load(core::Photo photo, const std::string& key,
                                                                LostImage lost) {
  SG_ASSIGN(const auto info, find(photo, PhotoVariant::thumbnail, lost));
  if (!info) return nullptr;
  SG_ASSIGN(auto audience, audience_of(photo));
  auto thumbnail = std::make_shared<Thumbnail>(Thumbnail{.photo = photo.id,
                                                         .photo_text = photo.id.to_string(),
                                                         .audience = std::move(audience),
                                                         .rotation = photo.rotation,
                                                         .modified_at = info->modified_at,
                                                         .headers = headers_of(photo, PhotoVariant::thumbnail, *info),
                                                         .checked_at = services_.clock.now()});
  thumbnail->etag = thumbnail->headers.get("ETag");
  const auto before = thumbnails_.find(key);
  if (before && before->etag == thumbnail->etag) {
    thumbnail->bytes = before->bytes;
  } else {
    SG_ASSIGN(auto bytes, services_.blobs.read(photo.files.thumbnail));
    // Turned between the two looks: these bytes are not those that the row told of.
    if (static_cast<std::int64_t>(bytes.size()) != info->bytes && lost == LostImage::deferred) return nullptr;
    thumbnail->bytes = std::make_shared<const std::string>(std::move(bytes));
  }
  thumbnails_.put(key, thumbnail);
  return thumbnail;
}

Response PhotoBytes::answer(const Request& request, const Thumbnail& thumbnail, std::int32_t rotation) {
  services_.audit.note_view(request.caller, origin_of(request), "photo", thumbnail.photo_text, "thumbnail");
  Response response{.status = 200, .headers = thumbnail.headers, .body = thumbnail.bytes};
  limit_caching(response.headers, thumbnail.rotation, rotation);
  return response;
}

// Whoever has the address may fetch the file for that long: rights were checked, and it is written down, before it is
// given away. A HEAD is answered here, because an address is signed for one method.
core::Result<std::optional<Response>> PhotoBytes::send_elsewhere(const Request& request, const core::Photo& photo,
                                                                 const storage::BlobInfo& info) {
  constexpr std::int64_t least_bytes = 1 << 20;  // smaller ones cost less here than a second request would
  constexpr std::chrono::seconds lifetime{300};
  if (services_.download_origin.empty() || request.method != Method::get || info.bytes < least_bytes)
    return std::nullopt;
  SG_ASSIGN(const auto address,
            services_.blobs.download_address(photo.files.original, lifetime, photo.original_filename));
  if (!address) return std::nullopt;
  services_.audit.note_view(request.caller, origin_of(request), "photo", photo.id.to_string(), "original");
  Response response = Response::empty(302);
  response.headers.add("Location", *address);
  response.headers.add("Cache-Control", "private, no-store");
  return response;
}

core::Result<Response> PhotoBytes::send_file(const Request& request, const SentPhoto& sent, LostImage lost) {
  auto photo = sent.photo;
  if (file_of(photo, sent.variant).empty())
    return core::fail(core::not_found("the original of this photo was not kept"));
  SG_ASSIGN(const auto info, find(photo, sent.variant, lost));
  if (!info) return Response::deferred();
  if (sent.variant == PhotoVariant::original) {
    SG_ASSIGN(auto elsewhere, send_elsewhere(request, photo, *info));
    if (elsewhere) return std::move(*elsewhere);
  }
  const std::string& key = file_of(photo, sent.variant);
  auto fd = services_.blobs.open(key);
  if (!fd) return core::fail(loss_of(photo, sent.variant, std::move(fd).error()));
  // Between the two looks the picture may have been turned, and the file opened be another one.
  const auto again = services_.blobs.info(key);
  if (!again || again->bytes != info->bytes || again->modified_at != info->modified_at)
    return lost == LostImage::deferred ? core::Result<Response>(Response::deferred())
                                       : core::fail(core::unavailable("the picture is being turned"));
  services_.audit.note_view(request.caller, origin_of(request), "photo", photo.id.to_string(), name_of(sent.variant));
  Response response{.status = 200,
                    .headers = headers_of(photo, sent.variant, *info),
                    .body = FileBody{.fd = std::move(*fd), .offset = 0, .length = info->bytes}};
  if (sent.variant == PhotoVariant::display) limit_caching(response.headers, photo.rotation, sent.rotation);
  return response;
}

core::Result<OpenedFile> PhotoBytes::open(core::Photo photo, PhotoVariant variant) {
  const std::string& key = file_of(photo, variant);
  if (key.empty()) return core::fail(core::not_found("the original of this photo was not kept"));
  SG_ASSIGN(const auto info, find(photo, variant, LostImage::remade));
  const auto promised = variant == PhotoVariant::original ? photo.file_bytes : photo.display_bytes;
  auto fd = services_.blobs.open(key);
  if (!fd) return core::fail(loss_of(photo, variant, std::move(fd).error()));
  struct stat status{};
  const bool is_known = ::fstat(fd->get(), &status) == 0;
  if (is_known && status.st_size == promised) return OpenedFile{.fd = std::move(*fd), .bytes = promised};
  // Originals never change: another length is damage, and a display image's is another turn.
  if (variant == PhotoVariant::original) {
    return core::fail(
        core::lost_file(fmt::format("its file is damaged: {} bytes were stored, {} are there", promised, info->bytes)));
  }
  return core::fail(core::unavailable("the picture is being turned"));
}

core::Result<Response> PhotoBytes::send(const Request& request, const SentPhoto& sent, LostImage lost) {
  if (sent.variant != PhotoVariant::thumbnail) return send_file(request, sent, lost);
  SG_ASSIGN(const auto thumbnail, load(sent.photo, sent.key, lost));
  if (!thumbnail) return Response::deferred();
  return answer(request, *thumbnail, sent.rotation);
}

std::optional<Response> PhotoBytes::send_remembered(const Request& request, std::string_view key,
                                                    std::int32_t rotation) {
  const auto thumbnail = thumbnails_.find_fresh(key, services_.clock.now());
  if (!thumbnail || !thumbnail->audience.admits(accounts::visibility_of(request.caller))) return std::nullopt;
  return answer(request, *thumbnail, rotation);
}

void PhotoBytes::forget(const core::Photo& photo) {
  thumbnails_.forget(thumbnail_key(photo.id));
  if (photo.job_id) thumbnails_.forget(thumbnail_key(photo.job_id->to_string(), photo.filename));
}

}  // namespace sightglass::http
