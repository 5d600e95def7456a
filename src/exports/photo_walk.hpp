// Walks the photos of an export, page by page.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "database/annotations.hpp"
#include "database/database.hpp"
#include "exports/annotation_export.hpp"

namespace sightglass::exports {

using database::annotations::AnnotatedPhoto;

class PhotoWalk {
 public:
  // `options` outlives it.
  PhotoWalk(database::Database& database, const Options& options) : database_(database), options_(options) {}
  // Blocks. The next photo, good until the next call; nullptr when that was all. What changes while it walks is seen
  // or not, photo by photo.
  core::Result<const AnnotatedPhoto*> next();

 private:
  database::Database& database_;
  const Options& options_;
  std::vector<AnnotatedPhoto> page_{};
  std::size_t position_ = 0;
  std::optional<core::PhotoId> last_{};
  bool is_over_ = false;
};

// "018f….jpg": the same in every export, and unique.
std::string picture_name(const core::Photo& photo);
// "https://host/api/v1/images/photos/<id>/original"
std::string picture_address(const Options& options, const core::Photo& photo);
// The finding's place on the photo; all of it for one without a box.
core::Box place_of(const core::Finding& finding, core::Size upright);
// A person or a machine that looked and saw no animal: the photo has nothing to be marked.
bool is_background(const core::Finding& finding);

}  // namespace sightglass::exports
