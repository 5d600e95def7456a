#include <opencv2/imgproc.hpp>

#include "vision/codes/picture_copies.hpp"
#include "vision/opencv/translated.hpp"

namespace sightglass::vision {

core::Result<GreyPicture> blurred(const GreyPicture& picture, double deviation) {
  return opencv::translated([&]() -> core::Result<GreyPicture> {
    auto answer = picture;
    cv::Mat pixels(answer.size.height, answer.size.width, CV_8UC1, answer.values.data());
    cv::GaussianBlur(pixels, pixels, cv::Size(), deviation);
    return answer;
  });
}

}  // namespace sightglass::vision
