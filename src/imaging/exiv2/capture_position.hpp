// Where the picture was taken, from EXIF's GPS directory or its XMP form.
#pragma once

#include <optional>
#include <string_view>

#include "core/geometry.hpp"
#include "imaging/exiv2/fields.hpp"

namespace sightglass::imaging::exiv2 {

// "39,30.5N" or "39,30,15W" (XMP specification part 2, 2.4: GPSCoordinate) as degrees, south and west negative.
// `positive` and `negative` are the letters allowed at its end.
std::optional<double> parse_xmp_coordinate(std::string_view text, char positive, char negative);

// nullopt when a coordinate or its reference is missing, has a zero denominator, or is out of range. An altitude is
// left out by itself.
std::optional<core::GeoPosition> read_position(const Fields& fields);

}  // namespace sightglass::imaging::exiv2
