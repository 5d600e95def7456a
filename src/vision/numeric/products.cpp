#include "vision/numeric/products.hpp"

#include <algorithm>

// Highway compiles this file once per instruction set and picks one at run time.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "vision/numeric/products.cpp"
#include <hwy/foreach_target.h>  // IWYU pragma: keep
//
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace sightglass::vision {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

float Dot(const float* a, const float* b, std::size_t count) {
  const hn::ScalableTag<float> d;
  const std::size_t lanes = hn::Lanes(d);
  auto first = hn::Zero(d);
  auto second = hn::Zero(d);
  std::size_t i = 0;
  for (; i + 2 * lanes <= count; i += 2 * lanes) {
    first = hn::MulAdd(hn::LoadU(d, a + i), hn::LoadU(d, b + i), first);
    second = hn::MulAdd(hn::LoadU(d, a + i + lanes), hn::LoadU(d, b + i + lanes), second);
  }
  float sum = hn::GetLane(hn::SumOfLanes(d, hn::Add(first, second)));
  for (; i < count; ++i) sum += a[i] * b[i];
  return sum;
}

float SquaredDistance(const float* a, const float* b, std::size_t count) {
  const hn::ScalableTag<float> d;
  const std::size_t lanes = hn::Lanes(d);
  auto first = hn::Zero(d);
  auto second = hn::Zero(d);
  std::size_t i = 0;
  for (; i + 2 * lanes <= count; i += 2 * lanes) {
    const auto x = hn::Sub(hn::LoadU(d, a + i), hn::LoadU(d, b + i));
    const auto y = hn::Sub(hn::LoadU(d, a + i + lanes), hn::LoadU(d, b + i + lanes));
    first = hn::MulAdd(x, x, first);
    second = hn::MulAdd(y, y, second);
  }
  float sum = hn::GetLane(hn::SumOfLanes(d, hn::Add(first, second)));
  for (; i < count; ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
  return sum;
}

void SquaredDistances(const float* rows, std::size_t row_count, const float* point, std::size_t count, float* out) {
  for (std::size_t row = 0; row < row_count; ++row) out[row] = SquaredDistance(rows + row * count, point, count);
}

void AddScaled(float factor, const float* x, float* y, std::size_t count) {
  const hn::ScalableTag<float> d;
  const std::size_t lanes = hn::Lanes(d);
  const auto times = hn::Set(d, factor);
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes)
    hn::StoreU(hn::MulAdd(times, hn::LoadU(d, x + i), hn::LoadU(d, y + i)), d, y + i);
  for (; i < count; ++i) y[i] += factor * x[i];
}

// Two rows of a against four of b: eight sums in registers for six loads.
void Tile(const float* a, const float* b, std::size_t count, float* out, std::size_t out_stride) {
  const hn::ScalableTag<float> d;
  const std::size_t lanes = hn::Lanes(d);
  const float *a1 = a + count, *b1 = b + count, *b2 = b + 2 * count, *b3 = b + 3 * count;
  auto s00 = hn::Zero(d), s01 = hn::Zero(d), s02 = hn::Zero(d), s03 = hn::Zero(d);
  auto s10 = hn::Zero(d), s11 = hn::Zero(d), s12 = hn::Zero(d), s13 = hn::Zero(d);
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    const auto x0 = hn::LoadU(d, a + i), x1 = hn::LoadU(d, a1 + i);
    const auto y0 = hn::LoadU(d, b + i), y1 = hn::LoadU(d, b1 + i);
    const auto y2 = hn::LoadU(d, b2 + i), y3 = hn::LoadU(d, b3 + i);
    s00 = hn::MulAdd(x0, y0, s00);
    s01 = hn::MulAdd(x0, y1, s01);
    s02 = hn::MulAdd(x0, y2, s02);
    s03 = hn::MulAdd(x0, y3, s03);
    s10 = hn::MulAdd(x1, y0, s10);
    s11 = hn::MulAdd(x1, y1, s11);
    s12 = hn::MulAdd(x1, y2, s12);
    s13 = hn::MulAdd(x1, y3, s13);
  }
  const auto total = [&](auto sum, const float* x, const float* y) HWY_ATTR {
    float value = hn::GetLane(hn::SumOfLanes(d, sum));
    for (std::size_t k = i; k < count; ++k) value += x[k] * y[k];
    return value;
  };
  float* low = out + out_stride;
  out[0] = total(s00, a, b), out[1] = total(s01, a, b1), out[2] = total(s02, a, b2), out[3] = total(s03, a, b3);
  low[0] = total(s10, a1, b), low[1] = total(s11, a1, b1), low[2] = total(s12, a1, b2), low[3] = total(s13, a1, b3);
}

// Blocks of b are small enough to stay in the second cache while all of a passes them.
void MultiplyTransposed(const float* a, std::size_t a_rows, const float* b, std::size_t b_rows, std::size_t count,
                        float* out) {
  constexpr std::size_t cached_floats = 32'768;
  const std::size_t block = std::max<std::size_t>(4, cached_floats / std::max<std::size_t>(count, 1) / 4 * 4);
  for (std::size_t start = 0; start < b_rows; start += block) {
    const std::size_t end = std::min(b_rows, start + block);
    for (std::size_t i = 0; i < a_rows; i += 2) {
      std::size_t j = start;
      if (i + 2 <= a_rows)
        for (; j + 4 <= end; j += 4) Tile(a + i * count, b + j * count, count, out + i * b_rows + j, b_rows);
      for (std::size_t row = i; row < std::min(i + 2, a_rows); ++row)
        for (std::size_t k = j; k < end; ++k) out[row * b_rows + k] = Dot(a + row * count, b + k * count, count);
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace sightglass::vision
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sightglass::vision {

HWY_EXPORT(Dot);
HWY_EXPORT(SquaredDistance);
HWY_EXPORT(SquaredDistances);
HWY_EXPORT(AddScaled);
HWY_EXPORT(MultiplyTransposed);

float dot(std::span<const float> a, std::span<const float> b) {
  return HWY_DYNAMIC_DISPATCH(Dot)(a.data(), b.data(), a.size());
}

float squared_distance(std::span<const float> a, std::span<const float> b) {
  return HWY_DYNAMIC_DISPATCH(SquaredDistance)(a.data(), b.data(), a.size());
}

void squared_distances(const Matrix& rows, std::span<const float> point, std::span<float> out) {
  HWY_DYNAMIC_DISPATCH(SquaredDistances)(rows.values().data(), rows.rows(), point.data(), rows.columns(), out.data());
}

void add_scaled(float factor, std::span<const float> x, std::span<float> y) {
  HWY_DYNAMIC_DISPATCH(AddScaled)(factor, x.data(), y.data(), x.size());
}

void multiply_transposed(const Matrix& a, const Matrix& b, Matrix& out) {
  HWY_DYNAMIC_DISPATCH(MultiplyTransposed)
  (a.values().data(), a.rows(), b.values().data(), b.rows(), a.columns(), out.values().data());
}

}  // namespace sightglass::vision
#endif
