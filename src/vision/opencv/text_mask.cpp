#include "vision/text/text_mask.hpp"

#include <algorithm>
#include <cmath>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <optional>

#include "vision/opencv/translated.hpp"

namespace sightglass::vision {

namespace {

using opencv::translated;
using Corners = std::array<cv::Point2f, 4>;

core::Result<cv::Mat> matrix_of(const Tensor& mask) {
  const auto& shape = mask.shape;
  const bool has_planes =
      shape.size() > 2 && std::any_of(shape.begin(), shape.end() - 2, [](auto n) { return n != 1; });
  if (shape.size() < 2 || has_planes || count_of(shape) != static_cast<std::int64_t>(mask.values.size())) {
    return core::fail(core::invalid_input("mask", "a mask of text has one plane of rows and columns"));
  }
  // A view; nothing below writes to it.
  return cv::Mat(static_cast<int>(shape.end()[-2]), static_cast<int>(shape.back()), CV_32F,
                 const_cast<float*>(mask.values.data()));
}

// Mean probability inside the rectangle.
double score_inside(const cv::Mat& mask, const cv::RotatedRect& box) {
  Corners points{};
  box.points(points.data());
  const cv::Rect around = box.boundingRect() & cv::Rect(0, 0, mask.cols, mask.rows);
  if (around.empty()) return 0;
  cv::Mat inside = cv::Mat::zeros(around.size(), CV_8U);
  std::array<cv::Point, 4> polygon{};
  for (std::size_t corner = 0; corner < 4; ++corner) {
    polygon[corner] = cv::Point(cvRound(points[corner].x), cvRound(points[corner].y)) - around.tl();
  }
  cv::fillConvexPoly(inside, polygon.data(), 4, cv::Scalar(1));
  return cv::mean(mask(around), inside)[0];
}

// OpenCV begins anywhere; the left top of upright text has the least x + y, and the points go clockwise on a picture.
std::array<double, 8> in_reading_order(const cv::RotatedRect& box) {
  Corners points{};
  box.points(points.data());
  std::ranges::rotate(points, std::ranges::min_element(points, {}, [](const auto& p) { return p.x + p.y; }));
  const auto along = points[1] - points[0];
  const auto down = points[3] - points[0];
  if (along.x * down.y - along.y * down.x < 0) std::swap(points[1], points[3]);
  std::array<double, 8> corners{};
  for (std::size_t corner = 0; corner < 4; ++corner) {
    // From pixels' centres to their edges.
    corners[2 * corner] = points[corner].x + 0.5;
    corners[2 * corner + 1] = points[corner].y + 0.5;
  }
  return corners;
}

std::optional<TextMaskBox> box_around(const std::vector<cv::Point>& contour, const cv::Mat& mask,
                                      const TextMaskRules& rules) {
  auto box = cv::minAreaRect(contour);
  if (std::min(box.size.width, box.size.height) < rules.least_side) return std::nullopt;
  const double score = score_inside(mask, box);
  if (score < rules.least_score) return std::nullopt;
  const double area = static_cast<double>(box.size.width) * box.size.height;
  const double grown = area * rules.growth / (2 * (static_cast<double>(box.size.width) + box.size.height));
  box.size.width += static_cast<float>(2 * grown);
  box.size.height += static_cast<float>(2 * grown);
  if (std::min(box.size.width, box.size.height) < rules.least_grown_side) return std::nullopt;
  return TextMaskBox{in_reading_order(box), std::clamp(score, 0.0, 1.0)};
}

}  // namespace

core::Result<std::vector<TextMaskBox>> boxes_on_mask(const Tensor& mask, const TextMaskRules& rules) {
  SG_ASSIGN(const auto probabilities, matrix_of(mask));
  return translated([&]() -> core::Result<std::vector<TextMaskBox>> {
    const cv::Mat is_text = probabilities > rules.least_probability;
    std::vector<std::vector<cv::Point>> contours;
    cv::findContours(is_text, contours, cv::RETR_EXTERNAL, cv::CHAIN_APPROX_SIMPLE);
    std::vector<TextMaskBox> boxes;
    for (const auto& contour : contours) {
      if (auto box = box_around(contour, probabilities, rules)) boxes.push_back(*box);
    }
    std::ranges::sort(boxes, std::greater{}, &TextMaskBox::score);
    if (boxes.size() > rules.most_boxes) boxes.resize(rules.most_boxes);
    return boxes;
  });
}

}  // namespace sightglass::vision
