#include "imaging/pipeline/develop.hpp"

#include <fmt/format.h>

#include <utility>

#include "imaging/exiv2/frame_exif.hpp"
#include "imaging/header.hpp"
#include "imaging/pipeline/samples.hpp"
#include "imaging/raw_frame.hpp"
#include "imaging/turbojpeg/encode_samples.hpp"
#include "imaging/vips/encode_samples.hpp"

namespace sightglass::imaging::pipeline {

namespace {

using core::Result;

Result<std::string> make_jpeg(const core::RawImage& frame, const DevelopPlan& plan) {
  SG_ASSIGN(const auto samples, eight_bit_samples(frame));
  SG_ASSIGN(const auto jpeg, turbojpeg::encode_samples(samples, plan.quality));
  SG_ASSIGN(const auto exif, exiv2::frame_exif(plan));
  return exif.empty() ? jpeg : exiv2::with_exif_segment(jpeg, exif);
}

Result<std::string> make_png(const core::RawImage& frame, const DevelopPlan& plan) {
  SG_ASSIGN(auto samples, eight_bit_samples(frame));
  SG_ASSIGN(const auto exif, exiv2::frame_exif(plan));
  return vips::encode_png(packed_rgb(std::move(samples)), exif);
}

Result<std::string> make_tiff(const core::RawImage& frame, const DevelopPlan& plan) {
  SG_ASSIGN(auto samples, whole_samples(frame));
  SG_ASSIGN(const auto tiff, vips::encode_tiff(packed_rgb(std::move(samples))));
  return exiv2::with_exif_fields(tiff, plan);
}

Result<std::string> make_file(const core::RawImage& frame, const DevelopPlan& plan) {
  switch (plan.file) {
    case DevelopPlan::File::jpeg: return make_jpeg(frame, plan);
    case DevelopPlan::File::png: return make_png(frame, plan);
    case DevelopPlan::File::tiff: return make_tiff(frame, plan);
  }
  return core::fail(core::internal_error("a frame passed its check with an unknown kind of file"));
}

}  // namespace

Result<std::string> develop(const core::RawImage& frame, const DevelopPlan& plan, const Limits& limits) {
  SG_TRY(check_plan(plan));
  SG_TRY(check_frame(frame, frame.bytes ? static_cast<std::int64_t>(frame.bytes->size()) : 0, plan, limits));
  SG_ASSIGN(auto file, make_file(frame, plan));
  // Nobody would take it in: the same limit holds for every picture that comes.
  SG_TRY(check_file_bytes(static_cast<std::int64_t>(file.size()), limits));
  return file;
}

}  // namespace sightglass::imaging::pipeline
