// The way of a picture through decoding, in this process; a sandboxed child runs it for the server.
#pragma once

#include "imaging/decoder.hpp"

namespace sightglass::imaging::pipeline {

// Steps, in order: map and limit the file (mapped_file), recognise it, read and limit its header, read its
// metadata (exiv2/), decode once (decode_once), scale and turn upright (scale_upright), encode the display image
// (encode_display), then the thumbnail and the ThumbHash from the display's planes.
//
// Thread-safe; holds no state. limits.timeout_ms is not watched here: whoever runs the process ends it. The
// general path runs libvips, libheif and their short-lived threads, so a sandbox must allow clone(2).
class PictureDecoder final : public Decoder {
 public:
  // Loads everything that is otherwise loaded when first needed: libvips with its modules, and by decoding a
  // tiny picture of each format the libraries behind them. Afterwards no file is opened any more. Costs about
  // 70 ms and 10 MB. Call before a sandbox closes, and before other threads run. Errors: unavailable.
  static core::Result<void> warm_up();

  core::Result<DerivedImages> derive(int fd, const DerivePlan& plan, const Limits& limits) override;
  core::Result<ImageProperties> measure(int fd, const Limits& limits) override;
  core::Result<InspectionImage> inspect(int fd, const RasterPlan& plan, const Limits& limits) override;
  core::Result<void> cut_tiles(int fd, const TilePlan& plan, const Limits& limits, TileSink& sink) override;
  core::Result<std::string> develop(const core::RawImage& frame, const DevelopPlan& plan,
                                    const Limits& limits) override;
};

}  // namespace sightglass::imaging::pipeline
