// Sends a photo's original, display image or thumbnail, with validators; thumbnails from memory where possible.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "core/photo.hpp"
#include "core/result.hpp"
#include "http/message.hpp"
#include "http/services.hpp"
#include "http/thumbnail_cache.hpp"

namespace sightglass::http {

enum class PhotoVariant : std::uint8_t { original, display, thumbnail };
std::string_view name_of(PhotoVariant variant);

// `inline` with the name the sender gave, as plain ASCII and as UTF-8 (RFC 6266, RFC 8187).
std::string content_disposition(std::string_view filename);

// What is to be done about a derived image that is gone.
enum class LostImage : std::uint8_t { deferred, remade };

struct SentPhoto {
  core::Photo photo{};
  PhotoVariant variant = PhotoVariant::display;
  std::string key{};          // of a thumbnail, in the cache
  std::int32_t rotation = 0;  // of the photo, as the address has it
};

// A file as long as its photo's row says, ready to be read.
struct OpenedFile {
  runtime::UnixFd fd{};
  std::int64_t bytes = 0;
};

// Thread-safe; one for all rows that send photos, so that they share the cache.
class PhotoBytes {
 public:
  explicit PhotoBytes(const Services& services) : services_(services) {}

  // Blocks on the disk, and on the database for a thumbnail. The photo's visibility was checked. `key` is where a
  // thumbnail is remembered. A lost display image or thumbnail is made again, which waits for a decoder, or deferred.
  // not_found when the original was not kept; core::lost_file() when the file is lost and cannot be made
  // again.
  core::Result<Response> send(const Request& request, const SentPhoto& sent, LostImage lost);
  // Blocks. The original or the display image for an archive, whose caller checked visibility and writes the audit log;
  // a lost display image is made again. Errors as of send(), and unavailable while the picture is being turned: then
  // the row is to be read anew.
  core::Result<OpenedFile> open(core::Photo photo, PhotoVariant variant);
  // Never blocks. nullopt when nothing fresh is remembered, or when the caller may not see it.
  std::optional<Response> send_remembered(const Request& request, std::string_view key, std::int32_t rotation = 0);
  // After a photo was changed or removed.
  void forget(const core::Photo& photo);

 private:
  core::Result<storage::BlobInfo> find_whole(const core::Photo& photo, PhotoVariant variant) const;
  // Nothing for a lost image that is deferred. Of one that was made again, `photo` has the new sizes.
  core::Result<std::optional<storage::BlobInfo>> find(core::Photo& photo, PhotoVariant variant, LostImage lost);
  core::Result<Response> send_file(const Request& request, const SentPhoto& sent, LostImage lost);
  // Nothing when it is to come from here.
  core::Result<std::optional<Response>> send_elsewhere(const Request& request, const core::Photo& photo,
                                                       const storage::BlobInfo& info);
  // Null when deferred.
  core::Result<std::shared_ptr<const Thumbnail>> load(core::Photo photo, const std::string& key, LostImage lost);
  core::Result<Audience> audience_of(const core::Photo& photo);
  Response answer(const Request& request, const Thumbnail& thumbnail, std::int32_t rotation);

  core::Error loss_of(const core::Photo& photo, PhotoVariant variant, core::Error cause);
  void note_loss(const core::Photo& photo, const core::Error& loss);

  const Services& services_;
  std::mutex losses_mutex_{};
  std::set<std::string> losses_{};  // keys of files that were told to be lost
  ThumbnailCache thumbnails_{};
};

}  // namespace sightglass::http
