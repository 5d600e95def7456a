#include "inspection/drift.hpp"

#include "database/notices.hpp"
#include "database/photo_scores.hpp"
#include "unit/inspection/judging_house.hpp"
#include "vision/anomaly/anomaly_file.hpp"

namespace sightglass::inspection {
namespace {

using database::model_drift::Drift;
using database::models::Model;

// What a model's good pictures scored, and photos that score the same or something else.
class DriftAlarm : public JudgingTest {
 protected:
  DriftAlarm() : olga_(add_user("olga", core::Role::operator_)), model_(add_model(anomaly_task, "1", anomaly_bytes())) {
    goods_ = vision::good_scores(vision::read_anomaly(anomaly_bytes())->parts());
    promote(model_);
  }
  // Of `count` photos from the `first` on the model says now what it said of the goods, and `shift`.
  std::vector<core::PhotoId> see(std::size_t count, double shift, std::size_t first = 0) {
    house_.clock.advance(std::chrono::minutes(1));
    while (photos_.size() < first + count)
      photos_.push_back(add_photo("PIC good " + std::to_string(photos_.size() + 1)).id);
    const std::vector<core::PhotoId> seen(photos_.begin() + static_cast<std::ptrdiff_t>(first),
                                          photos_.begin() + static_cast<std::ptrdiff_t>(first + count));
    for (std::size_t i = 0; i < count; ++i) put(seen[i], goods_[i % goods_.size()] + shift);
    return seen;
  }
  void put(core::PhotoId photo, double score) {
    const database::photo_scores::PhotoScore row{.photo_id = photo,
                                                 .task = std::string(anomaly_task),
                                                 .model_id = model_.id,
                                                 .score = score,
                                                 .at = house_.clock.now()};
    ASSERT_TRUE(house_.database.write([&](database::Session& s) { return database::photo_scores::put(s, row); }));
  }
  std::string check() {
    const auto result = check_drift(
        {.models = trained_, .database = house_.database, .clock = house_.clock, .log = log_, .should_stop = stop_});
    return result ? *result : result.error().message;
  }
  std::optional<Drift> drift() {
    return house_.database.read([&](database::Session& s) { return database::model_drift::find(s, model_.id); })
        .value();
  }
  std::vector<std::string> told(core::UserId user) {
    const auto notices =
        house_.database.read([&](database::Session& s) { return database::notices::list(s, user, {}); });
    std::vector<std::string> kinds;
    for (const auto& notice : *notices) kinds.push_back(notice.kind);
    return kinds;
  }
  void sleep_over(std::chrono::days days) { house_.clock.advance(days); }

  core::UserId olga_;
  Model model_;
  std::vector<double> goods_;
  std::vector<core::PhotoId> photos_;
  std::function<bool()> stop_{};
};

TEST_F(DriftAlarm, is_silent_while_photos_score_as_the_goods_did) {
  see(40, 0);
  EXPECT_EQ(check(), R"({"checked":1,"drifting":0,"failed":0,"told":0})");
  ASSERT_TRUE(drift());
  EXPECT_EQ(drift()->state, "steady");
  EXPECT_EQ(drift()->goods, 40);
  EXPECT_EQ(drift()->recent, 40);
  EXPECT_GT(drift()->p.value_or(0), 0.01);
  EXPECT_TRUE(told(olga_).empty());
}

TEST_F(DriftAlarm, needs_thirty_photos) {
  see(29, 10);
  check();
  EXPECT_EQ(drift()->state, "unknown");
  EXPECT_EQ(drift()->recent, 29);
  EXPECT_FALSE(drift()->p || drift()->distance);
  see(30, 10);
  check();
  EXPECT_EQ(drift()->state, "higher");
}

TEST_F(DriftAlarm, tells_operators_once_until_it_is_over_and_again_of_the_other_side) {
  const auto ada = add_user("ada", core::Role::administrator);
  const auto away = add_user("otto", core::Role::operator_, true);
  see(40, 10);
  EXPECT_EQ(check(), R"({"checked":1,"drifting":1,"failed":0,"told":1})");
  const auto since = drift()->since;
  house_.clock.advance(std::chrono::hours(6));
  EXPECT_EQ(check(), R"({"checked":1,"drifting":1,"failed":0,"told":0})");
  EXPECT_EQ(drift()->since, since) << "it is the same alarm";
  EXPECT_EQ(told(olga_), std::vector<std::string>{"scores_higher"});
  see(40, 0);
  check();
  EXPECT_EQ(drift()->state, "steady");
  EXPECT_GT(drift()->since, since);
  see(40, -10);
  check();
  EXPECT_EQ(drift()->state, "lower");
  EXPECT_EQ(told(olga_), (std::vector<std::string>{"scores_lower", "scores_higher"}));
  EXPECT_TRUE(told(ada).empty() && told(away).empty());
}

TEST_F(DriftAlarm, is_told_to_administrators_where_there_is_no_operator) {
  ASSERT_TRUE(house_.database.write([&](database::Session& s) -> core::Result<void> {
    SG_TRY(s.execute("UPDATE users SET is_disabled = 1 WHERE id = $1", {olga_}));
    return {};
  }));
  const auto ada = add_user("ada", core::Role::administrator);
  see(40, 10);
  check();
  EXPECT_EQ(told(ada), std::vector<std::string>{"scores_higher"});
}

TEST_F(DriftAlarm, leaves_out_defects_that_people_know_and_what_is_long_ago) {
  see(40, 0);
  for (const auto photo : see(40, 10, 40)) {
    ASSERT_TRUE(house_.database.write([&](database::Session& s) -> core::Result<void> {
      SG_TRY(s.execute("UPDATE photos SET verdict = 'NG' WHERE id = $1", {photo}));
      return {};
    }));
  }
  check();
  EXPECT_EQ(drift()->state, "steady");
  EXPECT_EQ(drift()->recent, 40);
  sleep_over(std::chrono::days(31));
  check();
  EXPECT_EQ(drift()->recent, 0);
  EXPECT_EQ(drift()->state, "unknown");
}

TEST_F(DriftAlarm, is_of_models_that_hold_each_once) {
  promote(model_, {.kind = "asset_type", .value = "pump"});
  see(40, 10);
  EXPECT_EQ(check(), R"({"checked":1,"drifting":1,"failed":0,"told":1})") << "it holds in two scopes";
  ASSERT_TRUE(house_.database.write([](database::Session& s) -> core::Result<void> {
    SG_TRY(database::promotions::end(s, anomaly_task, {}));
    SG_TRY(database::promotions::end(s, anomaly_task, {.kind = "asset_type", .value = "pump"}));
    return {};
  }));
  EXPECT_EQ(check(), R"({"checked":0,"drifting":0,"failed":0,"told":0})");
  EXPECT_FALSE(drift());
}

TEST_F(DriftAlarm, of_others_goes_on_when_one_cannot_be_read) {
  const auto broken = add_model(anomaly_task, "2", "no model");
  promote(broken, {.kind = "asset_type", .value = "pump"});
  see(40, 0);
  EXPECT_EQ(check(), R"({"checked":1,"drifting":0,"failed":1,"told":0})");
  EXPECT_TRUE(log_.lines().json.contains("anomaly@2 could not be checked"));
}

TEST_F(DriftAlarm, stops_when_it_is_told_to) {
  stop_ = [] { return true; };
  EXPECT_EQ(check(), "The check was stopped.");
  EXPECT_FALSE(drift());
}

TEST(DriftState, begins_and_ends_at_different_bounds) {
  const auto compared = [](double p, double distance = 0.5, bool is_higher = true) {
    return std::optional(vision::ScoreDrift{.is_higher = is_higher, .distance = distance, .p = p});
  };
  EXPECT_EQ(drift_state("steady", compared(0.0009)), "higher");
  EXPECT_EQ(drift_state("steady", compared(0.002)), "steady");
  EXPECT_EQ(drift_state("higher", compared(0.002)), "higher") << "not over yet";
  EXPECT_EQ(drift_state("higher", compared(0.02)), "steady");
  EXPECT_EQ(drift_state("higher", compared(0.002, 0.5, false)), "steady") << "that is the other side";
  EXPECT_EQ(drift_state("higher", compared(0.0001, 0.5, false)), "lower");
  EXPECT_EQ(drift_state("unknown", compared(1e-9, 0.2)), "steady") << "certain, and too small to matter";
  EXPECT_EQ(drift_state("higher", std::nullopt), "unknown");
}

}  // namespace
}  // namespace sightglass::inspection
