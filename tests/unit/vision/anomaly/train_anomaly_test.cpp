#include "vision/anomaly/train_anomaly.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "unit/vision/anomaly/moved_part.hpp"
#include "unit/vision/anomaly/painted_embedder.hpp"
#include "vision/anomaly/anomaly_file.hpp"
#include "vision/metrics.hpp"

namespace sightglass::vision {
namespace {

constexpr core::Size wide{200, 120};

AnomalyTraining small_training(double gaussian = 0, double bank = 1) {
  AnomalyTraining training;
  training.recipe.channels = 10;
  training.recipe.projected = 16;
  training.recipe.bank = 200;
  training.recipe.gaussian_weight = gaussian;
  training.recipe.bank_weight = bank;
  training.recipe.ridge = 0.1;
  return training;
}

core::Result<GoodPicture> good_picture(std::size_t place) {
  return GoodPicture{noisy_picture(wide, place + 1), "good " + std::to_string(place), ""};
}

core::Result<TrainedAnomaly> trained_on(std::size_t count, const AnomalyTraining& training = small_training()) {
  PaintedEmbedder embedder;
  return train_anomaly(good_picture, count, embedder, training, {});
}

TEST(TrainAnomaly, tells_pictures_with_a_spot_from_good_ones_and_shows_where_it_is) {
  PaintedEmbedder embedder;
  for (const auto& [gaussian, bank] : {std::pair{0.0, 1.0}, {1.0, 0.0}, {1.0, 1.0}}) {
    const auto trained = trained_on(40, small_training(gaussian, bank));
    ASSERT_TRUE(trained.has_value()) << trained.error().message;
    EXPECT_TRUE(trained->remarks.empty());
    int rejected = 0;
    for (std::uint64_t seed = 1000; seed < 1040; ++seed) {
      const auto result = trained->model.score(noisy_picture(wide, seed), embedder);
      ASSERT_TRUE(result.has_value());
      rejected += result->is_anomalous ? 1 : 0;
    }
    EXPECT_TRUE(expected_rejects(trained->model.threshold(), 40).contains(rejected)) << rejected;
    core::Raster spoilt = noisy_picture(wide, 5000);
    paint(spoilt, 140, 40, 30, 20);
    const auto result = trained->model.score(spoilt, embedder);
    ASSERT_TRUE(result.has_value());
    EXPECT_TRUE(result->is_anomalous);
    EXPECT_GT(result->rarity, 0.95);
    ASSERT_EQ(result->boxes.size(), 1U);
    EXPECT_GT(core::overlap(result->boxes[0], {140, 40, 30, 30}), 0.3);
    EXPECT_NEAR(result->peak.x, 155, 18);
    EXPECT_NEAR(result->peak.y, 55, 18);
    EXPECT_TRUE(result->nearest_good->starts_with("good "));
    EXPECT_NEAR(static_cast<double>(result->map.cells.width) / result->map.cells.height, 200.0 / 120, 0.2);
    EXPECT_EQ(result->map.values.size(), static_cast<std::size_t>(result->map.cells.pixels()));
  }
}

TEST(TrainAnomaly, learns_stretched_pictures_too) {
  AnomalyTraining training = small_training();
  training.recipe.is_stretched = true;
  const auto trained = trained_on(20, training);
  ASSERT_TRUE(trained.has_value()) << trained.error().message;
  PaintedEmbedder embedder;
  core::Raster spoilt = noisy_picture(wide, 5000);
  paint(spoilt, 140, 40, 30, 20);
  const auto result = trained->model.score(spoilt, embedder);
  ASSERT_TRUE(result.has_value());
  EXPECT_TRUE(result->is_anomalous);
  EXPECT_NEAR(result->peak.x, 155, 18);
  EXPECT_NEAR(result->peak.y, 55, 18);
}

// Parts that lie otherwise on each picture.
core::Result<GoodPicture> laid_down(std::size_t place) {
  RandomStream random(place + 77);
  const auto within = [&](double most) { return most * (static_cast<double>(random.below(2001)) / 1000 - 1); };
  const PartMove move{.x = within(0.05), .y = within(0.05), .degrees = within(8)};
  return GoodPicture{moved_part(part_picture({200, 160}, place + 1), move), "good " + std::to_string(place), ""};
}

// The area under the curve of good parts and of parts with a spot that elsewhere on them is usual.
double separation_of(const AnomalyModel& model) {
  PaintedEmbedder embedder;
  std::vector<Scored> scores;
  for (std::size_t place = 5000; place < 5016; ++place) {
    auto good = laid_down(place)->raster;
    scores.push_back({model.score(good, embedder)->score, false});
    paint(good, 115, 78, 10, 120);
    scores.push_back({model.score(good, embedder)->score, true});
  }
  return *area_under_roc(scores);
}

TEST(TrainAnomaly, aligned_tells_defects_apart_on_parts_that_lie_otherwise_each_time) {
  PaintedEmbedder embedder;
  auto training = small_training(1, 0);
  const auto as_they_lie = train_anomaly(laid_down, 40, embedder, training, {});
  training.aligns = true;
  const auto aligned = train_anomaly(laid_down, 40, embedder, training, {});
  ASSERT_TRUE(as_they_lie && aligned) << (aligned ? "" : aligned.error().message);
  ASSERT_TRUE(aligned->model.aligns());
  const double before = separation_of(as_they_lie->model);
  const double after = separation_of(aligned->model);
  RecordProperty("as_they_lie", std::to_string(before));
  RecordProperty("aligned", std::to_string(after));
  EXPECT_GT(after, 0.85) << "without " << before;
  EXPECT_GT(after, before + 0.1);
}

TEST(TrainAnomaly, aligned_shows_on_the_picture_as_it_is_where_something_is) {
  PaintedEmbedder embedder;
  auto training = small_training(1, 1);
  training.aligns = true;
  const auto trained = train_anomaly(laid_down, 24, embedder, training, {});
  ASSERT_TRUE(trained) << trained.error().message;
  auto spoilt = moved_part(part_picture({200, 160}, 900), {.x = 0.05, .y = -0.04, .degrees = 8});
  paint(spoilt, 115, 60, 20, 250);
  const auto read = read_anomaly(trained->file);
  ASSERT_TRUE(read) << read.error().message;
  const auto result = read->score(spoilt, embedder);
  ASSERT_TRUE(result && result->moved);
  EXPECT_FALSE(result->is_unaligned);
  // The reference itself may lie a little off the middle.
  const auto lies = trained->model.reference()->find(part_picture({200, 160}, 3)).value();
  ASSERT_TRUE(lies);
  EXPECT_NEAR(result->moved->degrees - lies->degrees, 8, 1);
  EXPECT_TRUE(result->is_anomalous);
  ASSERT_FALSE(result->boxes.empty());
  EXPECT_GT(core::overlap(result->boxes[0], {115, 60, 20, 20}), 0.1);
  EXPECT_NEAR(result->peak.x, 125, 16);
  EXPECT_NEAR(result->peak.y, 70, 16);
  const auto& map = result->map;
  const auto hottest = std::ranges::max_element(map.values) - map.values.begin();
  EXPECT_NEAR((static_cast<double>(hottest % map.cells.width) + 0.5) * 200 / map.cells.width, 125, 20);
  EXPECT_NEAR((static_cast<double>(hottest / map.cells.width) + 0.5) * 160 / map.cells.height, 70, 20);
}

TEST(TrainAnomaly, aligned_judges_as_it_lies_what_it_does_not_find_and_says_so) {
  PaintedEmbedder embedder;
  auto training = small_training();
  training.aligns = true;
  const auto trained = train_anomaly(laid_down, 24, embedder, training, {});
  ASSERT_TRUE(trained) << trained.error().message;
  const auto result = trained->model.score(noisy_picture({200, 160}, 4), embedder);
  ASSERT_TRUE(result);
  EXPECT_TRUE(result->is_unaligned);
  EXPECT_FALSE(result->moved);
  EXPECT_TRUE(result->is_anomalous) << "the part is missing";
}

TEST(TrainAnomaly, aligned_refuses_pictures_that_do_not_show_one_thing) {
  PaintedEmbedder embedder;
  auto training = small_training();
  training.aligns = true;
  const auto refused = train_anomaly(good_picture, 12, embedder, training, {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, core::ErrorCode::invalid_input);
  EXPECT_EQ(refused.error().field, "method");
}

TEST(TrainAnomaly, is_the_same_each_time_and_comes_back_from_its_file_bit_for_bit) {
  const auto first = trained_on(16, small_training(1, 1));
  const auto second = trained_on(16, small_training(1, 1));
  ASSERT_TRUE(first.has_value() && second.has_value());
  EXPECT_TRUE(first->file == second->file);
  const auto back = read_anomaly(first->file);
  ASSERT_TRUE(back.has_value()) << back.error().message;
  PaintedEmbedder embedder;
  const auto picture = noisy_picture(wide, 77);
  const auto a = first->model.score(picture, embedder);
  const auto b = back->score(picture, embedder);
  EXPECT_EQ(a->score, b->score);
  EXPECT_EQ(a->map.values, b->map.values);
  EXPECT_EQ(back->parts().recipe, first->model.parts().recipe);
}

TEST(TrainAnomaly, uses_a_pass_that_was_made_already) {
  const auto trained = trained_on(16);
  ASSERT_TRUE(trained.has_value());
  PaintedEmbedder embedder;
  const auto picture = noisy_picture(wide, 77);
  const auto pass = embedder.pass(picture, 1);
  EXPECT_EQ(trained->model.score(picture, *pass, embedder)->score, trained->model.score(picture, embedder)->score);
}

TEST(TrainAnomaly, takes_a_threshold_that_a_person_chose) {
  const auto trained = trained_on(16);
  ASSERT_TRUE(trained.has_value());
  PaintedEmbedder embedder;
  EXPECT_TRUE(trained->model.with_threshold(-100).score(noisy_picture(wide, 77), embedder)->is_anomalous);
  EXPECT_FALSE(trained->model.with_threshold(100).score(noisy_picture(wide, 77), embedder)->is_anomalous);
}

TEST(TrainAnomaly, says_what_too_few_pictures_are_good_for) {
  const auto refused = trained_on(7);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, core::ErrorCode::invalid_input);
  EXPECT_EQ(refused.error().message, "An anomaly model needs at least 8 good pictures; there are 7. Add 1 more.");
  const auto few = trained_on(10);
  ASSERT_TRUE(few.has_value());
  ASSERT_EQ(few->remarks.size(), 2U);
  EXPECT_NE(few->remarks[0].find("too few to promise"), std::string::npos);
  EXPECT_TRUE(few->model.threshold().is_extrapolated);
}

TEST(TrainAnomaly, refuses_pictures_that_are_all_the_same_or_nearly_all_copies) {
  PaintedEmbedder embedder;
  const auto same = [](std::size_t) { return good_picture(0); };
  const auto refused = train_anomaly(same, 12, embedder, small_training(), {});
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().message, "All pictures are the same; there is nothing to learn from.");
  const auto copies = [](std::size_t place) { return good_picture(place % 5); };
  const auto nearly = train_anomaly(copies, 30, embedder, small_training(), {});
  ASSERT_FALSE(nearly.has_value());
  EXPECT_EQ(nearly.error().message, "Only 5 of the 30 pictures differ from each other; at least 8 are needed.");
}

TEST(TrainAnomaly, notes_copies_and_groups_that_limit_what_can_be_promised) {
  PaintedEmbedder embedder;
  const auto pictures = [](std::size_t place) -> core::Result<GoodPicture> {
    auto picture = good_picture(place % 24);
    picture->name = std::to_string(place);
    picture->group = "one burst";
    return picture;
  };
  const auto trained = train_anomaly(pictures, 26, embedder, small_training(), {});
  ASSERT_TRUE(trained.has_value()) << trained.error().message;
  ASSERT_EQ(trained->remarks.size(), 2U);
  EXPECT_EQ(trained->remarks[0], "2 of the pictures are copies of others.");
  EXPECT_NE(trained->remarks[1].find("one group"), std::string::npos);
}

TEST(TrainAnomaly, refuses_shapes_that_have_no_place_in_common_and_notes_different_ones) {
  PaintedEmbedder embedder;
  const auto with_last = [](core::Size last) {
    return [last](std::size_t place) -> core::Result<GoodPicture> {
      return GoodPicture{noisy_picture(place == 20 ? last : wide, place + 1), std::to_string(place), ""};
    };
  };
  const auto refused = train_anomaly(with_last({60, 600}), 21, embedder, small_training(), {});
  ASSERT_FALSE(refused.has_value());
  EXPECT_NE(refused.error().message.find("too different shapes"), std::string::npos);
  const auto noted = train_anomaly(with_last({120, 200}), 21, embedder, small_training(), {});
  ASSERT_TRUE(noted.has_value());
  ASSERT_EQ(noted->remarks.size(), 1U);
  EXPECT_NE(noted->remarks[0].find("shapes"), std::string::npos);
}

TEST(TrainAnomaly, stops_when_it_is_told_to_and_passes_errors_on) {
  PaintedEmbedder embedder;
  for (const double when : {0.0, 0.3, 0.75, 0.9}) {
    const auto stopped = train_anomaly(good_picture, 12, embedder, small_training(1, 1),
                                       [&](double share, std::string_view) { return share < when; });
    ASSERT_FALSE(stopped.has_value()) << when;
    EXPECT_EQ(stopped.error().code, core::ErrorCode::cancelled);
  }
  const auto lost = [](std::size_t place) -> core::Result<GoodPicture> {
    if (place == 5) return core::fail(core::not_found("The photo is gone."));
    return good_picture(place);
  };
  EXPECT_EQ(train_anomaly(lost, 12, embedder, small_training(), {}).error().message, "The photo is gone.");
  embedder.is_broken = true;
  EXPECT_EQ(train_anomaly(good_picture, 12, embedder, small_training(), {}).error().code, core::ErrorCode::internal);
}

TEST(TrainAnomaly, tells_shares_that_do_not_fall) {
  PaintedEmbedder embedder;
  double last = 0;
  const auto progress = [&](double share, std::string_view doing) {
    EXPECT_GE(share, last);
    EXPECT_LE(share, 1);
    EXPECT_FALSE(doing.empty());
    last = share;
    return true;
  };
  ASSERT_TRUE(train_anomaly(good_picture, 12, embedder, small_training(1, 1), progress).has_value());
  EXPECT_GT(last, 0.9);
}

TEST(AnomalyModel, refuses_another_backbone_broken_features_and_thin_pictures) {
  const auto trained = trained_on(16);
  ASSERT_TRUE(trained.has_value());
  PaintedEmbedder other;
  other.name = "painted@2";
  EXPECT_EQ(trained->model.score(noisy_picture(wide, 1), other).error().code, core::ErrorCode::conflict);
  PaintedEmbedder broken;
  broken.is_broken = true;
  const auto answer = trained->model.score(noisy_picture(wide, 1), broken);
  EXPECT_EQ(answer.error().code, core::ErrorCode::internal);
  EXPECT_NE(answer.error().message.find("painted@1"), std::string::npos);
}

TEST(AnomalyFile, refuses_every_way_of_being_cut_short_or_long) {
  const std::string file = trained_on(16, small_training(1, 1))->file;
  for (std::size_t length = 0; length < file.size(); length += 1009)
    EXPECT_FALSE(read_anomaly(file.substr(0, length)).has_value()) << length;
  EXPECT_FALSE(read_anomaly(file + '\0').has_value());
  EXPECT_FALSE(read_anomaly("SGH1" + file.substr(4)).has_value());
}

TEST(AnomalyFile, is_read_as_it_was_before_places_knew_their_neighbourhood) {
  auto training = small_training(1, 1);
  training.recipe.context = 0;
  const std::string file = trained_on(16, training)->file;
  std::string before = file;
  std::size_t length = static_cast<std::size_t>(static_cast<unsigned char>(file[4])) +
                       256 * static_cast<std::size_t>(static_cast<unsigned char>(file[5]));
  for (const std::string_view added : {R"("context":0,)", R"("around":0,)"}) {
    before.erase(before.find(added), added.size());
    length -= added.size();
  }
  before[3] = '1';
  before[4] = static_cast<char>(length & 0xff);
  before[5] = static_cast<char>(length >> 8);
  const auto model = read_anomaly(before);
  ASSERT_TRUE(model.has_value()) << model.error().message;
  EXPECT_EQ(model->parts().recipe.context, 0);
  PaintedEmbedder embedder;
  const auto picture = noisy_picture(wide, 77);
  EXPECT_EQ(model->score(picture, embedder)->score, read_anomaly(file)->score(picture, embedder)->score);
}

TEST(AnomalyFile, refuses_headers_that_lie) {
  const std::string file = trained_on(16, small_training(1, 1))->file;
  const auto replaced = [&](std::string_view what, std::string_view by) {
    std::string other = file;
    const auto at = other.find(what);
    EXPECT_NE(at, std::string::npos) << what;
    other.replace(at, what.size(), by);
    const std::size_t length = static_cast<std::size_t>(static_cast<unsigned char>(file[4])) +
                               256 * static_cast<std::size_t>(static_cast<unsigned char>(file[5])) + by.size() -
                               what.size();
    other[4] = static_cast<char>(length & 0xff);
    other[5] = static_cast<char>(length >> 8);
    return read_anomaly(other);
  };
  EXPECT_TRUE(replaced(R"("width":16)", R"("width":16)").has_value());
  for (const auto& [what, by] : {std::pair{R"("width":16)", R"("width":17)"},
                                 {R"("width":16)", R"("width":-1)"},
                                 {R"("width":16)", R"("width":1e9)"},
                                 {R"("width":16)", R"("width":"16")"},
                                 {R"("values":24)", R"("values":2)"},
                                 {R"("points":200)", R"("points":20000)"},
                                 {R"("map_deviation":)", R"("map_deviation":-)"},
                                 {R"("seed":"1")", R"("seed":"x")"},
                                 {R"("seed":"1")", R"("seed":1)"},
                                 {R"("threshold":)", R"("threshold":null,"x":)"},
                                 {R"("backbone":)", R"("backbones":)"}})
    EXPECT_FALSE(replaced(what, by).has_value()) << by;
}

}  // namespace
}  // namespace sightglass::vision
