#include "inspection/training/training_set.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "database/findings.hpp"
#include "database/photos.hpp"
#include "inspection/training/training_request.hpp"
#include "unit/ingest/house.hpp"

namespace sightglass::inspection::training {
namespace {

using database::Session;
namespace rows = database::training_examples;

class Training : public ::testing::Test {
 protected:
  // On day `day`; photos of equal `bytes` have equal sums.
  core::PhotoId add_photo(int day, std::uint32_t bytes = 0) {
    const auto now = house_.clock.now();
    core::Photo photo{.id = core::PhotoId::make(now), .taken_at = now + std::chrono::days(day)};
    photo.filename = photo.id.to_string() + ".jpg";
    const auto number = bytes == 0 ? ++made_ : bytes;
    for (std::size_t i = 0; i < 4; ++i) photo.sha256.bytes[i] = static_cast<std::uint8_t>(number >> (8 * i));
    EXPECT_TRUE(house_.database.write([&](Session& s) { return database::photos::insert(s, photo); }));
    return photo.id;
  }
  core::PhotoId add_marked(int day, const std::string& word = "good", std::uint32_t bytes = 0) {
    const auto photo = add_photo(day, bytes);
    EXPECT_TRUE(house_.database.write([&](Session& s) {
      return mark(s, anomaly_, {.photo_id = photo, .mark = word, .marked_by = "rita"}, house_.clock.now());
    }));
    return photo;
  }
  void add_finding(core::PhotoId photo, core::FindingKind kind, core::FindingState state,
                   const std::string& class_name = "rust", std::optional<core::Box> box = core::Box{1, 1, 9, 9}) {
    core::Finding finding;
    finding.id = core::FindingId::make(house_.clock.now());
    finding.photo_id = photo;
    finding.kind = kind;
    finding.state = state;
    finding.class_name = class_name;
    finding.box = box;
    finding.decided_by = "rita";
    EXPECT_TRUE(house_.database.write([&](Session& s) { return database::findings::insert(s, finding); }));
  }
  TrainingSet set_of(const Subject& subject) {
    return house_.database.read([&](Session& s) { return training_set(s, subject); }).value();
  }
  void fix(const TrainingSet& set) {
    EXPECT_TRUE(
        house_.database.write([&](Session& s) { return rows::put_sides(s, set.new_sides, house_.clock.now()); }));
  }
  static const Example* find(const TrainingSet& set, core::PhotoId photo) {
    const auto found = std::ranges::find(set.examples, photo, &Example::photo_id);
    return found == set.examples.end() ? nullptr : &*found;
  }

  ingest::House house_;
  Subject anomaly_{.task = "anomaly"};
  Subject damage_{.task = "damage"};
  Subject species_{.task = "species"};

 private:
  std::uint32_t made_ = 1000;
};

TEST_F(Training, holds_out_whole_days_when_there_are_enough_of_them) {
  for (int day = 0; day < 40; ++day)
    for (int i = 0; i < 3; ++i) add_marked(day);
  const auto set = set_of(anomaly_);
  std::map<std::string, std::set<bool>> sides;
  for (const auto& example : set.examples) sides[example.group].insert(example.is_held_out);
  EXPECT_EQ(sides.size(), 40U);
  for (const auto& [group, of_group] : sides) EXPECT_EQ(of_group.size(), 1U) << group;
  const auto counts = counts_of(set);
  EXPECT_GT(counts.good.held_out, 9);
  EXPECT_LT(counts.good.held_out, 60);
}

TEST_F(Training, holds_out_photos_one_by_one_when_all_are_of_few_days) {
  for (int i = 0; i < 60; ++i) add_marked(0);
  const auto counts = counts_of(set_of(anomaly_));
  EXPECT_EQ(counts.groups, 1);
  EXPECT_GT(counts.good.held_out, 4);
  EXPECT_LT(counts.good.held_out, 30);
}

TEST_F(Training, puts_the_same_file_on_one_side_whenever_it_comes) {
  for (int i = 0; i < 20; ++i) {
    add_marked(0, "good", static_cast<std::uint32_t>(i + 1));
    add_marked(0, "good", static_cast<std::uint32_t>(i + 1));
  }
  const auto set = set_of(anomaly_);
  ASSERT_EQ(set.examples.size(), 40U);
  for (std::size_t i = 0; i < 40; i += 2) EXPECT_EQ(set.examples[i].is_held_out, set.examples[i + 1].is_held_out);
}

TEST_F(Training, leaves_a_photo_on_its_side_when_other_days_come) {
  for (int i = 0; i < 20; ++i) add_marked(0);
  const auto before = set_of(anomaly_);
  EXPECT_EQ(before.new_sides.size(), 20U);
  fix(before);
  for (int day = 1; day < 10; ++day) add_marked(day);
  const auto after = set_of(anomaly_);
  EXPECT_EQ(after.new_sides.size(), 9U);
  for (const auto& example : before.examples)
    EXPECT_EQ(find(after, example.photo_id)->is_held_out, example.is_held_out);
}

TEST_F(Training, learns_false_alarms_as_good_and_what_people_confirmed_as_defects) {
  using enum core::FindingState;
  constexpr auto kind = core::FindingKind::anomaly;
  const auto alarm = add_photo(0);
  add_finding(alarm, kind, rejected);
  const auto undecided = add_photo(0);
  add_finding(undecided, kind, rejected);
  add_finding(undecided, kind, open);
  const auto defect = add_photo(0);
  add_finding(defect, kind, rejected);
  add_finding(defect, kind, corrected);
  const auto mended = add_photo(0);
  add_finding(mended, kind, resolved);
  const auto set = set_of(anomaly_);
  EXPECT_EQ(find(set, alarm)->role, Role::good);
  EXPECT_EQ(find(set, alarm)->reason, Reason::rejected);
  EXPECT_EQ(find(set, undecided), nullptr);
  EXPECT_EQ(find(set, defect)->role, Role::defect);
  EXPECT_EQ(find(set, mended)->role, Role::defect);
  EXPECT_EQ(find(set, defect)->said_by, "rita");
}

TEST_F(Training, learns_classes_of_findings_that_people_named) {
  using enum core::FindingState;
  const auto rusty = add_photo(0);
  add_finding(rusty, core::FindingKind::damage, confirmed, "rust");
  add_finding(rusty, core::FindingKind::damage, corrected, "crack");
  const auto unnamed = add_photo(0);
  add_finding(unnamed, core::FindingKind::damage, confirmed, "unknown");
  const auto set = set_of(damage_);
  ASSERT_EQ(set.examples.size(), 1U);
  EXPECT_EQ(set.examples[0].role, Role::of_class);
  EXPECT_EQ(set.examples[0].things.size(), 2U);
  const auto fox = add_photo(0);
  add_finding(fox, core::FindingKind::spotting, confirmed, "fox");
  const auto somewhere = add_photo(0);
  add_finding(somewhere, core::FindingKind::spotting, confirmed, "fox", std::nullopt);
  const auto animals = set_of(species_);
  ASSERT_EQ(animals.examples.size(), 1U);
  EXPECT_EQ(animals.examples[0].photo_id, fox);
}

TEST_F(Training, says_what_is_missing) {
  for (int i = 0; i < 5; ++i) add_marked(0);
  const auto counts = counts_of(set_of(anomaly_));
  EXPECT_FALSE(counts.is_enough);
  EXPECT_NE(counts.why.find("at least 8 good pictures to learn from are needed"), std::string::npos) << counts.why;
  const auto none = counts_of(set_of(species_));
  EXPECT_FALSE(none.is_enough);
  EXPECT_NE(none.why.find("At least two classes are needed"), std::string::npos) << none.why;
}

TEST_F(Training, is_asked_for_once_at_a_time_and_only_with_enough_to_learn_from) {
  const Request request{.subject = anomaly_, .settings = {.promote = Promote::if_better}, .person = "olga"};
  const auto ask = [&] {
    return house_.database.write([&](Session& s) { return request_training(s, request, house_.clock.now()); });
  };
  EXPECT_EQ(ask().error().field, "scope");
  for (int i = 0; i < 30; ++i) add_marked(0);
  const auto run = ask();
  ASSERT_TRUE(run) << run.error().message;
  EXPECT_EQ(settings_from_json(run->settings)->promote, Promote::if_better);
  EXPECT_EQ(ask().error().code, core::ErrorCode::conflict);
  auto odd = request;
  odd.settings.false_reject_rate = 0.6;
  const auto refused = house_.database.write([&](Session& s) { return request_training(s, odd, house_.clock.now()); });
  EXPECT_EQ(refused.error().field, "false_reject_rate");
}

TEST_F(Training, knows_no_other_tasks_and_scopes) {
  const auto field = [&](const Subject& subject) { return check(subject) ? "" : check(subject).error().field; };
  EXPECT_EQ(field({.task = "objects"}), "task");
  EXPECT_EQ(field({.task = "anomaly", .scope = {.kind = "station", .value = "1"}}), "scope");
  EXPECT_EQ(field({.task = "anomaly", .scope = {.kind = "asset", .value = ""}}), "scope");
  EXPECT_EQ(field({.task = "anomaly", .scope = {.kind = "global", .value = "x"}}), "scope");
  EXPECT_EQ(field({.task = "species", .scope = {.kind = "asset_type", .value = "pump"}}), "");
}

}  // namespace
}  // namespace sightglass::inspection::training
