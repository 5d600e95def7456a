#include "imaging/pipeline/decode_once.hpp"

#include <utility>

#include "imaging/turbojpeg/jpeg_planes.hpp"
#include "imaging/vips/vips_decode.hpp"

namespace sightglass::imaging::pipeline {

using core::MediaType;

namespace {

core::Size turned(core::Size size, core::Orientation orientation) {
  return core::swaps_axes(orientation) ? size.transposed() : size;
}

core::Result<DecodedPicture> decode_fast(std::span<const std::byte> file, const PictureHeader& header,
                                         const DecodeRequest& request) {
  const auto upright = turned(header.size, request.orientation);
  const auto target = turned(core::fit_inside(upright, request.box), request.orientation);
  SG_ASSIGN(auto decoded, turbojpeg::decode_planes(file, target));
  if (!decoded.damage.empty() && !request.allow_damaged) {
    return core::fail({.code = core::ErrorCode::corrupt_image,
                       .message = "The JPEG is damaged: " + decoded.damage,
                       .field = {},
                       .cause = decoded.damage});
  }
  return DecodedPicture{std::move(decoded.picture), request.orientation, upright, std::move(decoded.damage)};
}

// libheif turns pictures itself by their `irot` and `imir` properties; EXIF repeats the same turn there.
core::Orientation orientation_left(const PictureHeader& header, core::Orientation orientation) {
  const bool is_turned = header.media_type == MediaType::heic || header.media_type == MediaType::avif;
  return is_turned ? core::Orientation::upright : orientation;
}

core::Result<DecodedPicture> decode_general(std::span<const std::byte> file, const PictureHeader& header,
                                            const DecodeRequest& request) {
  const auto orientation = orientation_left(header, request.orientation);
  SG_ASSIGN(auto decoded,
            vips::decode(file, {.box = turned(request.box, orientation), .allow_damaged = request.allow_damaged}));
  SG_ASSIGN(auto planes, turbojpeg::planes_of_rgb(decoded.rgb, decoded.size));
  return DecodedPicture{std::move(planes), orientation, turned(decoded.stored_size, orientation),
                        std::move(decoded.damage)};
}

}  // namespace

core::Result<DecodedPicture> decode_once(std::span<const std::byte> file, const PictureHeader& header,
                                         const DecodeRequest& request) {
  return turbojpeg::can_decode_planes(file, header) ? decode_fast(file, header, request)
                                                    : decode_general(file, header, request);
}

}  // namespace sightglass::imaging::pipeline
