#include "imaging/exiv2/camera_facts.hpp"

#include <initializer_list>
#include <string>

namespace sightglass::imaging::exiv2 {
namespace {

// EXIF first: it was written by the camera, XMP by whoever touched the file last.
std::string first_text(const Fields& fields, std::initializer_list<const char*> keys) {
  for (const auto* key : keys) {
    const bool is_xmp = key[0] == 'X';
    if (auto text = is_xmp ? xmp_text(fields, key) : exif_text(fields, key); !text.empty()) return text;
  }
  return {};
}

std::optional<double> number_between(const Fields& fields, const char* key, double above, double most) {
  const auto value = exif_number(fields, key);
  if (!value || !(*value > above && *value <= most)) return std::nullopt;
  return value;
}

std::optional<std::int32_t> sensitivity(const Fields& fields) {
  // The 16-bit field says 65,535 when the true value stands in one of the 32-bit ones (CIPA DC-008, annex G).
  constexpr double overflow = 65'535;
  for (const auto* key :
       {"Exif.Photo.ISOSpeedRatings", "Exif.Photo.RecommendedExposureIndex", "Exif.Photo.StandardOutputSensitivity",
        "Exif.Photo.ISOSpeed", "Exif.Image.ISOSpeedRatings"}) {
    const auto value = number_between(fields, key, 0, 100'000'000);
    if (value && *value != overflow) return static_cast<std::int32_t>(*value);
  }
  return std::nullopt;
}

core::Orientation orientation(const Fields& fields) {
  const auto value = exif_number(fields, "Exif.Image.Orientation").value_or(1);
  if (value < 1 || value > 8) return core::Orientation::upright;
  return static_cast<core::Orientation>(static_cast<std::uint8_t>(value));
}

}  // namespace

void read_camera_facts(const Fields& fields, core::CaptureMetadata& metadata) {
  metadata.camera_make = first_text(fields, {"Exif.Image.Make", "Xmp.tiff.Make"});
  metadata.camera_model = first_text(fields, {"Exif.Image.Model", "Xmp.tiff.Model"});
  metadata.lens = first_text(fields, {"Exif.Photo.LensModel", "Xmp.exifEX.LensModel", "Xmp.aux.Lens"});
  metadata.exposure_seconds = number_between(fields, "Exif.Photo.ExposureTime", 0, 86'400);
  metadata.f_number = number_between(fields, "Exif.Photo.FNumber", 0, 1'000);
  metadata.focal_length_mm = number_between(fields, "Exif.Photo.FocalLength", 0, 100'000);
  metadata.iso = sensitivity(fields);
  metadata.orientation = orientation(fields);
}

}  // namespace sightglass::imaging::exiv2
