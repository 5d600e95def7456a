// Every EXIF and XMP field of a picture as one JSON object, for people and for whoever needs a rare field later.
#pragma once

#include <string>

#include "imaging/exiv2/fields.hpp"

namespace sightglass::imaging::exiv2 {

// {"Exif.Image.Make":"Apple",…,"Xmp.dc.subject":"a, b"}: exiv2's key to the value as written, valid UTF-8. A value is
// cut at 1 KiB, the object at 64 KiB; binary blobs (maker notes, thumbnails, tables) are left out.
std::string metadata_json(const Fields& fields);

}  // namespace sightglass::imaging::exiv2
