#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include "vision/opencv/translated.hpp"
#include "vision/pixels.hpp"

namespace sightglass::vision {

namespace {

cv::Mat numbers_of(const GreyPicture& picture) {
  const cv::Mat bytes(picture.size.height, picture.size.width, CV_8UC1,
                      const_cast<std::uint8_t*>(picture.values.data()));
  cv::Mat numbers;
  bytes.convertTo(numbers, CV_32F);
  return numbers;
}

}  // namespace

core::Result<PictureShift> shift_between(const GreyPicture& still, const GreyPicture& moved) {
  const auto pixels = static_cast<std::size_t>(std::max<std::int64_t>(still.size.pixels(), 0));
  if (pixels == 0 || still.size != moved.size || still.values.size() != pixels || moved.values.size() != pixels)
    return core::fail(core::invalid_input("picture", "two pictures to be compared must be of one size"));
  return opencv::translated([&]() -> core::Result<PictureShift> {
    cv::Mat window;
    cv::createHanningWindow(window, cv::Size(still.size.width, still.size.height), CV_32F);
    double clarity = 0;
    const cv::Point2d shift = cv::phaseCorrelate(numbers_of(still), numbers_of(moved), window, &clarity);
    return PictureShift{.x = shift.x, .y = shift.y, .clarity = clarity};
  });
}

}  // namespace sightglass::vision
