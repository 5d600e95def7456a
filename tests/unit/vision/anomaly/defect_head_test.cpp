#include "vision/anomaly/defect_head.hpp"

#include <gtest/gtest.h>

#include "unit/vision/anomaly/painted_embedder.hpp"
#include "vision/anomaly/anomaly_file.hpp"
#include "vision/anomaly/train_anomaly.hpp"
#include "vision/metrics.hpp"

namespace sightglass::vision {
namespace {

constexpr core::Size wide{160, 120};

// Good pictures differ in the brightness of a large field; defects are a small, faintly blue one.
core::Raster picture_of(std::uint64_t seed, bool is_defect) {
  core::Raster picture = noisy_picture(wide, seed);
  RandomStream random(seed);
  paint(picture, 60, 40, 50, static_cast<std::uint8_t>(90 + random.below(80)));
  if (!is_defect) return picture;
  const auto left = static_cast<std::size_t>(10 + random.below(30));
  for (std::size_t y = 20; y < 50; ++y)
    for (std::size_t x = left; x < left + 20; ++x) picture.rgb[3 * (y * 160 + x) + 2] = 137;
  return picture;
}

const TrainedAnomaly& base() {
  static const TrainedAnomaly trained = [] {
    PaintedEmbedder embedder;
    AnomalyTraining training;
    training.recipe.projected = 16;
    training.recipe.bank = 100;
    training.recipe.global_weight = 0.05;  // so that distances alone miss some
    training.recipe.context = 0;           // likewise
    const auto goods = [](std::size_t place) -> core::Result<GoodPicture> {
      return GoodPicture{picture_of(place + 1, false), "good " + std::to_string(place), ""};
    };
    return train_anomaly(goods, 40, embedder, training, {}).value();
  }();
  return trained;
}

std::vector<DefectExample> defects(std::size_t count, std::uint64_t seed = 500, bool are_defects = true) {
  PaintedEmbedder embedder;
  std::vector<DefectExample> examples;
  for (std::size_t i = 0; i < count; ++i)
    examples.push_back(look_at_defect(base().model, picture_of(seed + i, are_defects), "", embedder).value());
  return examples;
}

double found(const AnomalyModel& model, bool are_defects) {
  PaintedEmbedder embedder;
  double count = 0;
  for (std::uint64_t seed = 900; seed < 940; ++seed)
    count += model.score(picture_of(seed, are_defects), embedder)->is_anomalous ? 1 : 0;
  return count;
}

// How well defects and goods that were not shown are told apart.
double area(const AnomalyModel& model) {
  PaintedEmbedder embedder;
  std::vector<Scored> scores;
  for (std::uint64_t seed = 900; seed < 940; ++seed)
    for (const bool is_defect : {false, true})
      scores.push_back({model.score(picture_of(seed, is_defect), embedder)->score, is_defect});
  return area_under_roc(scores).value();
}

TEST(TeachDefects, finds_more_of_a_kind_that_was_shown_and_rejects_no_more_goods_than_it_says) {
  const auto taught = teach_defects(base().model, defects(12), 1);
  ASSERT_TRUE(taught.has_value()) << taught.error().message;
  EXPECT_GT(taught->weight, 0);
  EXPECT_GT(taught->separation, 0.9);
  EXPECT_GT(area(taught->model), 0.9);
  EXPECT_GT(found(taught->model, true), found(base().model, true));
  EXPECT_TRUE(expected_rejects(taught->model.threshold(), 40).contains(found(taught->model, false)));
}

TEST(TeachDefects, still_finds_a_kind_that_was_not_shown) {
  const auto taught = teach_defects(base().model, defects(12), 1);
  ASSERT_TRUE(taught.has_value());
  core::Raster other = picture_of(700, false);
  paint(other, 110, 70, 40, 255);
  PaintedEmbedder embedder;
  EXPECT_TRUE(taught->model.score(other, embedder)->is_anomalous);
}

TEST(TeachDefects, leaves_the_model_as_it_was_when_what_is_shown_are_goods) {
  const auto taught = teach_defects(base().model, defects(6, 300, false), 1);
  ASSERT_TRUE(taught.has_value());
  EXPECT_EQ(taught->weight, 0);
  EXPECT_LT(taught->separation, 0.6);
  PaintedEmbedder embedder;
  const auto picture = picture_of(777, true);
  EXPECT_NEAR(taught->model.score(picture, embedder)->score, base().model.score(picture, embedder)->score, 1e-9);
  EXPECT_NEAR(taught->model.threshold().value, base().model.threshold().value, 1e-9);
}

TEST(TeachDefects, can_be_repeated_and_comes_back_from_its_file_bit_for_bit) {
  const auto once = teach_defects(base().model, defects(12), 1);
  ASSERT_TRUE(once.has_value());
  const auto again = teach_defects(once->model, defects(12), 1);
  ASSERT_TRUE(again.has_value());
  const auto back = read_anomaly(once->file);
  ASSERT_TRUE(back.has_value());
  PaintedEmbedder embedder;
  const auto picture = picture_of(777, true);
  EXPECT_NEAR(again->model.score(picture, embedder)->score, once->model.score(picture, embedder)->score, 1e-6);
  EXPECT_EQ(back->score(picture, embedder)->score, once->model.score(picture, embedder)->score);
  EXPECT_NEAR(once->model.rescored(base().model.score(picture, embedder)->score, defects(1, 777)[0].whole),
              once->model.score(picture, embedder)->score, 1e-9);
}

TEST(TeachDefects, refuses_too_few_and_embeddings_of_another_backbone) {
  EXPECT_FALSE(teach_defects(base().model, defects(2), 1).has_value());
  auto foreign = defects(4);
  foreign[1].whole.pop_back();
  EXPECT_FALSE(teach_defects(base().model, foreign, 1).has_value());
}

}  // namespace
}  // namespace sightglass::vision
