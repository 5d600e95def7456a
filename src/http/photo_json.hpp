// Photos as the API shows them: one object per photo, written straight into the answer's text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/json_writer.hpp"
#include "core/photo.hpp"
#include "database/analyses.hpp"
#include "database/captures.hpp"

namespace sightglass::http {

// "/api/v1/images/photos/<id>/<variant>"; variant is "original", "display" or "thumbnail".
std::string photo_url(core::PhotoId id, std::string_view variant);

// As it is shown, of a photo that a person turned by `rotation` degrees.
std::string thumbnail_url(core::PhotoId id, std::int32_t rotation);

// The members of the list form, inside an object that the caller began.
void write_photo_members(core::JsonWriter& json, const core::Photo& photo);
void write_photo(core::JsonWriter& json, const core::Photo& photo);

// One analysis as an object, with its labels, objects, text and properties as JSON, not as text.
void write_analysis(core::JsonWriter& json, const database::analyses::Analysis& analysis);

// What only the page of one photo shows.
struct PhotoExtras {
  std::optional<database::analyses::Analysis> analysis{};  // the latest
  bool is_verdict_by_person = false;
  std::optional<database::captures::Capture> capture{};  // of a picture that a camera of ours took
};

// The list form plus "metadata" (every EXIF and XMP key), "analysis" and "verdict_by".
std::string photo_detail_json(const core::Photo& photo, const PhotoExtras& extras);

}  // namespace sightglass::http
