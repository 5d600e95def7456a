#include "inspection/picture.hpp"

#include <chrono>

#include "core/lost_file.hpp"

namespace sightglass::inspection {
namespace {

using core::Result;
using Clock = std::chrono::steady_clock;

double milliseconds_since(Clock::time_point began) {
  return std::chrono::duration<double, std::milli>(Clock::now() - began).count();
}

}  // namespace

core::Size Picture::upright_size() const { return photo_.rotation % 180 == 0 ? photo_.size : photo_.size.transposed(); }

// A damaged original is looked at through the display image that was made of what could be read. Display images are
// turned already.
Result<imaging::InspectionImage> Picture::decode() {
  const auto fd = source_.blobs.open(uses_original() ? photo_.files.original : photo_.files.display);
  if (!fd) {
    return core::fail(fd.error().code == core::ErrorCode::not_found ? core::lost_original(fd.error().message)
                                                                    : fd.error());
  }
  const imaging::RasterPlan plan{.max_side = source_.raster_side, .rotation = uses_original() ? photo_.rotation : 0};
  return source_.decoder.inspect(fd->get(), plan, source_.limits);
}

Result<const imaging::InspectionImage*> Picture::image() {
  if (!image_) {
    const auto began = Clock::now();
    image_ = decode();
    decode_ms_ = milliseconds_since(began);
  }
  if (!*image_) return core::fail(image_->error());
  return &**image_;
}

core::TrapFacts Picture::trap_facts() const {
  return image_ && *image_ && uses_original() ? (*image_)->trap : core::TrapFacts{};
}

Result<const vision::BackbonePass*> Picture::pass() {
  if (!pass_) {
    SG_ASSIGN(const auto* picture, image());
    SG_ASSIGN(auto* embedder, instruments_.embedder());
    const auto began = Clock::now();
    pass_ = embedder->pass(picture->raster, least_detection);
    pass_ms_ = milliseconds_since(began);
  }
  if (!*pass_) return core::fail(pass_->error());
  return &**pass_;
}

core::Box Picture::on_original(const core::Box& on_raster) const {
  const core::Size raster = (*image_)->raster.size;
  const core::Size seen = photo_.size;
  const core::Box shown = core::scaled(on_raster, static_cast<double>(seen.width) / raster.width,
                                       static_cast<double>(seen.height) / raster.height);
  return core::turned_back(core::clipped(shown, seen), upright_size(), photo_.rotation);
}

core::Box Picture::on_raster(const core::Box& on_original) const {
  const core::Size raster = (*image_)->raster.size;
  const core::Box shown = core::turned_by(on_original, upright_size(), photo_.rotation);
  return core::clipped(core::scaled(shown, static_cast<double>(raster.width) / photo_.size.width,
                                    static_cast<double>(raster.height) / photo_.size.height),
                       raster);
}

}  // namespace sightglass::inspection
