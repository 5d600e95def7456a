#include <gtest/gtest.h>

#include "inspection/steps/steps.hpp"
#include "unit/ingest/house.hpp"
#include "unit/inspection/fake_instruments.hpp"

namespace sightglass::inspection {
namespace {

class Spottings : public ::testing::Test {
 protected:
  std::vector<core::Finding> found_among(std::vector<vision::Detection> objects) {
    Observations seen{.objects = std::move(objects)};
    StepContext context{.picture = picture_, .instruments = instruments_, .seen = seen, .region = &region_};
    EXPECT_TRUE(steps::find_animals(context));
    EXPECT_EQ(seen.looked_for, std::vector{core::FindingKind::spotting});
    return seen.findings;
  }
  core::Photo photo_;
  FakeInstruments instruments_;
  Region region_;

 private:
  ingest::House house_;
  Picture picture_{{.blobs = house_.store, .decoder = house_.decoder}, photo_, instruments_};
};

TEST_F(Spottings, counts_animals_of_a_kind_and_shows_the_surest) {
  const auto found = found_among({{.label = "sheep", .confidence = 0.7, .box = {0, 0, 1, 1}},
                                  {.label = "sheep", .confidence = 0.8, .box = {5, 5, 1, 1}},
                                  {.label = "dog", .confidence = 0.6, .box = {9, 9, 1, 1}}});
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].class_name, "dog");
  EXPECT_EQ(found[1].class_name, "sheep");
  EXPECT_EQ(found[1].count, 2);
  EXPECT_EQ(found[1].confidence, 0.8);
  EXPECT_EQ(found[1].box, (core::Box{5, 5, 1, 1}));
  EXPECT_EQ(found[1].model, "net");
  EXPECT_EQ(found[1].version, "1");
}

TEST_F(Spottings, one_animal_that_looks_like_two_is_one) {
  const auto found = found_among({{.label = "cat", .confidence = 0.6, .box = {0, 0, 10, 10}},
                                  {.label = "dog", .confidence = 0.7, .box = {1, 0, 10, 10}}});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].class_name, "dog");
  EXPECT_EQ(found[0].count, 1);
}

TEST_F(Spottings, a_name_that_is_not_sure_is_a_guess) {
  const auto found = found_among({{.label = "bear", .confidence = 0.4, .box = {0, 0, 10, 10}}});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].class_name, "animal");
  EXPECT_EQ(found[0].details, R"({"guess":"bear"})");
}

TEST_F(Spottings, things_and_people_are_no_wildlife) {
  EXPECT_TRUE(found_among({{.label = "person", .confidence = 0.9}, {.label = "car", .confidence = 0.9}}).empty());
}

TEST_F(Spottings, are_of_the_animals_that_the_detectors_description_names) {
  instruments_.animals = {"opossum"};
  const auto found = found_among({{.label = "opossum", .confidence = 0.9, .box = {0, 0, 10, 10}},
                                  {.label = "dog", .confidence = 0.9, .box = {50, 0, 10, 10}},
                                  {.label = "animal", .confidence = 0.5, .box = {0, 50, 10, 10}}});
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].class_name, "animal") << "which needs no description";
  EXPECT_EQ(found[1].class_name, "opossum");
}

TEST_F(Spottings, that_do_not_occur_at_a_place_are_animals) {
  region_ = Region({{.name = "Dog", .scientific_name = "Canis familiaris"}});
  const auto found = found_among({{.label = "bear", .confidence = 0.9, .box = {0, 0, 10, 10}},
                                  {.label = "dog", .confidence = 0.9, .box = {50, 0, 10, 10}}});
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].class_name, "animal");
  EXPECT_EQ(found[0].details, "{}") << "no guess of what cannot be";
  EXPECT_EQ(found[1].class_name, "dog");
}

TEST_F(Spottings, pictures_of_jobs_and_assets_are_not_searched) {
  EXPECT_TRUE(steps::may_show_animals(photo_));
  photo_.asset_id = core::AssetId{};
  EXPECT_FALSE(steps::may_show_animals(photo_));
  photo_.asset_id.reset();
  photo_.kind = core::PhotoKind::job;
  EXPECT_FALSE(steps::may_show_animals(photo_));
}

}  // namespace
}  // namespace sightglass::inspection
