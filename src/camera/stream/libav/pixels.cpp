#include "camera/stream/libav/pixels.hpp"

extern "C" {
#include <libavutil/pixdesc.h>
}

#include <array>

#include "camera/stream/stream_wire.hpp"

namespace sightglass::camera::stream {

namespace {

bool is_grey(AVPixelFormat format) {
  const auto* facts = av_pix_fmt_desc_get(format);
  return facts != nullptr && facts->nb_components == 1 &&
         (facts->flags & (AV_PIX_FMT_FLAG_PAL | AV_PIX_FMT_FLAG_RGB)) == 0;
}

// Those with a J say of themselves what others say beside: full range. The library warns of them.
AVPixelFormat plain(AVPixelFormat format) {
  switch (format) {
    case AV_PIX_FMT_YUVJ420P: return AV_PIX_FMT_YUV420P;
    case AV_PIX_FMT_YUVJ422P: return AV_PIX_FMT_YUV422P;
    case AV_PIX_FMT_YUVJ444P: return AV_PIX_FMT_YUV444P;
    case AV_PIX_FMT_YUVJ440P: return AV_PIX_FMT_YUV440P;
    default: return format;
  }
}

// HD video without a word of its matrix is of Rec. 709, smaller video of Rec. 601: what encoders and players assume.
int matrix_of(const AVFrame& frame) {
  if (frame.colorspace != AVCOL_SPC_UNSPECIFIED) return frame.colorspace;
  const bool is_jpeg = plain(static_cast<AVPixelFormat>(frame.format)) != frame.format;
  return !is_jpeg && frame.height >= 720 ? SWS_CS_ITU709 : SWS_CS_ITU601;
}

bool is_full_range(const AVFrame& frame) {
  return frame.color_range == AVCOL_RANGE_JPEG || plain(static_cast<AVPixelFormat>(frame.format)) != frame.format;
}

}  // namespace

core::PixelFormat pixel_format_of(AVPixelFormat format) {
  return is_grey(format) ? core::PixelFormat::mono8 : core::PixelFormat::rgb8;
}

core::Result<std::vector<std::uint8_t>> PixelConverter::convert(const AVFrame& frame) {
  const auto format = static_cast<AVPixelFormat>(frame.format);
  if (frame.width < 1 || frame.height < 1 || frame.width > wire::most_side || frame.height > wire::most_side)
    return core::fail(core::ErrorCode::corrupt_image, "the stream has a frame of no sensible size");
  if (av_pix_fmt_desc_get(format) == nullptr || sws_isSupportedInput(plain(format)) == 0)
    return core::fail(core::ErrorCode::corrupt_image, "the stream has a kind of pixels that is not known");
  const bool grey = pixel_format_of(format) == core::PixelFormat::mono8;
  const int channels = grey ? 1 : 3;
  const auto bytes = std::int64_t{frame.width} * frame.height * channels;
  if (bytes > wire::most_pixel_bytes)
    return core::fail(core::ErrorCode::too_large, "the stream's frames are larger than 192 MiB");
  scaler_.reset(sws_getCachedContext(scaler_.release(), frame.width, frame.height, plain(format), frame.width,
                                     frame.height, grey ? AV_PIX_FMT_GRAY8 : AV_PIX_FMT_RGB24,
                                     SWS_BILINEAR | SWS_FULL_CHR_H_INT | SWS_ACCURATE_RND, nullptr, nullptr, nullptr));
  if (!scaler_) return core::fail(core::internal_error("a frame's pixels could not be converted"));
  const int* coefficients = sws_getCoefficients(matrix_of(frame));
  sws_setColorspaceDetails(scaler_.get(), coefficients, is_full_range(frame) ? 1 : 0, coefficients, 1, 0, 1 << 16,
                           1 << 16);
  // The library writes whole vectors of its processor's, and a little past the last row.
  std::vector<std::uint8_t> pixels(static_cast<std::size_t>(bytes) + 64);
  const std::array<std::uint8_t*, 4> rows{pixels.data(), nullptr, nullptr, nullptr};
  const std::array<int, 4> strides{frame.width * channels, 0, 0, 0};
  const int done = sws_scale(scaler_.get(), frame.data, frame.linesize, 0, frame.height, rows.data(), strides.data());
  if (done != frame.height) return core::fail(core::internal_error("a frame's pixels could not be converted"));
  pixels.resize(static_cast<std::size_t>(bytes));
  return pixels;
}

}  // namespace sightglass::camera::stream
