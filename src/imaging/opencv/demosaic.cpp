#include "imaging/opencv/demosaic.hpp"

#include <array>
#include <exception>
#include <opencv2/core.hpp>
#include <opencv2/core/utils/logger.hpp>
#include <opencv2/imgproc.hpp>
#include <type_traits>
#include <utility>

namespace sightglass::imaging::opencv {

namespace {

using core::PixelFormat;
using core::Result;

int say_nothing(int, const char*, const char*, const char*, int, void*) { return 0; }

void quieten() {
  [[maybe_unused]] static const bool is_quiet = [] {
    cv::setNumThreads(1);  // frames are spread over processes
    cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
    cv::redirectError(say_nothing);  // else each exception is printed before it is thrown
    return true;
  }();
}

// Named by all four of the first corner's colours; the library's older names are those of another corner.
int conversion_of(PixelFormat format) {
  switch (format) {
    case PixelFormat::bayer_gr8:
    case PixelFormat::bayer_gr12: return cv::COLOR_BayerGRBG2RGB_EA;
    case PixelFormat::bayer_gb8:
    case PixelFormat::bayer_gb12: return cv::COLOR_BayerGBRG2RGB_EA;
    case PixelFormat::bayer_bg8:
    case PixelFormat::bayer_bg12: return cv::COLOR_BayerBGGR2RGB_EA;
    default: return cv::COLOR_BayerRGGB2RGB_EA;
  }
}

// The library leaves the outermost pixels to copies of their neighbours, and small mosaics black. Mirrored at the
// edge's own row, two more rows and columns go on with the pattern.
constexpr int margin = 2;

template <typename Sample>
Result<Colours<Sample>> demosaic_any(const Mosaic<Sample>& mosaic) {
  quieten();
  const auto [width, height] = mosaic.size;
  constexpr int depth = std::is_same_v<Sample, std::uint8_t> ? CV_8U : CV_16U;
  try {
    const cv::Mat given(height, width, depth, const_cast<Sample*>(mosaic.samples),
                        static_cast<std::size_t>(mosaic.stride) * sizeof(Sample));
    cv::Mat padded;
    cv::copyMakeBorder(given, padded, margin, margin, margin, margin, cv::BORDER_REFLECT_101);
    const auto pitch = 3 * static_cast<std::size_t>(padded.cols);
    auto block = std::make_unique_for_overwrite<Sample[]>(pitch * static_cast<std::size_t>(padded.rows));
    // Of the size and type that the conversion makes, so that it fills this memory and takes none of its own.
    cv::Mat colours(padded.size(), CV_MAKETYPE(depth, 3), block.get());
    cv::cvtColor(padded, colours, conversion_of(mosaic.format));
    const auto* first = block.get() + margin * pitch + margin * 3;
    return Colours<Sample>{std::move(block), first, pitch};
  } catch (const cv::Exception& exception) {
    if (exception.code == cv::Error::StsNoMem)
      return core::fail(core::ErrorCode::too_large, "not enough memory for the colours of this frame");
    return core::fail(core::internal_error("the frame's colours could not be made", exception.err));
  }
}

template <typename Sample>
Result<void> try_out(PixelFormat format) {
  constexpr std::int32_t side = 16;
  const std::array<Sample, side * side> samples{};
  SG_TRY(demosaic_any(Mosaic<Sample>{{side, side}, format, samples.data(), side}));
  return {};
}

}  // namespace

Result<Colours<std::uint8_t>> demosaic(const Mosaic<std::uint8_t>& mosaic) { return demosaic_any(mosaic); }
Result<Colours<std::uint16_t>> demosaic(const Mosaic<std::uint16_t>& mosaic) { return demosaic_any(mosaic); }

Result<void> warm_up() {
  SG_TRY(try_out<std::uint8_t>(PixelFormat::bayer_rg8));
  return try_out<std::uint16_t>(PixelFormat::bayer_rg12);
}

}  // namespace sightglass::imaging::opencv
