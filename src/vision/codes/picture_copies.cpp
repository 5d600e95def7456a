#include "vision/codes/picture_copies.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace sightglass::vision {

namespace {

using Matrix = std::array<double, 9>;

constexpr double clahe_limit = 4;

Matrix product(const Matrix& a, const Matrix& b) {
  Matrix answer{};
  for (std::size_t row = 0; row < 3; ++row) {
    for (std::size_t column = 0; column < 3; ++column) {
      for (std::size_t k = 0; k < 3; ++k) answer[row * 3 + column] += a[row * 3 + k] * b[k * 3 + column];
    }
  }
  return answer;
}

core::Result<GreyPicture> sharpened(const GreyPicture& picture) {
  constexpr double amount = 1.5;
  SG_ASSIGN(auto soft, blurred(picture, 2));
  for (std::size_t index = 0; index < soft.values.size(); ++index) {
    const double value = (1 + amount) * picture.values[index] - amount * soft.values[index];
    soft.values[index] = static_cast<std::uint8_t>(std::clamp(std::lround(value), 0L, 255L));
  }
  return soft;
}

GreyPicture inverted(GreyPicture picture) {
  for (auto& value : picture.values) value = static_cast<std::uint8_t>(255 - value);
  return picture;
}

std::int32_t frame_of(core::Size size) { return std::max(10, std::max(size.width, size.height) / 10); }

GreyPicture framed(const GreyPicture& picture) {
  const auto edge = frame_of(picture.size);
  const core::Size size{picture.size.width + 2 * edge, picture.size.height + 2 * edge};
  GreyPicture answer{size, std::vector<std::uint8_t>(static_cast<std::size_t>(size.pixels()), 255)};
  for (std::ptrdiff_t y = 0; y < picture.size.height; ++y) {
    std::copy_n(picture.values.begin() + y * picture.size.width, picture.size.width,
                answer.values.begin() + (y + edge) * size.width + edge);
  }
  return answer;
}

core::Result<GreyPicture> treated(const GreyPicture& picture, Treatment treatment) {
  switch (treatment) {
    case Treatment::plain: break;
    case Treatment::contrast: return equalised(picture, clahe_limit);
    case Treatment::sharpened: return sharpened(picture);
    case Treatment::blurred: return blurred(picture, 1);
    case Treatment::inverted: return inverted(picture);
    case Treatment::framed: return framed(picture);
  }
  return picture;
}

core::Result<PictureCopy> scaled(PictureCopy copy, double scale) {
  if (scale == 1) return copy;
  const auto side = [scale](std::int32_t length) {
    return std::max(1, static_cast<std::int32_t>(std::lround(length * scale)));
  };
  SG_ASSIGN(copy.picture, resized(copy.picture, {side(copy.picture.size.width), side(copy.picture.size.height)}));
  copy.to_original = product(copy.to_original, {1 / scale, 0, 0, 0, 1 / scale, 0, 0, 0, 1});
  return copy;
}

core::Result<PictureCopy> turned(PictureCopy copy, std::int32_t degrees) {
  if (degrees == 0) return copy;
  const double angle = degrees * std::numbers::pi / 180;
  const double cosine = std::cos(angle);
  const double sine = std::sin(angle);
  const auto [width, height] = copy.picture.size;
  const core::Size size{static_cast<std::int32_t>(std::lround(width * std::abs(cosine) + height * std::abs(sine))),
                        static_cast<std::int32_t>(std::lround(height * std::abs(cosine) + width * std::abs(sine)))};
  const double x = (size.width - 1) / 2.0;
  const double y = (size.height - 1) / 2.0;
  const Matrix back{cosine, sine,   (width - 1) / 2.0 - cosine * x - sine * y,
                    -sine,  cosine, (height - 1) / 2.0 + sine * x - cosine * y,
                    0,      0,      1};
  SG_ASSIGN(copy.picture, warped(copy.picture, back, {std::max(size.width, 1), std::max(size.height, 1)}));
  copy.to_original = product(copy.to_original, back);
  return copy;
}

}  // namespace

core::Result<PictureCopy> copy_of(const GreyPicture& picture, const Copy& wish) {
  const bool has_pixels = picture.size.width > 0 && picture.size.height > 0;
  if (!has_pixels || std::cmp_not_equal(picture.values.size(), picture.size.pixels()))
    return core::fail(core::invalid_input("picture", "a picture has not the pixels that its size says"));
  PictureCopy copy{.to_original = {1, 0, 0, 0, 1, 0, 0, 0, 1}};
  SG_ASSIGN(copy.picture, treated(picture, wish.treatment));
  if (wish.treatment == Treatment::framed) {
    const auto edge = static_cast<double>(frame_of(picture.size));
    copy.to_original = {1, 0, -edge, 0, 1, -edge, 0, 0, 1};
  }
  SG_ASSIGN(copy, scaled(std::move(copy), wish.scale));
  return turned(std::move(copy), wish.degrees);
}

core::Box box_on_original(const PictureCopy& copy, const core::Box& box) {
  const auto& m = copy.to_original;
  const std::array<std::pair<double, double>, 4> corners{
      {{box.x, box.y}, {box.right(), box.y}, {box.right(), box.bottom()}, {box.x, box.bottom()}}};
  double left = HUGE_VAL;
  double top = HUGE_VAL;
  double right = -HUGE_VAL;
  double bottom = -HUGE_VAL;
  for (const auto& [x, y] : corners) {
    const double across = m[0] * x + m[1] * y + m[2];
    const double down = m[3] * x + m[4] * y + m[5];
    left = std::min(left, across), right = std::max(right, across);
    top = std::min(top, down), bottom = std::max(bottom, down);
  }
  return {left, top, right - left, bottom - top};
}

}  // namespace sightglass::vision
