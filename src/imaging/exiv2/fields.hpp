// Looks up single EXIF and XMP fields as plain values; whatever is absent or malformed is nullopt or empty.
#pragma once

#include <cstddef>
#include <cstdint>
#include <exiv2/exiv2.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace sightglass::imaging::exiv2 {

// Everything the file holds; borrowed for the reading of one picture.
struct Fields {
  const Exiv2::ExifData& exif;
  const Exiv2::XmpData& xmp;
};

// Without surrounding blanks and NULs, at most 1 KiB. Keys as exiv2 writes them: "Exif.Photo.DateTimeOriginal".
std::string exif_text(const Fields& fields, const char* key);
// The first item of a list, the default language of an alternative.
std::string xmp_text(const Fields& fields, const char* key);
// The n-th number of an integer or rational field; a zero denominator is nullopt.
std::optional<double> exif_number(const Fields& fields, const char* key, std::size_t n = 0);
// How many numbers the field has, 0 when it is absent.
std::size_t exif_count(const Fields& fields, const char* key);

std::string_view trimmed(std::string_view text);

}  // namespace sightglass::imaging::exiv2
