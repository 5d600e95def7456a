#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "vision/anomaly/feature_scratch.hpp"
#include "vision/anomaly/gaussian_cells.hpp"
#include "vision/anomaly/global_part.hpp"
#include "vision/anomaly/heat_map.hpp"
#include "vision/anomaly/patch_features.hpp"
#include "vision/anomaly/place_statistics.hpp"
#include "vision/random.hpp"

namespace sightglass::vision {
namespace {

Matrix random_matrix(std::size_t rows, std::size_t columns, RandomStream& random) {
  Matrix matrix(rows, columns);
  for (auto& value : matrix.values()) value = static_cast<float>(random.normal());
  return matrix;
}

TEST(GaussianCells, measures_in_deviations_of_each_place) {
  RandomStream random(1);
  CellSums sums(2, 3);
  const std::vector<std::uint8_t> valid{1, 1};
  for (int picture = 0; picture < 20'000; ++picture) {
    Matrix values = random_matrix(2, 3, random);
    for (std::size_t j = 0; j < 3; ++j) values(1, j) = 5 * values(1, j) + 100;
    sums.add(values, valid);
  }
  const auto cells = GaussianCells::fit(sums, 1e-6, 3);
  ASSERT_TRUE(cells.has_value());
  Matrix asked(2, 3);
  asked(0, 0) = 3;
  for (std::size_t j = 0; j < 3; ++j) asked(1, j) = 100;
  asked(1, 2) = 110;
  const auto distances = cells->distances(asked, valid);
  EXPECT_NEAR(distances[0], 3, 0.1);
  EXPECT_NEAR(distances[1], 2, 0.1);
}

TEST(GaussianCells, take_away_what_was_added_and_share_where_little_is_known) {
  RandomStream random(2);
  const std::vector<std::uint8_t> both{1, 1};
  const std::vector<std::uint8_t> first{1, 0};
  CellSums all(2, 4);
  CellSums fold(2, 4);
  CellSums rest(2, 4);
  for (int picture = 0; picture < 40; ++picture) {
    const Matrix values = random_matrix(2, 4, random);
    const auto& valid = picture == 39 ? both : first;
    all.add(values, valid);
    (picture < 10 ? fold : rest).add(values, valid);
  }
  all.subtract(fold);
  const auto without = GaussianCells::fit(all, 0.02, 3);
  const auto directly = GaussianCells::fit(rest, 0.02, 3);
  ASSERT_TRUE(without.has_value() && directly.has_value());
  const Matrix asked = random_matrix(2, 4, random);
  for (std::size_t cell = 0; cell < 2; ++cell)
    EXPECT_NEAR(without->distances(asked, both)[cell], directly->distances(asked, both)[cell], 1e-4);
  // The second cell was seen once: it has the Gaussian of all.
  EXPECT_GT(without->distances(asked, both)[1], 0);
  EXPECT_EQ(without->distances(asked, first)[1], 0);
}

TEST(GaussianCells, refuse_features_that_never_vary) {
  CellSums sums(2, 3);
  for (int picture = 0; picture < 10; ++picture) sums.add(Matrix(2, 3), std::vector<std::uint8_t>{1, 1});
  EXPECT_FALSE(GaussianCells::fit(sums, 0.02, 3).has_value());
}

TEST(GlobalPart, knows_strangers_from_its_own_though_it_has_few_pictures) {
  RandomStream random(3);
  // Pictures vary along four directions; a stranger leaves them.
  const Matrix directions = random_matrix(4, 300, random);
  const auto picture = [&](double strange) {
    std::vector<float> values(300);
    for (std::size_t d = 0; d < 4; ++d) {
      const double share = random.normal();
      for (std::size_t j = 0; j < 300; ++j) values[j] += static_cast<float>(share) * directions(d, j);
    }
    for (auto& value : values) value += static_cast<float>((0.1 + strange) * random.normal());
    return values;
  };
  Matrix rows;
  for (int i = 0; i < 30; ++i) rows.append(picture(0));
  const auto part = GlobalPart::fit(rows);
  ASSERT_TRUE(part.has_value());
  for (int i = 0; i < 20; ++i) EXPECT_GT(part->distance(picture(1)), 2 * part->distance(picture(0)));
  const auto back = GlobalPart::restore(part->mean(), part->scale(), part->centred(), part->shrinkage());
  const auto asked = picture(0);
  EXPECT_EQ(back->distance(asked), part->distance(asked));
}

TEST(GlobalPart, refuses_pictures_that_do_not_differ) { EXPECT_FALSE(GlobalPart::fit(Matrix(5, 7)).has_value()); }

TEST(PlaceStatistics, without_a_map_are_those_of_the_others) {
  RandomStream random(4);
  const std::size_t cells = 50;
  const std::vector<std::uint8_t> valid(cells, 1);
  std::vector<std::vector<float>> maps(12, std::vector<float>(cells));
  for (auto& map : maps)
    for (std::size_t i = 0; i < cells; ++i) map[i] = static_cast<float>(10 + static_cast<double>(i) + random.normal());
  PlaceStatistics all(cells);
  for (const auto& map : maps) all.add(map, valid);
  all.finish();
  // A deviation a place has by itself is drawn towards that of all places, which is large here: values stay below it.
  for (const float value : all.standardised(maps[0], valid)) EXPECT_LT(std::abs(value), 4);
  std::vector<float> spoilt = maps[0];
  spoilt[7] += 500;
  EXPECT_GT(all.standardised(spoilt, valid)[7], 20);
  PlaceStatistics with_spoilt(cells);
  with_spoilt.add(spoilt, valid);
  for (std::size_t i = 1; i < maps.size(); ++i) with_spoilt.add(maps[i], valid);
  with_spoilt.finish();
  EXPECT_GT(with_spoilt.standardised_without(spoilt, valid)[7], 2 * with_spoilt.standardised(spoilt, valid)[7]);
}

TEST(PlaceStatistics, stand_maps_that_are_all_equal) {
  PlaceStatistics usual(3);
  const std::vector<std::uint8_t> valid{1, 1, 0};
  for (int i = 0; i < 9; ++i) usual.add(std::vector<float>{2, 2, 0}, valid);
  usual.finish();
  const auto values = usual.standardised(std::vector<float>{2, 3, 9}, valid);
  EXPECT_NEAR(values[0], 0, 1e-3);
  EXPECT_GT(values[1], 10);
  EXPECT_TRUE(std::isfinite(values[1]));
  EXPECT_EQ(values[2], 0);
}

TEST(MeanOfLargest, takes_a_share_of_the_valid_ones_and_one_at_least) {
  const std::vector<float> values{5, 1, 9, 3, 7};
  const std::vector<std::uint8_t> valid{1, 1, 0, 1, 1};
  EXPECT_DOUBLE_EQ(mean_of_largest(values, valid, 0.5), 6);
  EXPECT_DOUBLE_EQ(mean_of_largest(values, valid, 0), 7);
  EXPECT_DOUBLE_EQ(mean_of_largest(values, valid, 1), 4);
  EXPECT_DOUBLE_EQ(mean_of_largest(values, std::vector<std::uint8_t>(5), 1), 0);
}

struct Painted {
  Letterbox letterbox = Letterbox::fit({400, 200}, {160, 160});  // rows 4 … 11 of 16 hold the picture
  std::vector<float> values = std::vector<float>(256);
  std::vector<std::uint8_t> valid = std::vector<std::uint8_t>(256);
  Painted() {
    for (std::size_t i = 64; i < 192; ++i) valid[i] = 1;
  }
  float& at(std::size_t x, std::size_t y) { return values[16 * y + x]; }
  CellMap map() const { return {letterbox, {16, 16}, values, valid}; }
};

TEST(HeatMap, boxes_grow_from_seeds_and_leave_the_border_alone) {
  Painted painted;
  painted.at(3, 5) = 10;
  painted.at(4, 6) = 7;   // connected by a corner, above 60 %
  painted.at(5, 6) = 5;   // below
  painted.at(12, 9) = 8;  // another seed
  painted.at(9, 1) = 99;  // not on the picture
  const auto boxes = boxes_of(painted.map(), 6, 0.6, 20);
  ASSERT_EQ(boxes.size(), 2U);
  EXPECT_EQ(boxes[0], (core::Box{75, 25, 50, 50}));
  EXPECT_EQ(boxes[1], (core::Box{300, 125, 25, 25}));
  EXPECT_EQ(boxes_of(painted.map(), 6, 0.6, 1).size(), 1U);
}

TEST(HeatMap, boxes_a_cell_apart_are_one) {
  Painted painted;
  painted.at(3, 5) = 10;
  painted.at(5, 5) = 10;
  painted.at(9, 5) = 10;
  const auto boxes = boxes_of(painted.map(), 6, 0.6, 20);
  ASSERT_EQ(boxes.size(), 2U);
  EXPECT_EQ(boxes[0], (core::Box{75, 25, 75, 25}));
}

TEST(HeatMap, has_a_box_even_when_nothing_reaches_the_seed) {
  Painted painted;
  painted.at(7, 8) = 3;
  EXPECT_EQ(boxes_of(painted.map(), 6, 0.6, 20).size(), 1U);
  for (auto& value : painted.values) value = -1;
  EXPECT_EQ(boxes_of(painted.map(), 6, 0.6, 20).size(), 1U);
}

TEST(HeatMap, covers_the_picture_and_nothing_else) {
  Painted painted;
  for (std::size_t i = 0; i < 256; ++i) painted.values[i] = painted.valid[i] != 0 ? 2 : 50;
  painted.at(0, 4) = 4;
  const auto heat = over_picture(painted.map());
  EXPECT_EQ(heat.cells, (core::Size{32, 16}));
  EXPECT_EQ(heat.values.front(), 4);
  EXPECT_EQ(heat.values.back(), 2);
  EXPECT_LE(*std::ranges::max_element(heat.values), 4);
}

TEST(HeatMap, peak_is_where_the_largest_value_lies) {
  Painted painted;
  painted.at(12, 9) = 8;
  EXPECT_NEAR(peak_of(painted.map()).x, 312.5, 1e-9);
  EXPECT_NEAR(peak_of(painted.map()).y, 137.5, 1e-9);
  painted.at(13, 9) = 7.9F;
  EXPECT_GT(peak_of(painted.map()).x, 320);
}

TEST(AveragedAround, leaves_out_cells_that_are_not_on_the_picture) {
  Matrix values(9, 2);
  for (std::size_t i = 0; i < 9; ++i) {
    values(i, 0) = static_cast<float>(i);
    values(i, 1) = 1;
  }
  // The left column is border.
  const std::vector<std::uint8_t> valid{0, 1, 1, 0, 1, 1, 0, 1, 1};
  const auto means = averaged_around(values, {3, 3}, valid, 1);
  EXPECT_FLOAT_EQ(means(0, 0), 0);
  EXPECT_FLOAT_EQ(means(3, 0), 3);
  EXPECT_FLOAT_EQ(means(1, 0), (1 + 2 + 4 + 5) / 4.0F);
  EXPECT_FLOAT_EQ(means(4, 0), (1 + 2 + 4 + 5 + 7 + 8) / 6.0F);
  for (std::size_t i = 0; i < 9; ++i) EXPECT_FLOAT_EQ(means(i, 1), 1);
}

TEST(FeatureScratch, gives_back_what_it_was_given_to_16_bits) {
  RandomStream random(8);
  auto scratch = FeatureScratch::open({}, 5, 7);
  ASSERT_TRUE(scratch.has_value());
  std::vector<Matrix> given;
  for (int i = 0; i < 10; ++i) {
    given.push_back(random_matrix(5, 7, random));
    ASSERT_TRUE(scratch->append(given.back()).has_value());
  }
  Matrix back;
  for (const std::size_t place : {3U, 0U, 9U}) {
    ASSERT_TRUE(scratch->read(place, back).has_value());
    for (std::size_t i = 0; i < 35; ++i) EXPECT_NEAR(back.values()[i], given[place].values()[i], 2e-3);
  }
  EXPECT_FALSE(scratch->read(10, back).has_value());
}

TEST(FeatureScratch, refuses_numbers_it_cannot_hold_and_folders_that_are_not_there) {
  auto scratch = FeatureScratch::open({}, 1, 1);
  ASSERT_TRUE(scratch.has_value());
  Matrix large(1, 1);
  large(0, 0) = 1e9F;
  EXPECT_FALSE(scratch->append(large).has_value());
  EXPECT_FALSE(FeatureScratch::open("/nowhere/at/all", 1, 1).has_value());
}

}  // namespace
}  // namespace sightglass::vision
