// What a camera trap noted of the moment: from EXIF's fields for the weather and from what makers write of their own.
#pragma once

#include <string_view>

#include "core/trap_facts.hpp"
#include "imaging/exiv2/fields.hpp"

namespace sightglass::imaging::exiv2 {

// `comment` is the file's own, outside EXIF. Empty facts for pictures of other cameras; see docs/pull-sources.md for
// makers and fields. Every value lies within its range.
core::TrapFacts read_trap_facts(const Fields& fields, std::string_view comment);

// Browning's maker note, a JSON object with NULs or old memory behind it: temperature, serial number and name. Empty
// facts for anything else.
core::TrapFacts read_browning_note(std::string_view note);

}  // namespace sightglass::imaging::exiv2
