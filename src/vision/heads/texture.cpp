#include "vision/heads/texture.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "vision/numeric/matrix.hpp"
#include "vision/pixels.hpp"

namespace sightglass::vision {

namespace {

constexpr std::int32_t longer_side = 256;

// Beyond its edges a picture goes on as its mirror image.
std::size_t mirrored(std::ptrdiff_t at, std::size_t length) {
  const auto size = static_cast<std::ptrdiff_t>(length);
  if (size == 1) return 0;
  const std::ptrdiff_t period = 2 * (size - 1);
  at = (at % period + period) % period;
  return static_cast<std::size_t>(at < size ? at : period - at);
}

// Each row with a Gaussian, and turned, so that twice is a blur of both directions.
Matrix blurred_and_turned(const Matrix& picture, const std::vector<float>& weights) {
  Matrix answer(picture.columns(), picture.rows());
  const auto reach = static_cast<std::ptrdiff_t>(weights.size() / 2);
  for (std::size_t y = 0; y < picture.rows(); ++y)
    for (std::size_t x = 0; x < picture.columns(); ++x) {
      float sum = 0;
      for (std::ptrdiff_t k = -reach; k <= reach; ++k)
        sum += weights[static_cast<std::size_t>(k + reach)] *
               picture(y, mirrored(static_cast<std::ptrdiff_t>(x) + k, picture.columns()));
      answer(x, y) = sum;
    }
  return answer;
}

Matrix blurred(const Matrix& picture, double deviation) {
  const auto reach = static_cast<int>(std::ceil(3 * deviation));
  std::vector<float> weights;
  double sum = 0;
  for (int k = -reach; k <= reach; ++k) sum += std::exp(-0.5 * k * k / (deviation * deviation));
  for (int k = -reach; k <= reach; ++k)
    weights.push_back(static_cast<float>(std::exp(-0.5 * k * k / (deviation * deviation)) / sum));
  return blurred_and_turned(blurred_and_turned(picture, weights), weights);
}

double deviation_of(std::span<const float> values) {
  double sum = 0;
  double squares = 0;
  for (const float value : values) {
    sum += static_cast<double>(value);
    squares += static_cast<double>(value) * static_cast<double>(value);
  }
  const auto count = static_cast<double>(values.size());
  return std::sqrt(std::max(0.0, squares / count - sum / count * (sum / count)));
}

void append_scale(const Matrix& picture, double scale, std::vector<float>& numbers) {
  Matrix rest = blurred(picture, scale);
  const Matrix wide = blurred(picture, 2.5 * scale);
  for (std::size_t i = 0; i < rest.values().size(); ++i) rest.values()[i] -= wide.values()[i];
  const double deviation = deviation_of(rest.values()) + 0.3;  // below a third of a grey level there is no texture
  double third = 0;
  double fourth = 0;
  std::vector<double> sorted;
  for (const float value : rest.values()) {
    const double z = static_cast<double>(value) / deviation;
    third += z * z * z;
    fourth += z * z * z * z;
    sorted.push_back(static_cast<double>(value));
  }
  const auto count = static_cast<double>(sorted.size());
  std::ranges::sort(sorted);
  numbers.push_back(static_cast<float>(std::log(deviation)));
  numbers.push_back(static_cast<float>(std::clamp(third / count, -5.0, 5.0)));
  numbers.push_back(static_cast<float>(std::log(fourth / count + 1e-6)));
  std::array<double, 6> tails{};
  constexpr std::array shares{0.002, 0.01, 0.05, 0.95, 0.99, 0.998};
  for (std::size_t i = 0; i < shares.size(); ++i) {
    const double at = shares[i] * (count - 1);
    const auto low = static_cast<std::size_t>(at);
    const std::size_t high = std::min(low + 1, sorted.size() - 1);
    tails[i] = sorted[low] + (at - static_cast<double>(low)) * (sorted[high] - sorted[low]);
    numbers.push_back(static_cast<float>(std::copysign(std::log1p(std::abs(tails[i]) / deviation), tails[i])));
  }
  numbers.push_back(
      static_cast<float>(std::log1p(std::max(0.0, tails.back())) - std::log1p(std::max(0.0, -tails.front()))));
}

}  // namespace

core::Result<std::vector<float>> texture_of(const core::Raster& picture) {
  SG_ASSIGN(const GreyPicture grey, grey_of(picture));
  const double factor = static_cast<double>(longer_side) / std::max(grey.size.width, grey.size.height);
  const core::Size size{std::max(1, static_cast<std::int32_t>(std::lround(grey.size.width * factor))),
                        std::max(1, static_cast<std::int32_t>(std::lround(grey.size.height * factor)))};
  SG_ASSIGN(const GreyPicture small, resized(grey, size));
  Matrix values(static_cast<std::size_t>(size.height), static_cast<std::size_t>(size.width));
  for (std::size_t i = 0; i < small.values.size(); ++i) values.values()[i] = static_cast<float>(small.values[i]);
  std::vector<float> numbers;
  for (const double scale : {1.0, 2.0, 4.0, 8.0}) append_scale(values, scale, numbers);
  numbers.push_back(static_cast<float>(std::log1p(std::max(1.0, deviation_of(values.values())))));
  return numbers;
}

}  // namespace sightglass::vision
