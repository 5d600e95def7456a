#include "inspection/burst_judgement.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace sightglass::inspection {
namespace {

using Frames = std::vector<std::vector<Sighting>>;

Sighting seen(double confidence, const std::string& label = "dog") {
  return {.label = label, .confidence = confidence, .box = {10, 10, 40, 40}, .detector = "net@1"};
}
Sighting named(double confidence, std::vector<std::pair<std::string, double>> names) {
  auto sighting = seen(confidence);
  sighting.names = std::move(names);
  sighting.head = "species@2";
  sighting.least_probability = 0.7;
  return sighting;
}

TEST(BurstJudgement, tells_a_photo_that_stands_alone_as_it_was_seen) {
  const auto found = judge_burst(Frames{{seen(0.41), seen(0.29)}});
  ASSERT_EQ(found.size(), 1U);
  ASSERT_EQ(found[0].size(), 1U) << "what is faint is not told";
  EXPECT_EQ(found[0][0].confidence, 0.41);
  EXPECT_EQ(found[0][0].class_name, "animal");
  EXPECT_EQ(found[0][0].details, R"({"guess":"dog"})");
  EXPECT_EQ(found[0][0].count, 1);
}

TEST(BurstJudgement, bears_out_what_is_faint_beside_what_is_sure) {
  const auto found = judge_burst(Frames{{seen(0.7)}, {seen(0.15)}, {seen(0.65)}});
  ASSERT_EQ(found[1].size(), 1U);
  EXPECT_NEAR(found[1][0].confidence, 0.38, 0.005) << "log-odds of 0.15, and half of 2.5";
  EXPECT_EQ(found[1][0].class_name, "dog") << "which the others are sure of";
  EXPECT_EQ(found[1][0].details, R"({"alone":0.15})");
  EXPECT_GT(found[0][0].confidence, 0.7);
}

TEST(BurstJudgement, doubts_what_stands_alone_among_empty_photos) {
  const auto found = judge_burst(Frames{{}, {seen(0.35)}, {}, {seen(0.8)}, {}});
  const auto lone = judge_burst(Frames{{}, {seen(0.35)}, {}, {}});
  EXPECT_TRUE(lone[1].empty());
  ASSERT_EQ(judge_burst(Frames{{}, {seen(0.8)}, {}})[1].size(), 1U) << "what is sure stays";
  EXPECT_LT(judge_burst(Frames{{}, {seen(0.8)}, {}})[1][0].confidence, 0.8);
  EXPECT_EQ(found[1].size(), 1U) << "not as much where an animal is near";
}

TEST(BurstJudgement, leaves_an_empty_photo_empty) {
  const auto found = judge_burst(Frames{{seen(0.9)}, {}, {seen(0.9)}});
  EXPECT_TRUE(found[1].empty());
  EXPECT_EQ(found[0].size() + found[2].size(), 2U);
}

TEST(BurstJudgement, keeps_a_name_that_a_photo_is_sure_of) {
  const auto found = judge_burst(Frames{{seen(0.9, "cow"), seen(0.8, "cow")}, {seen(0.65, "dog")}, {seen(0.9, "cow")}});
  EXPECT_EQ(found[1][0].class_name, "dog");
  EXPECT_EQ(found[0][0].class_name, "cow");
  EXPECT_EQ(found[0][0].count, 2);
}

TEST(BurstJudgement, names_nothing_where_the_names_differ) {
  const auto found = judge_burst(Frames{{seen(0.7, "cow")}, {seen(0.5, "dog")}, {seen(0.7, "horse")}});
  EXPECT_EQ(found[1][0].class_name, "animal");
  EXPECT_EQ(found[1][0].details, R"({"guess":"dog","alone":0.5})");
}

TEST(BurstJudgement, gives_a_photo_whose_head_is_unsure_the_name_of_the_others) {
  const auto sure = named(0.8, {{"fox", 0.95}, {"deer", 0.05}});
  const auto unsure = named(0.5, {{"deer", 0.5}, {"fox", 0.5}});
  const auto found = judge_burst(Frames{{sure}, {unsure}, {sure}});
  ASSERT_EQ(found[1].size(), 1U);
  EXPECT_EQ(found[1][0].class_name, "fox");
  EXPECT_NEAR(found[1][0].confidence, 0.73, 0.02);
  EXPECT_EQ(found[1][0].model, "species");
  EXPECT_EQ(judge_burst(Frames{{unsure}})[0][0].class_name, "unknown");
}

TEST(BurstJudgement, lets_a_head_that_is_sure_say_what_it_sees) {
  const auto fox = named(0.8, {{"fox", 0.95}, {"deer", 0.05}});
  const auto deer = named(0.8, {{"deer", 0.8}, {"fox", 0.2}});
  const auto found = judge_burst(Frames{{fox}, {deer}, {fox}});
  EXPECT_EQ(found[1][0].class_name, "deer");
  EXPECT_EQ(found[1][0].confidence, 0.8);
}

TEST(BurstJudgement, takes_what_a_head_calls_empty_for_no_animal) {
  const auto empty = named(0.8, {{"empty", 0.9}, {"fox", 0.1}});
  const auto found = judge_burst(Frames{{empty}, {named(0.35, {{"fox", 0.9}, {"empty", 0.1}})}, {empty}});
  EXPECT_TRUE(found[0].empty());
  EXPECT_TRUE(found[1].empty()) << "no other photo bears it out";
}

TEST(BurstJudgement, comes_back_from_the_store_as_it_was) {
  const std::vector<Sighting> sightings{seen(1.0 / 3, "a \"b\""), named(0.7, {{"fox", 0.1 + 0.2}})};
  const auto back = sightings_from_json(sightings_json(sightings));
  ASSERT_TRUE(back);
  EXPECT_EQ(*back, sightings);
  for (const auto* bad : {"", "{}", "[1]", R"([{"label":"dog"}])"}) EXPECT_FALSE(sightings_from_json(bad)) << bad;
}

}  // namespace
}  // namespace sightglass::inspection
