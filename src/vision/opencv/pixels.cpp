#include "vision/pixels.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <type_traits>

#include "vision/opencv/translated.hpp"

namespace sightglass::vision {

namespace {

using opencv::translated;

constexpr std::int32_t longest_side = 16'384;

template <typename Picture>
constexpr int channels_of = std::is_same_v<Picture, core::Raster> ? 3 : 1;

const std::vector<std::uint8_t>& bytes_of(const core::Raster& picture) { return picture.rgb; }
const std::vector<std::uint8_t>& bytes_of(const GreyPicture& picture) { return picture.values; }
std::vector<std::uint8_t>& bytes_of(core::Raster& picture) { return picture.rgb; }
std::vector<std::uint8_t>& bytes_of(GreyPicture& picture) { return picture.values; }

core::Result<void> check_size(core::Size size) {
  if (size.width < 1 || size.height < 1 || size.width > longest_side || size.height > longest_side) {
    return core::fail(
        core::invalid_input("size", fmt::format("a picture of {}×{} pixels cannot be made; sides are 1 to {}",
                                                size.width, size.height, longest_side)));
  }
  return {};
}

template <typename Picture>
core::Result<void> check(const Picture& picture) {
  const auto wanted = static_cast<std::int64_t>(channels_of<Picture>) * picture.size.pixels();
  if (picture.size.width < 1 || picture.size.height < 1) {
    return core::fail(core::invalid_input("picture", "the picture has no pixels"));
  }
  if (static_cast<std::int64_t>(bytes_of(picture).size()) != wanted) {
    return core::fail(
        core::invalid_input("picture", fmt::format("a picture of {}×{} pixels has {} bytes, not {}", picture.size.width,
                                                   picture.size.height, wanted, bytes_of(picture).size())));
  }
  return {};
}

// A view: valid as long as the picture is. OpenCV has no matrix of constant bytes, and none of the callers writes.
template <typename Picture>
cv::Mat matrix_of(const Picture& picture) {
  return {picture.size.height, picture.size.width, CV_8UC(channels_of<Picture>),
          const_cast<std::uint8_t*>(bytes_of(picture).data())};
}

template <typename Picture>
Picture blank(core::Size size) {
  Picture picture{.size = size};
  bytes_of(picture).resize(static_cast<std::size_t>(channels_of<Picture> * size.pixels()));
  return picture;
}

// Runs `fill(source, target)`, which writes every pixel of `target`, on a new picture of `size`.
template <typename To, typename From, typename Fill>
core::Result<To> made(const From& picture, core::Size size, Fill fill) {
  SG_TRY(check(picture));
  SG_TRY(check_size(size));
  return translated([&]() -> core::Result<To> {
    To answer = blank<To>(size);
    cv::Mat target = matrix_of(answer);
    const auto* before = target.data;
    fill(matrix_of(picture), target);
    if (target.data != before) target.copyTo(matrix_of(answer));
    return answer;
  });
}

int interpolation(core::Size from, core::Size to, Resampling how) {
  const bool shrinks = to.width <= from.width && to.height <= from.height;
  return how == Resampling::area && shrinks ? cv::INTER_AREA : cv::INTER_LINEAR;
}

template <typename Picture>
core::Result<Picture> resize(const Picture& picture, core::Size size, Resampling how) {
  return made<Picture>(picture, size, [&](const cv::Mat& source, cv::Mat& target) {
    cv::resize(source, target, target.size(), 0, 0, interpolation(picture.size, size, how));
  });
}

template <typename Picture>
core::Result<Picture> cut(const Picture& picture, const core::Box& box) {
  SG_TRY(check(picture));
  const core::Box inside = core::clipped(box, picture.size);
  const int left = static_cast<int>(std::floor(inside.x));
  const int top = static_cast<int>(std::floor(inside.y));
  const core::Size size{static_cast<std::int32_t>(std::ceil(inside.right())) - left,
                        static_cast<std::int32_t>(std::ceil(inside.bottom())) - top};
  if (inside.is_empty() || size.width < 1 || size.height < 1) {
    return core::fail(core::invalid_input("box", "the box lies outside of the picture"));
  }
  return made<Picture>(picture, size, [&](const cv::Mat& source, cv::Mat& target) {
    source(cv::Rect(left, top, size.width, size.height)).copyTo(target);
  });
}

template <typename Picture>
core::Result<Picture> warp(const Picture& picture, const std::array<double, 9>& to_source, core::Size size) {
  if (!std::ranges::all_of(to_source, [](double value) { return std::isfinite(value); })) {
    return core::fail(core::invalid_input("to_source", "a matrix of a warp has numbers that are not finite"));
  }
  return made<Picture>(picture, size, [&](const cv::Mat& source, cv::Mat& target) {
    const cv::Matx33d matrix(to_source.data());
    cv::warpPerspective(source, target, matrix, target.size(), cv::INTER_LINEAR | cv::WARP_INVERSE_MAP,
                        cv::BORDER_REPLICATE);
  });
}

core::Result<void> check_equalising(double limit, std::int32_t tiles) {
  if (!(limit > 0) || !std::isfinite(limit))
    return core::fail(core::invalid_input("limit", "the limit must be above 0"));
  if (tiles < 1 || tiles > 64) return core::fail(core::invalid_input("tiles", "tiles must be 1 to 64"));
  return {};
}

}  // namespace

core::Result<core::Raster> resized(const core::Raster& picture, core::Size size, Resampling how) {
  return resize(picture, size, how);
}
core::Result<GreyPicture> resized(const GreyPicture& picture, core::Size size, Resampling how) {
  return resize(picture, size, how);
}

core::Result<core::Raster> cut_out(const core::Raster& picture, const core::Box& box) { return cut(picture, box); }
core::Result<GreyPicture> cut_out(const GreyPicture& picture, const core::Box& box) { return cut(picture, box); }

core::Result<core::Raster> turned(const core::Raster& picture, std::int32_t degrees) {
  if (!core::is_quarter_turn(degrees)) {
    return core::fail(core::invalid_input("degrees", "pictures are turned by 0, 90, 180 or 270 degrees"));
  }
  const bool swaps = degrees == 90 || degrees == 270;
  return made<core::Raster>(picture, swaps ? picture.size.transposed() : picture.size,
                            [&](const cv::Mat& source, cv::Mat& target) {
                              if (degrees == 0) {
                                source.copyTo(target);
                              } else {
                                cv::rotate(source, target, degrees / 90 - 1);  // the library's codes are 0, 1, 2
                              }
                            });
}

core::Result<GreyPicture> grey_of(const core::Raster& picture) {
  return made<GreyPicture>(picture, picture.size, [](const cv::Mat& source, cv::Mat& target) {
    cv::cvtColor(source, target, cv::COLOR_RGB2GRAY);
  });
}

core::Result<core::Raster> raster_of(const GreyPicture& picture) {
  return made<core::Raster>(picture, picture.size, [](const cv::Mat& source, cv::Mat& target) {
    cv::cvtColor(source, target, cv::COLOR_GRAY2RGB);
  });
}

core::Result<core::Raster> straightened(const core::Raster& picture, const std::array<double, 8>& corners,
                                        core::Size size) {
  SG_TRY(check_size(size));
  std::array<cv::Point2f, 4> from{};
  for (std::size_t corner = 0; corner < 4; ++corner) {
    if (!std::isfinite(corners[2 * corner]) || !std::isfinite(corners[2 * corner + 1])) {
      return core::fail(core::invalid_input("corners", "a corner is not a finite number"));
    }
    // Corners count from pixels' edges, the library's matrices from their centres.
    from[corner] = {static_cast<float>(corners[2 * corner] - 0.5), static_cast<float>(corners[2 * corner + 1] - 0.5)};
  }
  const float right = static_cast<float>(size.width) - 0.5F;
  const float bottom = static_cast<float>(size.height) - 0.5F;
  const std::array<cv::Point2f, 4> to{cv::Point2f{-0.5F, -0.5F}, {right, -0.5F}, {right, bottom}, {-0.5F, bottom}};
  SG_ASSIGN(const auto matrix, translated([&]() -> core::Result<std::array<double, 9>> {
              if (std::abs(cv::contourArea(from)) < 1) {
                return core::fail(core::invalid_input("corners", "the corners span no area"));
              }
              const cv::Matx33d solved = cv::getPerspectiveTransform(to.data(), from.data());
              std::array<double, 9> values{};
              std::copy_n(solved.val, 9, values.begin());
              return values;
            }));
  return warp(picture, matrix, size);
}

core::Result<core::Raster> warped(const core::Raster& picture, const std::array<double, 9>& to_source,
                                  core::Size size) {
  return warp(picture, to_source, size);
}
core::Result<GreyPicture> warped(const GreyPicture& picture, const std::array<double, 9>& to_source, core::Size size) {
  return warp(picture, to_source, size);
}

core::Result<GreyPicture> equalised(const GreyPicture& picture, double limit, std::int32_t tiles) {
  SG_TRY(check_equalising(limit, tiles));
  return made<GreyPicture>(picture, picture.size, [&](const cv::Mat& source, cv::Mat& target) {
    cv::createCLAHE(limit, {tiles, tiles})->apply(source, target);
  });
}

core::Result<core::Raster> equalised(const core::Raster& picture, double limit, std::int32_t tiles) {
  SG_TRY(check_equalising(limit, tiles));
  return made<core::Raster>(picture, picture.size, [&](const cv::Mat& source, cv::Mat& target) {
    cv::Mat lab;
    cv::cvtColor(source, lab, cv::COLOR_RGB2Lab);
    cv::Mat lightness;
    cv::extractChannel(lab, lightness, 0);
    cv::createCLAHE(limit, {tiles, tiles})->apply(lightness, lightness);
    cv::insertChannel(lightness, lab, 0);
    cv::cvtColor(lab, target, cv::COLOR_Lab2RGB);
  });
}

}  // namespace sightglass::vision
