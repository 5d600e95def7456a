#include "imaging/pipeline/decode_once.hpp"

#include <utility>

#include "imaging/turbojpeg/jpeg_planes.hpp"
#include "imaging/vips/vips_decode.hpp"

namespace sightglass::imaging::pipeline {

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
  return DecodedPicture{std::move(decoded.picture), request.orientation, upright, std::move(decoded.damage), true};
}

core::Result<DecodedPicture> decode_general(std::span<const std::byte> file, const DecodeRequest& request) {
  const vips::DecodeWish wish{request.box, request.orientation, request.allow_damaged};
  SG_ASSIGN(auto decoded, vips::decode(file, wish));
  SG_ASSIGN(auto planes, turbojpeg::planes_of_rgb(decoded.rgb, decoded.size));
  return DecodedPicture{std::move(planes), decoded.orientation, turned(decoded.stored_size, decoded.orientation),
                        std::move(decoded.damage)};
}

// Rows of RGB into planes, as they come.
class PlaneFiller final : public vips::RowTaker {
 public:
  explicit PlaneFiller(Chroma chroma) : chroma_(chroma) {}
  core::Result<void> begin(core::Size size) override {
    picture_ = {};  // first: two of them may be more than there is room for
    picture_ = turbojpeg::empty_planes(size, chroma_);
    filled_ = 0;
    return {};
  }
  core::Result<void> take(const std::uint8_t* rgb, std::size_t pitch, std::int32_t rows) override {
    SG_TRY(turbojpeg::fill_rows(picture_, {rgb, pitch, filled_, rows}));
    filled_ += rows;
    return {};
  }
  PlanarPicture finish() { return std::move(picture_); }

 private:
  Chroma chroma_;
  PlanarPicture picture_{};
  std::int32_t filled_ = 0;
};

}  // namespace

core::Result<DecodedPicture> decode_whole(std::span<const std::byte> file, const PictureHeader& header,
                                          const DecodeRequest& request) {
  if (turbojpeg::can_decode_planes(file, header)) return decode_fast(file, header, request);
  const bool is_heif = header.media_type == core::MediaType::heic || header.media_type == core::MediaType::avif;
  PlaneFiller planes(is_heif ? Chroma::half : Chroma::full);
  const vips::DecodeWish wish{request.box, request.orientation, request.allow_damaged};
  SG_ASSIGN(auto decoded, vips::decode_rows(file, wish, planes));
  return DecodedPicture{planes.finish(), decoded.orientation, turned(decoded.stored_size, decoded.orientation),
                        std::move(decoded.damage)};
}

core::Result<DecodedPicture> decode_once(std::span<const std::byte> file, const PictureHeader& header,
                                         const DecodeRequest& request) {
  return turbojpeg::can_decode_planes(file, header) ? decode_fast(file, header, request)
                                                    : decode_general(file, request);
}

}  // namespace sightglass::imaging::pipeline
