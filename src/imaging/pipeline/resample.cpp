#include "imaging/pipeline/resample.hpp"

#include <algorithm>
#include <vector>

#include "imaging/pipeline/resample_weights.hpp"

// Highway compiles this file once per instruction set and picks one at run time.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "imaging/pipeline/resample.cpp"
#include <hwy/foreach_target.h>  // IWYU pragma: keep
//
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace sightglass::imaging::pipeline {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

// Between the two passes samples carry six fractional bits: 255 << 6 leaves room for Lanczos overshoot in 16 bits.
constexpr int between_bits = 6;
constexpr int first_shift = weight_bits - between_bits;
constexpr int second_shift = weight_bits + between_bits;

// One row out of `taps` rows: out[x] = sum of weights[k] · rows[k][x], for `width` samples rounded up to a
// whole vector. Rows must be readable and `out` writable that far.
void BlendRows(const std::uint8_t* const* rows, const std::int16_t* weights, std::int32_t taps, std::int32_t width,
               std::int16_t* out) {
  const hn::ScalableTag<std::int16_t> d16;
  const hn::Repartition<std::int32_t, decltype(d16)> d32;
  const hn::Rebind<std::uint8_t, decltype(d16)> d8;
  const auto lanes = static_cast<std::int32_t>(hn::Lanes(d16));
  const auto half = hn::Set(d32, 1 << (first_shift - 1));
  for (std::int32_t x = 0; x < width; x += lanes) {
    auto low = hn::Zero(d32);
    auto low_odd = hn::Zero(d32);
    auto high = hn::Zero(d32);
    auto high_odd = hn::Zero(d32);
    for (std::int32_t tap = 0; tap < taps; tap += 2) {
      const auto upper = hn::PromoteTo(d16, hn::LoadU(d8, rows[tap] + x));
      const auto lower = hn::PromoteTo(d16, hn::LoadU(d8, rows[tap + 1] + x));
      // Both weights side by side in one 32-bit lane, as the multiply-add of pairs wants them.
      const auto both = static_cast<std::uint16_t>(weights[tap]) |
                        static_cast<std::uint32_t>(static_cast<std::uint16_t>(weights[tap + 1])) << 16;
      const auto pair = hn::BitCast(d16, hn::Set(d32, static_cast<std::int32_t>(both)));
      low = hn::ReorderWidenMulAccumulate(d32, hn::InterleaveLower(d16, upper, lower), pair, low, low_odd);
      high = hn::ReorderWidenMulAccumulate(d32, hn::InterleaveUpper(d16, upper, lower), pair, high, high_odd);
    }
    // Packing works per 128-bit block, as interleaving did, so the order of the samples is restored.
    const auto first = hn::ShiftRight<first_shift>(hn::Add(hn::RearrangeToOddPlusEven(low, low_odd), half));
    const auto second = hn::ShiftRight<first_shift>(hn::Add(hn::RearrangeToOddPlusEven(high, high_odd), half));
    hn::StoreU(hn::ReorderDemote2To(d16, first, second), d16, out + x);
  }
}

// One target row from one row of 16-bit samples.
void ShrinkRow(const std::int16_t* row, const std::int32_t* starts, const std::int16_t* weights, std::int32_t taps,
               std::int32_t width, std::uint8_t* out) {
  const hn::FixedTag<std::int16_t, 8> d16;
  const hn::FixedTag<std::int32_t, 4> d32;
  const hn::FixedTag<std::int16_t, 4> d16_half;
  const hn::FixedTag<std::uint8_t, 4> d8;
  const auto sum_of = [&](std::int32_t x) HWY_ATTR {
    auto sum = hn::Zero(d32);
    auto odd = hn::Zero(d32);
    const auto* samples = row + starts[x];
    const auto* factors = weights + static_cast<std::ptrdiff_t>(x) * taps;
    for (std::int32_t tap = 0; tap < taps; tap += 8) {
      sum = hn::ReorderWidenMulAccumulate(d32, hn::LoadU(d16, samples + tap), hn::LoadU(d16, factors + tap), sum, odd);
    }
    return hn::Add(sum, odd);
  };
  const auto half = hn::Set(d32, 1 << (second_shift - 1));
  for (std::int32_t x = 0; x < width; x += 4) {
    // The last group steps back so that it ends at the row's end; callers pad widths below four.
    const auto at = width >= 4 ? std::min(x, width - 4) : 0;
    const auto a = sum_of(at);
    const auto b = sum_of(at + 1);
    const auto c = sum_of(at + 2);
    const auto d = sum_of(at + 3);
    // Adds up the four lanes of each of a, b, c and d, for all of them at once.
    const auto ab = hn::Add(hn::InterleaveLower(d32, a, b), hn::InterleaveUpper(d32, a, b));
    const auto cd = hn::Add(hn::InterleaveLower(d32, c, d), hn::InterleaveUpper(d32, c, d));
    const auto sums = hn::Add(hn::ConcatLowerLower(d32, cd, ab), hn::ConcatUpperUpper(d32, cd, ab));
    const auto narrow = hn::DemoteTo(d16_half, hn::ShiftRight<second_shift>(hn::Add(sums, half)));
    hn::StoreU(hn::DemoteTo(d8, narrow), d8, out + at);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace sightglass::imaging::pipeline
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sightglass::imaging::pipeline {

namespace {

HWY_EXPORT(BlendRows);
HWY_EXPORT(ShrinkRow);

// Widest vector read past a row's end: 64 bytes of AVX-512, twice for 16-bit samples.
constexpr std::int32_t slack = 64;

// The last rows of a plane are copied, so that vectors may read past them.
class RowSource {
 public:
  explicit RowSource(const Plane& plane) : plane_(plane) {
    const auto guarded = std::min(plane.height, slack / std::max(plane.width, 1) + 1);
    first_guarded_ = plane.height - guarded;
    const auto count = static_cast<std::size_t>(guarded) * static_cast<std::size_t>(plane.width);
    tail_.resize(count + slack);
    std::copy_n(plane.row(first_guarded_), count, tail_.data());
  }
  const std::uint8_t* row(std::int32_t y) const {
    const auto inside = std::min(y, plane_.height - 1);
    if (inside < first_guarded_) return plane_.row(inside);
    return tail_.data() + static_cast<std::ptrdiff_t>(inside - first_guarded_) * plane_.width;
  }

 private:
  const Plane& plane_;
  std::int32_t first_guarded_ = 0;
  std::vector<std::uint8_t> tail_;
};

// Until a target is chosen, each call through the table asks the processor anew: in a virtual machine that is a trap
// per row, 20 ms over a process's first picture.
void choose_instructions() {
  auto& chosen = hwy::GetChosenTarget();
  if (!chosen.IsInitialized()) chosen.Update(hwy::SupportedTargets());
}

}  // namespace

Plane resample(const Plane& source, const AxisMap& horizontal, const AxisMap& vertical) {
  const auto across = lanczos_weights(horizontal);
  const auto down = lanczos_weights(vertical);
  auto target = Plane::of_size(horizontal.target_length, vertical.target_length);
  // Groups of four target pixels are made at once: narrow targets go through a padded row.
  const auto made = std::max(target.width, 4);
  std::vector<std::int32_t> starts(across.starts);
  std::vector<std::int16_t> weights(across.weights);
  starts.resize(static_cast<std::size_t>(made));
  weights.resize(static_cast<std::size_t>(made) * static_cast<std::size_t>(across.taps));
  std::vector<std::uint8_t> narrow(static_cast<std::size_t>(made));
  std::vector<std::int16_t> between(static_cast<std::size_t>(source.width + across.taps + slack));
  std::vector<const std::uint8_t*> rows(static_cast<std::size_t>(down.taps));
  const RowSource source_rows(source);
  choose_instructions();
  const auto blend = HWY_DYNAMIC_DISPATCH(BlendRows);
  const auto shrink = HWY_DYNAMIC_DISPATCH(ShrinkRow);
  for (std::int32_t y = 0; y < target.height; ++y) {
    const auto start = down.starts[static_cast<std::size_t>(y)];
    for (std::int32_t tap = 0; tap < down.taps; ++tap) {
      rows[static_cast<std::size_t>(tap)] = source_rows.row(start + tap);
    }
    blend(rows.data(), down.of(y), down.used_taps, source.width, between.data());
    const bool is_narrow = target.width < made;
    shrink(between.data(), starts.data(), weights.data(), across.taps, made, is_narrow ? narrow.data() : target.row(y));
    if (is_narrow) std::copy_n(narrow.data(), target.width, target.row(y));
  }
  return target;
}

}  // namespace sightglass::imaging::pipeline
#endif  // HWY_ONCE
