// A photo's pixels for the steps of an analysis: decoded once, and only when a step asks.
#pragma once

#include <optional>

#include "core/photo.hpp"
#include "core/result.hpp"
#include "imaging/decoder.hpp"
#include "storage/blob_store.hpp"
#include "vision/embedding/embedder.hpp"
#include "vision/instruments.hpp"

namespace sightglass::inspection {

// Below this the backbone's detections are not even kept: the lowest confidence any step asks for.
inline constexpr double least_detection = 0.1;

// Not thread-safe. What it hands out is good while it lives. Blocks.
class Picture {
 public:
  struct Source {
    storage::BlobStore& blobs;
    imaging::Decoder& decoder;
    imaging::Limits limits{};
    std::int32_t raster_side = 1600;
  };

  Picture(Source source, const core::Photo& photo, vision::Instruments& instruments)
      : source_(source), photo_(photo), instruments_(instruments) {}

  const core::Photo& photo() const { return photo_; }
  // Turned as people see it. Of the original where it is kept and whole, else of the display image.
  // Errors: the decoder's; core::lost_original when the store has neither.
  core::Result<const imaging::InspectionImage*> image();
  // What the backbone network makes of the image. Errors: those of image(); not_found without a backbone.
  core::Result<const vision::BackbonePass*> pass();
  // What the camera noted, as the original has it; empty when none was decoded.
  core::TrapFacts trap_facts() const;
  // As it is filed. not_found when the store has none.
  core::Result<std::string> display_jpeg() const { return source_.blobs.read(photo_.files.display); }
  // From pixels of the raster to pixels of the upright original. Only after image().
  core::Box on_original(const core::Box& on_raster) const;
  // The other way. Only after image().
  core::Box on_raster(const core::Box& on_original) const;
  core::Size upright_size() const;

  double decode_ms() const { return decode_ms_; }
  double pass_ms() const { return pass_ms_; }

 private:
  bool uses_original() const { return !photo_.files.original.empty() && !photo_.is_damaged; }
  core::Result<imaging::InspectionImage> decode();

  Source source_;
  const core::Photo& photo_;
  vision::Instruments& instruments_;
  std::optional<core::Result<imaging::InspectionImage>> image_{};
  std::optional<core::Result<vision::BackbonePass>> pass_{};
  double decode_ms_ = 0;
  double pass_ms_ = 0;
};

}  // namespace sightglass::inspection
