// The columns of a photo's row, written and read in one place.
#pragma once

#include <string>

#include "core/photo.hpp"
#include "database/database.hpp"
#include "database/photos.hpp"

namespace sightglass::database::photos {

// Every column but seq, with the alias "p." when `is_aliased`; in the order of values_of and read_photo.
std::string columns_of_photos(bool is_aliased);
Session::Parameters values_of(const core::Photo& photo);
// Of the last of these columns, air_temperature … camera_label: what the camera noted.
Session::Parameters noted_values_of(const core::TrapFacts& facts);
// metadata.json is not among the columns: it stays "{}".
core::Photo read_photo(const Row& row);

// Position of the two sort columns in a row.
inline constexpr int uploaded_at_column = 11;
inline constexpr int taken_at_column = 12;

}  // namespace sightglass::database::photos
