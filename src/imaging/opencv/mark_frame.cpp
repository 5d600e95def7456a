#include "imaging/opencv/mark_frame.hpp"

#include <algorithm>
#include <array>
#include <exception>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <string_view>
#include <utility>

namespace sightglass::imaging::opencv {

namespace {

using core::Result;

// Red, green, blue, as rasters are.
const cv::Scalar green(46, 160, 67);
const cv::Scalar red(218, 54, 51);
const cv::Scalar amber(255, 176, 0);
const cv::Scalar white(245, 245, 245);
const cv::Scalar dark(24, 26, 30);
constexpr int font = cv::FONT_HERSHEY_SIMPLEX;

void paint_map(cv::Mat& picture, const FrameMarks& marks) {
  if (marks.region.is_empty() || marks.map_size.pixels() < 1 || !(marks.hottest > marks.coolest)) return;
  const cv::Rect place(static_cast<int>(marks.region.x), static_cast<int>(marks.region.y),
                       static_cast<int>(marks.region.width), static_cast<int>(marks.region.height));
  const cv::Mat cells(marks.map_size.height, marks.map_size.width, CV_32F, const_cast<float*>(marks.map.data()));
  cv::Mat heat;
  cv::resize(cells, heat, place.size(), 0, 0, cv::INTER_LINEAR);
  cv::Mat part = picture(place);
  constexpr float strongest = 0.6F;  // the part is still to be seen under it
  for (int y = 0; y < part.rows; ++y) {
    const auto* z = heat.ptr<float>(y);
    auto* pixel = part.ptr<cv::Vec3b>(y);
    for (int x = 0; x < part.cols; ++x) {
      const float share = std::clamp((z[x] - marks.coolest) / (marks.hottest - marks.coolest), 0.0F, 1.0F);
      if (share <= 0) continue;
      const std::array<float, 3> colour{255, 200 * (1 - share), 0};  // yellow to red
      for (int channel = 0; channel < 3; ++channel) {
        const auto was = static_cast<float>(pixel[x][channel]);
        const float is = was + strongest * share * (colour[static_cast<std::size_t>(channel)] - was);
        pixel[x][channel] = cv::saturate_cast<std::uint8_t>(is);
      }
    }
  }
}

void draw_boxes(cv::Mat& picture, const FrameMarks& marks, int thickness) {
  for (const auto& box : marks.boxes) {
    const cv::Rect rectangle(cvFloor(box.x), cvFloor(box.y), std::max(1, cvCeil(box.width)),
                             std::max(1, cvCeil(box.height)));
    cv::rectangle(picture, rectangle, dark, thickness + 2);
    cv::rectangle(picture, rectangle, red, thickness);
  }
}

// As large as `height` allows, and smaller when it would not fit into `width`; what is still too long is cut.
struct Line {
  std::string words;
  double scale = 1;
  cv::Size size{};
};

Line fitted(std::string words, int height, int width) {
  constexpr double smallest = 0.3;
  int baseline = 0;
  const auto size_of = [&](double scale) { return cv::getTextSize(words, font, scale, scale > 1 ? 2 : 1, &baseline); };
  const double tall = std::max(smallest, 0.5 * height / std::max(1, size_of(1).height));
  const double wide = tall * width / std::max(1, size_of(tall).width);
  const double scale = std::max(smallest, std::min(tall, wide));
  while (words.size() > 1 && size_of(scale).width > width) words.pop_back();
  const auto size = size_of(scale);
  return {std::move(words), scale, size};
}

void write(cv::Mat& bar, const Line& line, cv::Point corner, const cv::Scalar& colour) {
  cv::putText(bar, line.words, corner, font, line.scale, colour, line.scale > 1 ? 2 : 1, cv::LINE_AA);
}

void draw_bar(cv::Mat bar, const FrameMarks& marks) {
  bar.setTo(dark);
  const int lines = static_cast<int>(std::max<std::size_t>(1, marks.lines.size()));
  const int height = bar.rows / lines;
  const int gap = std::max(2, height / 4);
  int width = bar.cols - 2 * gap;
  if (!marks.warning.empty()) {
    const auto warning = fitted(drawable(marks.warning), height, width / 3);
    write(bar, warning, {bar.cols - gap - warning.size.width, (height + warning.size.height) / 2}, amber);
    width -= warning.size.width + 2 * gap;
  }
  for (int i = 0; i < std::min(lines, static_cast<int>(marks.lines.size())); ++i) {
    const bool is_first = i == 0;
    const auto line =
        fitted(drawable(marks.lines[static_cast<std::size_t>(i)]), height, is_first ? width : bar.cols - 2 * gap);
    const auto& colour = !is_first ? white : marks.is_good ? green : red;
    write(bar, line, {gap, i * height + (height + line.size.height) / 2}, colour);
  }
}

Result<core::Raster> draw(const core::Raster& frame, const FrameMarks& marks) {
  cv::setNumThreads(1);
  const auto [width, height] = frame.size;
  const int line_height = std::clamp(height / 24, 18, 80);
  const int bar = line_height * static_cast<int>(std::max<std::size_t>(1, marks.lines.size()));
  core::Raster drawn{.size = {width, height + bar}};
  drawn.rgb.resize(3 * static_cast<std::size_t>(drawn.size.pixels()));
  std::ranges::copy(frame.rgb, drawn.rgb.begin());
  cv::Mat whole(drawn.size.height, width, CV_8UC3, drawn.rgb.data());
  cv::Mat picture = whole.rowRange(0, height);
  paint_map(picture, marks);
  draw_boxes(picture, marks, std::max(2, std::min(width, height) / 400));
  draw_bar(whole.rowRange(height, drawn.size.height), marks);
  return drawn;
}

}  // namespace

std::string drawable(const std::string& words) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 14> known{{{"ä", "ae"},
                                                                                        {"ö", "oe"},
                                                                                        {"ü", "ue"},
                                                                                        {"Ä", "Ae"},
                                                                                        {"Ö", "Oe"},
                                                                                        {"Ü", "Ue"},
                                                                                        {"ß", "ss"},
                                                                                        {"–", "-"},
                                                                                        {"—", "-"},
                                                                                        {"·", "-"},
                                                                                        {"×", "x"},
                                                                                        {"≤", "<="},
                                                                                        {"≥", ">="},
                                                                                        {"…", "..."}}};
  std::string plain;
  for (std::size_t i = 0; i < words.size();) {
    const auto rest = std::string_view(words).substr(i);
    const auto* const letter =
        std::ranges::find_if(known, [&](const auto& one) { return rest.starts_with(one.first); });
    if (letter != known.end()) {
      plain += letter->second;
      i += letter->first.size();
      continue;
    }
    const auto byte = static_cast<unsigned char>(words[i++]);
    if (byte < 0x80) plain += byte < 0x20 || byte == 0x7f ? ' ' : static_cast<char>(byte);
    // One mark for all bytes of a character.
    if (byte >= 0xc0 || (byte >= 0x80 && (plain.empty() || plain.back() != '?'))) plain += '?';
  }
  return plain;
}

core::Result<core::Raster> marked(const core::Raster& frame, const FrameMarks& marks) {
  try {
    return draw(frame, marks);
  } catch (const cv::Exception& exception) {
    if (exception.code == cv::Error::StsNoMem)
      return core::fail(core::ErrorCode::too_large, "not enough memory to draw on this frame");
    return core::fail(core::internal_error("the frame could not be drawn on", exception.err));
  }
}

}  // namespace sightglass::imaging::opencv
