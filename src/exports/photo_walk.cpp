#include "exports/photo_walk.hpp"

#include "core/media_type.hpp"

namespace sightglass::exports {
namespace {

constexpr std::int32_t photos_at_once = 200;

}  // namespace

core::Result<const AnnotatedPhoto*> PhotoWalk::next() {
  if (position_ < page_.size()) return &page_[position_++];
  if (is_over_) return nullptr;
  SG_ASSIGN(page_, database_.read([&](database::Session& session) {
    return database::annotations::list(session, options_.filter, options_.visibility, last_, photos_at_once);
  }));
  is_over_ = page_.size() < static_cast<std::size_t>(photos_at_once);
  if (page_.empty()) return nullptr;
  last_ = page_.back().photo.id;
  position_ = 1;
  return &page_.front();
}

std::string picture_name(const core::Photo& photo) {
  return photo.id.to_string() + "." + std::string(core::extension_of(photo.media_type));
}

std::string picture_address(const Options& options, const core::Photo& photo) {
  return options.address + "/api/v1/images/photos/" + photo.id.to_string() + "/original";
}

core::Box place_of(const core::Finding& finding, core::Size upright) {
  if (finding.box) return core::clipped(*finding.box, upright);
  return {0, 0, static_cast<double>(upright.width), static_cast<double>(upright.height)};
}

bool is_background(const core::Finding& finding) {
  return finding.kind == core::FindingKind::spotting && finding.class_name == "empty";
}

}  // namespace sightglass::exports
