#include "vision/meters/find_plates.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <optional>
#include <tuple>

#include "vision/opencv/translated.hpp"
#include "vision/pixels.hpp"

namespace sightglass::vision {

namespace {

using core::Result;
using Corners = std::array<cv::Point2f, 4>;

// Plates are looked for on a picture whose longer side is this.
constexpr double side = 512;
// Gaps as wide as this between the parts of a plate are its digits.
constexpr int gap = 9;
constexpr double least_fill = 0.75;
constexpr double steepest = 15;

struct Plate {
  Quadrangle corners{};
  double score = 0;
  bool is_dark = true;
};

Quadrangle in_reading_order(const cv::RotatedRect& box, double scale) {
  Corners points{};
  box.points(points.data());
  std::ranges::sort(points, {}, &cv::Point2f::x);
  if (points[0].y > points[1].y) std::swap(points[0], points[1]);
  if (points[2].y > points[3].y) std::swap(points[2], points[3]);
  const std::array<cv::Point2f, 4> clockwise{points[0], points[2], points[3], points[1]};
  Quadrangle corners{};
  for (std::size_t i = 0; i < 4; ++i) {
    corners[2 * i] = (clockwise[i].x + 0.5) / scale;
    corners[2 * i + 1] = (clockwise[i].y + 0.5) / scale;
  }
  return corners;
}

bool is_lying(const cv::RotatedRect& box) {
  const double longer = std::max(box.size.width, box.size.height);
  const double shorter = std::min(box.size.width, box.size.height);
  const double angle = std::fmod(std::abs(static_cast<double>(box.angle)), 90);
  return shorter >= 8 && longer > 1.7 * shorter && longer < 8 * shorter && std::min(angle, 90 - angle) <= steepest;
}

std::optional<Plate> plate_of(const cv::Mat& labels, const cv::Mat& part, int label, double scale) {
  const cv::Rect around(part.at<int>(cv::CC_STAT_LEFT), part.at<int>(cv::CC_STAT_TOP), part.at<int>(cv::CC_STAT_WIDTH),
                        part.at<int>(cv::CC_STAT_HEIGHT));
  const double area = part.at<int>(cv::CC_STAT_AREA);
  const double whole = labels.size().area();
  // What fills a corner of the picture is what the plate lies on, or a shadow.
  const bool is_corner = around.x == 0 && (around.y == 0 || around.br().y == labels.rows);
  const bool is_small = around.width < 0.12 * labels.cols || around.height < 0.06 * labels.rows;
  if (is_corner || is_small || area > 0.6 * whole) return std::nullopt;
  std::vector<cv::Point> points;
  cv::findNonZero(labels(around) == label, points);
  for (auto& point : points) point += around.tl();
  const auto box = cv::minAreaRect(points);
  if (around.width <= around.height) return std::nullopt;
  const double fill = area / std::max(1.0, static_cast<double>(box.size.area()));
  if (!is_lying(box) || fill < least_fill) return std::nullopt;
  return Plate{.corners = in_reading_order(box, scale), .score = fill * std::sqrt(area / whole)};
}

void add_plates(const cv::Mat& grey, double level, bool is_dark, double scale, std::vector<Plate>& plates) {
  cv::Mat mask = is_dark ? cv::Mat(grey < level) : cv::Mat(grey >= level);
  cv::morphologyEx(mask, mask, cv::MORPH_CLOSE, cv::Mat::ones(gap, gap, CV_8U));
  cv::Mat labels;
  cv::Mat parts;
  cv::Mat middles;
  const int count = cv::connectedComponentsWithStats(mask, labels, parts, middles);
  for (int label = 1; label < count; ++label) {
    auto plate = plate_of(labels, parts.row(label), label, scale);
    if (!plate) continue;
    plate->is_dark = is_dark;
    plates.push_back(*plate);
  }
}

cv::Point2d middle_of(const Quadrangle& c) {
  return {(c[0] + c[2] + c[4] + c[6]) / 4, (c[1] + c[3] + c[5] + c[7]) / 4};
}

double width_of(const Quadrangle& c) { return std::hypot(c[2] - c[0], c[3] - c[1]); }

// One plate is found at many levels.
bool is_same(const Quadrangle& a, const Quadrangle& b) {
  const double wider = std::max(width_of(a), width_of(b));
  const auto apart = middle_of(a) - middle_of(b);
  return std::hypot(apart.x, apart.y) < 0.1 * wider && std::min(width_of(a), width_of(b)) > 0.85 * wider;
}

std::vector<Quadrangle> best_of(std::vector<Plate> plates, std::size_t most) {
  std::ranges::sort(plates, [](const Plate& a, const Plate& b) {
    return std::tuple(b.is_dark, b.score, a.corners) < std::tuple(a.is_dark, a.score, b.corners);
  });
  std::vector<Quadrangle> best;
  for (const auto& plate : plates) {
    if (best.size() == most) break;
    if (std::ranges::none_of(best, [&](const Quadrangle& one) { return is_same(one, plate.corners); }))
      best.push_back(plate.corners);
  }
  return best;
}

}  // namespace

Result<std::vector<Quadrangle>> find_plates(const core::Raster& picture, std::size_t most) {
  const double scale = std::min(1.0, side / std::max(picture.size.width, picture.size.height));
  const core::Size size{std::max(1, static_cast<std::int32_t>(std::lround(picture.size.width * scale))),
                        std::max(1, static_cast<std::int32_t>(std::lround(picture.size.height * scale)))};
  SG_ASSIGN(const auto full, grey_of(picture));
  SG_ASSIGN(auto small, resized(full, size));
  return opencv::translated([&]() -> Result<std::vector<Quadrangle>> {
    cv::Mat grey(size.height, size.width, CV_8U, small.values.data());
    cv::GaussianBlur(grey, grey, {}, 1.5);
    cv::Mat split;
    std::vector<double> levels{cv::threshold(grey, split, 0, 255, cv::THRESH_BINARY | cv::THRESH_OTSU)};
    for (double level = 40; level < 236; level += 12) levels.push_back(level);
    std::vector<Plate> plates;
    for (const bool is_dark : {true, false})
      for (const double level : levels) add_plates(grey, level, is_dark, scale, plates);
    return best_of(std::move(plates), most);
  });
}

}  // namespace sightglass::vision
