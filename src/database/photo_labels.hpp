// Labels that people gave to photos or took from them, beside those of machines.
#pragma once

#include <string>
#include <vector>

#include "core/ids.hpp"
#include "core/result.hpp"
#include "database/database.hpp"

namespace sightglass::database::photo_labels {

struct PhotoLabel {
  std::string name{};
  double confidence = 0;  // 0 … 1; a person's is 1
  bool is_by_person = false;
};

// All block.

// What a photo shows: by name.
core::Result<std::vector<PhotoLabel>> of_photo(Session& session, core::PhotoId photo);
// What people took away and no machine may give again, by name.
core::Result<std::vector<std::string>> removed_from(Session& session, core::PhotoId photo);
// The photo shows exactly `names` from now on, by a person's word: those it had keep their origin, the machine's that
// are not among them stay away for good, the others are the person's. invalid_input, field "labels", for a name that
// is empty or holds U+001F; not_found without the photo.
core::Result<void> set_by_person(Session& session, core::PhotoId photo, const std::vector<std::string>& names);

}  // namespace sightglass::database::photo_labels
