#include "imaging/pipeline/picture_decoder.hpp"

#include <iconv.h>

#include <algorithm>
#include <cstdint>
#include <utility>

#include "imaging/exiv2/metadata_reader.hpp"
#include "imaging/header.hpp"
#include "imaging/opencv/demosaic.hpp"
#include "imaging/pipeline/cut_tiles.hpp"
#include "imaging/pipeline/decode_once.hpp"
#include "imaging/pipeline/develop.hpp"
#include "imaging/pipeline/encode_display.hpp"
#include "imaging/pipeline/halve.hpp"
#include "imaging/pipeline/make_raster.hpp"
#include "imaging/pipeline/mapped_file.hpp"
#include "imaging/pipeline/measure_properties.hpp"
#include "imaging/pipeline/scale_upright.hpp"
#include "imaging/recognise.hpp"
#include "imaging/thumbhash.hpp"
#include "imaging/tile_grid.hpp"
#include "imaging/turbojpeg/jpeg_planes.hpp"
#include "imaging/vips/vips_warm_up.hpp"

namespace sightglass::imaging::pipeline {

namespace {

// A ThumbHash holds at most seven waves along a side; 32 samples show them as well as the 100 allowed.
constexpr core::Size thumbhash_box{32, 32};
// Larger than any picture, so that all of it is decoded.
constexpr core::Size whole_box{INT32_MAX, INT32_MAX};

// What is known of a picture before any pixel is decoded.
struct Opened {
  MappedFile file;
  PictureHeader header;
  core::CaptureMetadata metadata;
};

// `check` holds the header against the limits.
template <typename Check>
core::Result<Opened> open_picture(int fd, const Limits& limits, Check check) {
  SG_ASSIGN(auto file, MappedFile::map(fd, limits));
  SG_ASSIGN(const auto type, recognise(file.bytes()));
  SG_ASSIGN(auto header, read_header(file.bytes(), type));
  SG_TRY(check(header));
  // Before the pixels: to which size they are decoded depends on the orientation.
  // A picture is never refused for what cannot be read of its metadata.
  auto metadata = exiv2::read_metadata(file.bytes(), type).value_or(core::CaptureMetadata{});
  return Opened{std::move(file), header, std::move(metadata)};
}

core::Result<Opened> open_picture(int fd, core::Size target, const Limits& limits) {
  return open_picture(fd, limits, [&](const PictureHeader& header) { return check_header(header, target, limits); });
}

core::Result<void> check_plan(const DerivePlan& plan) {
  const auto is_box = [](core::Size box) { return box.width > 0 && box.height > 0; };
  const auto is_quality = [](std::int32_t quality) { return quality >= 1 && quality <= 100; };
  if (!is_box(plan.display_box)) return core::fail(core::invalid_input("display_box", "The display box is empty"));
  if (!is_box(plan.thumbnail_box))
    return core::fail(core::invalid_input("thumbnail_box", "The thumbnail box is empty"));
  if (!is_quality(plan.display_quality) || !is_quality(plan.thumbnail_quality)) {
    return core::fail(core::invalid_input("quality", "JPEG quality is 1 to 100"));
  }
  if (!core::is_quarter_turn(plan.rotation)) {
    return core::fail(core::invalid_input("rotation", "A picture is turned by 0, 90, 180 or 270 degrees"));
  }
  return {};
}

std::string thumbhash_of_picture(const PlanarPicture& thumbnail) {
  const auto rgb = to_rgb(thumbnail, core::fit_inside(thumbnail.size, thumbhash_box));
  return imaging::thumbhash_of(rgb.pixels, rgb.size);
}

bool lies_down(std::int32_t rotation) { return rotation % 180 != 0; }

// What was upright, turned further; the file's own orientation stays what the metadata tells.
void turn(DecodedPicture& decoded, std::int32_t rotation) {
  decoded.orientation = core::turned(decoded.orientation, rotation);
  if (lies_down(rotation)) decoded.upright_size = decoded.upright_size.transposed();
}

// JPEG's blocks scale by powers of two only. Averaged down as far as decoding for `least` alone would have gone,
// figures (sharpness most of all) do not depend on what else the picture was decoded for.
PlanarPicture reduced_to(const PlanarPicture& picture, core::Size least) {
  const auto fits = [&](core::Size size) { return size.width >= least.width && size.height >= least.height; };
  auto reduced = halve(picture);
  while (reduced.size != halved(reduced.size) && fits(halved(reduced.size))) reduced = halve(reduced);
  return reduced;
}

ImageProperties properties_of(const DecodedPicture& decoded) {
  const auto size = core::fit_inside(decoded.upright_size, measuring_box);
  const auto stored = core::swaps_axes(decoded.orientation) ? size.transposed() : size;
  const auto half = halved(decoded.picture.size);
  const bool is_larger = half.width >= stored.width && half.height >= stored.height && half != decoded.picture.size;
  const auto scaled = decoded.is_block_scaled && is_larger
                          ? scale_upright(reduced_to(decoded.picture, stored), size, decoded.orientation)
                          : scale_upright(decoded.picture, size, decoded.orientation);
  return measure_properties(to_rgb(scaled, size));
}

core::Result<DerivedImages> derive_from(Opened opened, DecodedPicture decoded, const DerivePlan& plan) {
  const auto file_orientation = decoded.orientation;
  turn(decoded, plan.rotation);
  DerivedImages images{.media_type = opened.header.media_type, .size = decoded.upright_size};
  const auto display =
      scale_upright(decoded.picture, core::fit_inside(images.size, plan.display_box), decoded.orientation);
  // The source's planes are the most that is held, and not needed any more.
  decoded.picture = {};
  SG_ASSIGN(auto encoded, encode_display(display, plan));
  images.display_jpeg = std::move(encoded.jpeg);
  images.display_size = encoded.size;
  // From the display's planes: they hold at least what a thumbnail shows, at a tenth of the source's samples.
  images.thumbnail_size = core::fit_inside(display.size, plan.thumbnail_box);
  const auto thumbnail = scale_upright(display, images.thumbnail_size, core::Orientation::upright);
  SG_ASSIGN(images.thumbnail_jpeg, turbojpeg::encode_jpeg(thumbnail, plan.thumbnail_quality));
  images.thumbhash = thumbhash_of_picture(thumbnail);
  images.metadata = std::move(opened.metadata);
  // libvips finds the tag in places where the metadata reader does not look.
  if (images.metadata.orientation == core::Orientation::upright) images.metadata.orientation = file_orientation;
  images.is_damaged = !decoded.damage.empty();
  images.damage = std::move(decoded.damage);
  return images;
}

}  // namespace

core::Result<void> PictureDecoder::warm_up() {
  // The C library loads a character set's module at its first use; kept open, it stays loaded. Metadata needs these.
  for (const char* encoding : {"ISO-8859-1", "UTF-16LE", "UTF-16BE", "UCS-2LE"}) {
    static_cast<void>(iconv_open("UTF-8", encoding));
  }
  SG_TRY(opencv::warm_up());
  return vips::warm_up();
}

core::Result<DerivedImages> PictureDecoder::derive(int fd, const DerivePlan& plan, const Limits& limits) {
  SG_TRY(check_plan(plan));
  SG_ASSIGN(auto opened, open_picture(fd, plan.display_box, limits));
  const auto box = lies_down(plan.rotation) ? plan.display_box.transposed() : plan.display_box;
  const DecodeRequest request{box, opened.metadata.orientation, plan.allow_damaged};
  SG_ASSIGN(auto decoded, decode_once(opened.file.bytes(), opened.header, request));
  return derive_from(std::move(opened), std::move(decoded), plan);
}

core::Result<ImageProperties> PictureDecoder::measure(int fd, const Limits& limits) {
  SG_ASSIGN(auto opened, open_picture(fd, measuring_box, limits));
  // What was stored is measured as far as it goes: whether damage is accepted was decided when it came in.
  const DecodeRequest request{measuring_box, opened.metadata.orientation, true};
  SG_ASSIGN(auto decoded, decode_once(opened.file.bytes(), opened.header, request));
  return properties_of(decoded);
}

core::Result<InspectionImage> PictureDecoder::inspect(int fd, const RasterPlan& plan, const Limits& limits) {
  SG_TRY(pipeline::check_plan(plan));
  // Figures are measured at one size whatever the raster's. The box is square, so that turning does not change it.
  const auto side = std::max(plan.max_side, measuring_box.width);
  SG_ASSIGN(auto opened, open_picture(fd, {side, side}, limits));
  const DecodeRequest request{{side, side}, opened.metadata.orientation, plan.allow_damaged};
  SG_ASSIGN(auto decoded, decode_once(opened.file.bytes(), opened.header, request));
  turn(decoded, plan.rotation);
  InspectionImage image{.size = decoded.upright_size, .properties = properties_of(decoded)};
  const auto size = core::fit_inside(image.size, {plan.max_side, plan.max_side});
  SG_ASSIGN(image.raster, make_raster(decoded.picture, size, decoded.orientation));
  image.trap = std::move(opened.metadata.trap);
  image.is_damaged = !decoded.damage.empty();
  image.damage = std::move(decoded.damage);
  return image;
}

core::Result<std::string> PictureDecoder::develop(const core::RawImage& frame, const DevelopPlan& plan,
                                                  const Limits& limits) {
  return pipeline::develop(frame, plan, limits);
}

core::Result<void> PictureDecoder::cut_tiles(int fd, const TilePlan& plan, const Limits& limits, TileSink& sink) {
  SG_TRY(check_plan({.display_quality = plan.quality, .rotation = plan.rotation}));
  const auto check = [&](const PictureHeader& header) { return check_header_for_tiles(header, limits); };
  SG_ASSIGN(auto opened, open_picture(fd, limits, check));
  const DecodeRequest request{whole_box, opened.metadata.orientation, plan.allow_damaged};
  SG_ASSIGN(auto decoded, decode_whole(opened.file.bytes(), opened.header, request));
  turn(decoded, plan.rotation);
  return pipeline::cut_tiles(make_upright(std::move(decoded.picture), decoded.orientation), plan.quality, sink);
}

}  // namespace sightglass::imaging::pipeline
