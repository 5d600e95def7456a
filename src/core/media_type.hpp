// The picture formats Sightglass accepts, and what they are called on disk and on the wire.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace sightglass::core {

enum class MediaType : std::uint8_t { jpeg, png, webp, tiff, heic, avif, gif };

std::string_view mime_of(MediaType type);       // "image/jpeg"
std::string_view extension_of(MediaType type);  // "jpg", without a dot
std::string_view name_of(MediaType type);       // "JPEG"
std::optional<MediaType> media_type_from_mime(std::string_view mime);

}  // namespace sightglass::core
