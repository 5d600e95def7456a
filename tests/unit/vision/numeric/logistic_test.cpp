#include "vision/numeric/logistic.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "vision/random.hpp"

namespace sightglass::vision {
namespace {

struct Problem {
  Matrix rows{};
  std::vector<std::int32_t> labels{};
};

// Classes round random middles, some way into each other.
Problem clusters(std::size_t count, std::size_t columns, std::size_t classes, double apart, std::uint64_t seed) {
  RandomStream random(seed);
  Matrix middles(classes, columns);
  for (auto& value : middles.values()) value = static_cast<float>(apart * random.normal());
  Problem problem{.rows = Matrix(count, columns), .labels = {}};
  for (std::size_t i = 0; i < count; ++i) {
    problem.labels.push_back(static_cast<std::int32_t>(i % classes));
    for (std::size_t j = 0; j < columns; ++j)
      problem.rows(i, j) = middles(i % classes, j) + static_cast<float>(random.normal());
  }
  return problem;
}

double objective(const Problem& problem, const SoftmaxModel& model, double strength) {
  const Matrix logits = model.logits(problem.rows);
  double loss = 0;
  for (std::size_t i = 0; i < logits.rows(); ++i) {
    double total = 0;
    for (const float logit : logits.row(i)) total += std::exp(static_cast<double>(logit));
    loss += std::log(total) - static_cast<double>(logits(i, static_cast<std::size_t>(problem.labels[i])));
  }
  for (const float weight : model.weights.values()) loss += strength / 2 * std::pow(static_cast<double>(weight), 2);
  return loss;
}

TEST(Softmax, finds_a_point_that_no_neighbour_improves) {
  const Problem problem = clusters(90, 5, 3, 0.8, 1);
  for (const double strength : {0.1, 1.0, 30.0}) {
    const auto model = fit_softmax(problem.rows, problem.labels, 3, strength);
    ASSERT_TRUE(model.has_value());
    const double best = objective(problem, *model, strength);
    for (std::size_t i = 0; i < model->weights.values().size(); ++i)
      for (const float step : {-0.05F, 0.05F}) {
        SoftmaxModel other = *model;
        other.weights.values()[i] += step;
        EXPECT_GE(objective(problem, other, strength), best - 1e-4);
      }
    for (std::size_t k = 0; k < 3; ++k) {
      SoftmaxModel other = *model;
      other.offsets[k] += 0.05F;
      EXPECT_GE(objective(problem, other, strength), best - 1e-4);
    }
  }
}

TEST(Softmax, says_the_shares_of_the_classes_when_values_say_nothing) {
  Matrix rows(8, 2);
  const std::vector<std::int32_t> labels{0, 0, 0, 0, 0, 0, 1, 1};
  const auto model = fit_softmax(rows, labels, 2, 1);
  ASSERT_TRUE(model.has_value());
  EXPECT_NEAR(static_cast<double>(model->offsets[0] - model->offsets[1]), std::log(3.0), 1e-2);
}

TEST(Softmax, stays_finite_when_classes_are_apart) {
  const Problem problem = clusters(30, 40, 2, 50, 3);
  const auto model = fit_softmax(problem.rows, problem.labels, 2, 1e-6);
  ASSERT_TRUE(model.has_value());
  const Matrix logits = model->logits(problem.rows);
  for (std::size_t i = 0; i < 30; ++i) EXPECT_EQ(logits(i, 0) > logits(i, 1), problem.labels[i] == 0);
}

TEST(RowSpan, leads_to_the_same_model_as_the_rows) {
  const Problem problem = clusters(24, 300, 3, 0.2, 4);
  const RowSpan span(problem.rows);
  EXPECT_EQ(span.coordinates().columns(), 24U);
  const auto direct = fit_softmax(problem.rows, problem.labels, 3, 5);
  auto reduced = fit_softmax(span.coordinates(), problem.labels, 3, 5);
  ASSERT_TRUE(direct.has_value() && reduced.has_value());
  reduced->weights = span.expanded(reduced->weights);
  EXPECT_NEAR(objective(problem, *reduced, 5), objective(problem, *direct, 5), 1e-2);
  const Matrix a = direct->logits(problem.rows);
  const Matrix b = reduced->logits(problem.rows);
  for (std::size_t i = 0; i < a.values().size(); ++i) EXPECT_NEAR(a.values()[i], b.values()[i], 0.02);
}

TEST(RowSpan, stands_equal_rows) {
  Problem problem = clusters(6, 50, 2, 1, 5);
  for (std::size_t j = 0; j < 50; ++j) problem.rows(2, j) = problem.rows(0, j);
  const RowSpan span(problem.rows);
  auto model = fit_softmax(span.coordinates(), problem.labels, 2, 1);
  ASSERT_TRUE(model.has_value());
  for (const float weight : span.expanded(model->weights).values()) EXPECT_TRUE(std::isfinite(weight));
}

}  // namespace
}  // namespace sightglass::vision
