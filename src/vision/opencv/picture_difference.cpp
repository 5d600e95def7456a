#include "vision/reference/picture_difference.hpp"

#include <algorithm>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include "vision/opencv/translated.hpp"

namespace sightglass::vision {

namespace {

using core::Result;

Result<void> check(const GreyPicture& picture) {
  if (picture.size.width > 0 && picture.size.height > 0 &&
      picture.values.size() == static_cast<std::size_t>(picture.size.pixels()))
    return {};
  return core::fail(core::invalid_input("picture", "the picture has no pixels, or not as many as its size says"));
}

Result<void> check(const GreyPicture& reference, const GreyPicture& picture) {
  SG_TRY(check(reference));
  SG_TRY(check(picture));
  if (reference.size == picture.size) return {};
  return core::fail(core::invalid_input("picture", "two pictures to be compared must be of one size"));
}

// A view; nothing below writes to one of a constant picture.
cv::Mat matrix_of(const GreyPicture& picture) {
  return {picture.size.height, picture.size.width, CV_8UC1, const_cast<std::uint8_t*>(picture.values.data())};
}

GreyPicture picture_of(const cv::Mat& values) {
  GreyPicture picture{.size = {values.cols, values.rows}};
  picture.values.resize(static_cast<std::size_t>(picture.size.pixels()));
  values.copyTo(matrix_of(picture));
  return picture;
}

cv::Mat square(std::int32_t radius) {
  return cv::getStructuringElement(cv::MORPH_RECT, cv::Size(2 * radius + 1, 2 * radius + 1));
}

// How far `one` lies outside of the levels that `other` has in the neighbourhood.
cv::Mat outside_of(const cv::Mat& one, const cv::Mat& other, const cv::Mat& neighbourhood) {
  cv::Mat most;
  cv::Mat least;
  cv::dilate(other, most, neighbourhood);
  cv::erode(other, least, neighbourhood);
  cv::Mat above;
  cv::Mat below;
  cv::subtract(one, most, above);  // 0 where it would be negative
  cv::subtract(least, one, below);
  return cv::max(above, below);
}

}  // namespace

Result<GreyPicture> unexplained(const GreyPicture& reference, const GreyPicture& picture, std::int32_t radius) {
  SG_TRY(check(reference, picture));
  return opencv::translated([&]() -> Result<GreyPicture> {
    const cv::Mat neighbourhood = square(std::max(radius, 0));
    const cv::Mat a = matrix_of(reference);
    const cv::Mat b = matrix_of(picture);
    return picture_of(cv::max(outside_of(b, a, neighbourhood), outside_of(a, b, neighbourhood)));
  });
}

Result<GreyPicture> in_the_light_of(const GreyPicture& reference, const GreyPicture& picture) {
  SG_TRY(check(reference));
  SG_TRY(check(picture));
  return opencv::translated([&]() -> Result<GreyPicture> {
    cv::Scalar wanted_mean;
    cv::Scalar wanted_spread;
    cv::Scalar mean;
    cv::Scalar spread;
    cv::meanStdDev(matrix_of(reference), wanted_mean, wanted_spread);
    cv::meanStdDev(matrix_of(picture), mean, spread);
    if (spread[0] < 1) return picture;
    const double gain = wanted_spread[0] / spread[0];
    cv::Mat levels;
    matrix_of(picture).convertTo(levels, CV_8U, gain, wanted_mean[0] - gain * mean[0]);
    return picture_of(levels);
  });
}

Result<std::vector<Blob>> blobs_of(const GreyPicture& difference, std::uint8_t level, std::int32_t gap) {
  SG_TRY(check(difference));
  return opencv::translated([&]() -> Result<std::vector<Blob>> {
    const cv::Mat values = matrix_of(difference);
    const cv::Mat marks = values >= level;
    cv::Mat joined = marks.clone();
    // Marks that grow by half of the gap each touch across it.
    if (gap > 1) cv::dilate(marks, joined, square(gap / 2));
    cv::Mat labels;
    const int count = cv::connectedComponents(joined, labels, 8, CV_32S);
    struct Sum {
      int left = 1 << 30, top = 1 << 30, right = -1, bottom = -1;
      double x = 0, y = 0;
      std::int64_t pixels = 0;
      std::uint8_t largest = 0;
    };
    std::vector<Sum> sums(static_cast<std::size_t>(count));
    for (int y = 0; y < values.rows; ++y)
      for (int x = 0; x < values.cols; ++x) {
        if (marks.at<std::uint8_t>(y, x) == 0) continue;
        auto& sum = sums[static_cast<std::size_t>(labels.at<int>(y, x))];
        sum.left = std::min(sum.left, x), sum.right = std::max(sum.right, x);
        sum.top = std::min(sum.top, y), sum.bottom = std::max(sum.bottom, y);
        sum.x += x, sum.y += y, ++sum.pixels;
        sum.largest = std::max(sum.largest, values.at<std::uint8_t>(y, x));
      }
    std::vector<Blob> blobs;
    for (const auto& sum : sums) {
      if (sum.pixels == 0) continue;
      const auto pixels = static_cast<double>(sum.pixels);
      blobs.push_back(
          {.box = {static_cast<double>(sum.left), static_cast<double>(sum.top),
                   static_cast<double>(sum.right - sum.left + 1), static_cast<double>(sum.bottom - sum.top + 1)},
           .pixels = sum.pixels,
           .x = sum.x / pixels + 0.5,
           .y = sum.y / pixels + 0.5,
           .largest = sum.largest});
    }
    return blobs;
  });
}

}  // namespace sightglass::vision
