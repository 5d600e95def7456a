#include "vision/numeric/logistic.hpp"

#include <algorithm>
#include <cmath>
#include <deque>
#include <numeric>

#include "vision/numeric/cholesky.hpp"
#include "vision/numeric/products.hpp"

namespace sightglass::vision {

namespace {

using Point = std::vector<double>;  // weights row by row, then offsets

double inner(const Point& a, const Point& b) { return std::inner_product(a.begin(), a.end(), b.begin(), 0.0); }

SoftmaxModel model_at(const Point& point, std::size_t classes, std::size_t columns) {
  SoftmaxModel model{.weights = Matrix(classes, columns), .offsets = {}};
  for (std::size_t i = 0; i < classes * columns; ++i) model.weights.values()[i] = static_cast<float>(point[i]);
  for (std::size_t k = 0; k < classes; ++k) model.offsets.push_back(static_cast<float>(point[classes * columns + k]));
  return model;
}

class Objective {
 public:
  Objective(const Matrix& rows, std::span<const std::int32_t> labels, std::size_t classes, double strength)
      : rows_(rows), labels_(labels), classes_(classes), strength_(strength) {}

  double at(const Point& point, Point& gradient) const {
    Matrix logits = model_at(point, classes_, rows_.columns()).logits(rows_);
    Matrix slopes(classes_, rows_.columns());
    const std::size_t weights = classes_ * rows_.columns();
    std::fill(gradient.begin(), gradient.end(), 0.0);
    double loss = 0;
    for (std::size_t i = 0; i < rows_.rows(); ++i) {
      const auto row = logits.row(i);
      const auto largest = static_cast<double>(*std::ranges::max_element(row));
      double total = 0;
      for (const float logit : row) total += std::exp(static_cast<double>(logit) - largest);
      const auto label = static_cast<std::size_t>(labels_[i]);
      loss += std::log(total) + largest - static_cast<double>(row[label]);
      for (std::size_t k = 0; k < classes_; ++k) {
        const double error = std::exp(static_cast<double>(row[k]) - largest) / total - (k == label ? 1 : 0);
        gradient[weights + k] += error;
        add_scaled(static_cast<float>(error), rows_.row(i), slopes.row(k));
      }
    }
    for (std::size_t i = 0; i < weights; ++i) {
      gradient[i] = static_cast<double>(slopes.values()[i]) + strength_ * point[i];
      loss += strength_ / 2 * point[i] * point[i];
    }
    return loss;
  }

 private:
  const Matrix& rows_;
  std::span<const std::int32_t> labels_;
  std::size_t classes_;
  double strength_;
};

struct Correction {
  Point step, change;
  double curvature;
};

// −H·gradient by the two loops of L-BFGS.
Point direction_of(const Point& gradient, const std::deque<Correction>& history) {
  Point direction = gradient;
  std::vector<double> shares;
  for (auto it = history.rbegin(); it != history.rend(); ++it) {
    const double share = inner(it->step, direction) / it->curvature;
    shares.push_back(share);
    for (std::size_t i = 0; i < direction.size(); ++i) direction[i] -= share * it->change[i];
  }
  // Before the first step nothing is known of the curvature: go no farther than a unit.
  const double scale = history.empty() ? 1 / std::max(1.0, std::sqrt(inner(gradient, gradient)))
                                       : history.back().curvature / inner(history.back().change, history.back().change);
  for (double& value : direction) value *= scale;
  auto share = shares.rbegin();
  for (const auto& correction : history) {
    const double other = inner(correction.change, direction) / correction.curvature;
    for (std::size_t i = 0; i < direction.size(); ++i) direction[i] += (*share - other) * correction.step[i];
    ++share;
  }
  for (double& value : direction) value = -value;
  return direction;
}

Point minimised(const Objective& objective, Point point) {
  constexpr int most_rounds = 500;
  constexpr std::size_t remembered = 10;
  Point gradient(point.size());
  Point trial_gradient(point.size());
  double loss = objective.at(point, gradient);
  std::deque<Correction> history;
  for (int round = 0; round < most_rounds; ++round) {
    Point direction = direction_of(gradient, history);
    const double slope = inner(gradient, direction);
    if (!(slope < 0)) break;
    double step = 1;
    Point trial(point.size());
    double trial_loss = loss;
    int halvings = 0;
    for (;; ++halvings, step /= 2) {
      for (std::size_t i = 0; i < point.size(); ++i) trial[i] = point[i] + step * direction[i];
      trial_loss = objective.at(trial, trial_gradient);
      if (trial_loss <= loss + 1e-4 * step * slope || halvings == 25) break;
    }
    if (!(trial_loss < loss)) break;  // float rounding hides any further descent
    Correction correction{Point(point.size()), Point(point.size()), 0};
    for (std::size_t i = 0; i < point.size(); ++i) {
      correction.step[i] = trial[i] - point[i];
      correction.change[i] = trial_gradient[i] - gradient[i];
    }
    correction.curvature = inner(correction.step, correction.change);
    if (correction.curvature > 1e-12) history.push_back(std::move(correction));
    if (history.size() > remembered) history.pop_front();
    const double gained = loss - trial_loss;
    point.swap(trial);
    gradient.swap(trial_gradient);
    loss = trial_loss;
    if (gained < 1e-7 * std::max(1.0, loss)) break;
  }
  return point;
}

}  // namespace

Matrix SoftmaxModel::logits(const Matrix& rows) const {
  Matrix answer(rows.rows(), weights.rows());
  multiply_transposed(rows, weights, answer);
  for (std::size_t i = 0; i < answer.rows(); ++i)
    for (std::size_t k = 0; k < offsets.size(); ++k) answer(i, k) += offsets[k];
  return answer;
}

core::Result<SoftmaxModel> fit_softmax(const Matrix& rows, std::span<const std::int32_t> labels, std::size_t classes,
                                       double strength, const SoftmaxModel* start) {
  Point point(classes * (rows.columns() + 1));
  if (start != nullptr) {
    std::ranges::copy(start->weights.values(), point.begin());
    std::ranges::copy(start->offsets, point.begin() + static_cast<std::ptrdiff_t>(classes * rows.columns()));
  }
  point = minimised(Objective(rows, labels, classes, strength), std::move(point));
  if (!std::ranges::all_of(point, [](double value) { return std::isfinite(value) && std::abs(value) < 1e30; }))
    return core::fail(core::internal_error("The regression did not come to finite weights."));
  return model_at(point, classes, rows.columns());
}

RowSpan::RowSpan(const Matrix& rows) : rows_(rows) {
  if (rows.rows() >= rows.columns()) return;
  Matrix products(rows.rows(), rows.rows());
  multiply_transposed(rows, rows, products);
  double trace = 0;
  for (std::size_t i = 0; i < rows.rows(); ++i) trace += static_cast<double>(products(i, i));
  lower_ = RealMatrix(rows.rows(), rows.rows());
  // Rows that are equal or sums of others have no factor of their own: a little is added, above float rounding.
  const double added = 1e-5 * trace / static_cast<double>(rows.rows());
  for (std::size_t i = 0; i < rows.rows(); ++i)
    for (std::size_t j = 0; j <= i; ++j) lower_(i, j) = static_cast<double>(products(i, j)) + (i == j ? added : 0);
  if (!cholesky(lower_)) return;  // the rows themselves will do, only slower
  is_reduced_ = true;
  coordinates_ = Matrix(rows.rows(), rows.rows());
  for (std::size_t i = 0; i < rows.rows(); ++i)
    for (std::size_t j = 0; j <= i; ++j) coordinates_(i, j) = static_cast<float>(lower_(i, j));
}

Matrix RowSpan::expanded(const Matrix& weights) const {
  if (!is_reduced_) return weights;
  Matrix answer(weights.rows(), rows_.columns());
  for (std::size_t k = 0; k < weights.rows(); ++k) {
    std::vector<double> shares(weights.row(k).begin(), weights.row(k).end());
    for (std::size_t i = shares.size(); i-- > 0;) {
      for (std::size_t j = i + 1; j < shares.size(); ++j) shares[i] -= lower_(j, i) * shares[j];
      shares[i] /= lower_(i, i);
    }
    for (std::size_t i = 0; i < shares.size(); ++i)
      add_scaled(static_cast<float>(shares[i]), rows_.row(i), answer.row(k));
  }
  return answer;
}

}  // namespace sightglass::vision
