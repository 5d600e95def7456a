#include "vision/anomaly/global_part.hpp"

#include <algorithm>
#include <cmath>

#include "vision/numeric/cholesky.hpp"
#include "vision/numeric/products.hpp"

namespace sightglass::vision {

namespace {

constexpr std::size_t most_pictures = 256;

// The shrinkage of Ledoit and Wolf's lemma 3.3, from the products of the centred rows alone.
double shrinkage_of(const Matrix& products, std::size_t dimensions) {
  const auto n = static_cast<double>(products.rows());
  const auto d = static_cast<double>(dimensions);
  double trace = 0;
  double fourth = 0;
  double squares = 0;
  for (std::size_t i = 0; i < products.rows(); ++i) {
    const double own = static_cast<double>(products(i, i));
    trace += own / n;
    fourth += own * own;
    for (const float value : products.row(i)) squares += static_cast<double>(value) * static_cast<double>(value);
  }
  squares /= n * n;  // |S|²
  const double spread = squares - trace * trace / d;
  const double noise = (fourth / n - squares) / n;
  if (!(spread > 0)) return 1;
  return std::clamp(noise / spread, 1e-3, 1.0);
}

}  // namespace

core::Result<GlobalPart> GlobalPart::fit(const Matrix& rows) {
  const std::size_t count = std::min(rows.rows(), most_pictures);
  const std::size_t dimensions = rows.columns();
  std::vector<double> mean(dimensions);
  std::vector<double> variance(dimensions);
  const auto n = static_cast<double>(rows.rows());
  for (std::size_t i = 0; i < rows.rows(); ++i)
    for (std::size_t j = 0; j < dimensions; ++j) mean[j] += static_cast<double>(rows(i, j)) / n;
  double all = 0;
  for (std::size_t j = 0; j < dimensions; ++j) {
    for (std::size_t i = 0; i < rows.rows(); ++i) {
      const double difference = static_cast<double>(rows(i, j)) - mean[j];
      variance[j] += difference * difference / n;
    }
    all += variance[j] / static_cast<double>(dimensions);
  }
  if (!(all > 1e-12))
    return core::fail(core::internal_error("The pictures do not differ; there is nothing to learn from."));
  std::vector<float> scale(dimensions);
  // A value that hardly varies must not become the loudest: a hundredth of the mean variance is the least.
  for (std::size_t j = 0; j < dimensions; ++j)
    scale[j] = static_cast<float>(1 / std::sqrt(std::max(variance[j], all / 100)));
  Matrix centred(count, dimensions);
  for (std::size_t i = 0; i < count; ++i) {
    const auto row = rows.row(i * rows.rows() / count);
    for (std::size_t j = 0; j < dimensions; ++j)
      centred(i, j) = static_cast<float>((static_cast<double>(row[j]) - mean[j]) * static_cast<double>(scale[j]));
  }
  Matrix products(count, count);
  multiply_transposed(centred, centred, products);
  const double shrinkage = shrinkage_of(products, dimensions);
  return restore({mean.begin(), mean.end()}, std::move(scale), std::move(centred), shrinkage);
}

core::Result<GlobalPart> GlobalPart::restore(std::vector<float> mean, std::vector<float> scale, Matrix centred,
                                             double shrinkage) {
  GlobalPart part;
  part.mean_ = std::move(mean);
  part.scale_ = std::move(scale);
  part.centred_ = std::move(centred);
  part.shrinkage_ = shrinkage;
  const std::size_t count = part.centred_.rows();
  Matrix products(count, count);
  multiply_transposed(part.centred_, part.centred_, products);
  double trace = 0;
  for (std::size_t i = 0; i < count; ++i) trace += static_cast<double>(products(i, i));
  part.ridge_ = shrinkage * trace / static_cast<double>(count * part.centred_.columns());
  if (!(part.ridge_ > 0) || !std::isfinite(part.ridge_))
    return core::fail(core::internal_error("The spread of whole pictures is not a positive number."));
  // At full shrinkage nothing of the pictures' own directions is left.
  const double weight = std::max(1 - shrinkage, 1e-9) / static_cast<double>(count);
  part.lower_ = RealMatrix(count, count);
  for (std::size_t i = 0; i < count; ++i)
    for (std::size_t j = 0; j <= i; ++j)
      part.lower_(i, j) = static_cast<double>(products(i, j)) + (i == j ? part.ridge_ / weight : 0);
  SG_TRY(cholesky(part.lower_));
  return part;
}

double GlobalPart::distance(std::span<const float> embedding) const {
  std::vector<float> standard(mean_.size());
  for (std::size_t j = 0; j < standard.size(); ++j) standard[j] = (embedding[j] - mean_[j]) * scale_[j];
  std::vector<double> shares(centred_.rows());
  for (std::size_t i = 0; i < shares.size(); ++i) shares[i] = static_cast<double>(dot(centred_.row(i), standard));
  solve_lower(lower_, shares);  // Woodbury: what lies along the pictures' own directions counts less
  double explained = 0;
  for (const double share : shares) explained += share * share;
  const double square = static_cast<double>(dot(standard, standard)) - explained;
  return std::sqrt(std::max(0.0, square) / (ridge_ * static_cast<double>(standard.size())));
}

}  // namespace sightglass::vision
