#include "database/model_drift.hpp"

#include "database/models.hpp"
#include "database/promotions.hpp"
#include "support/stores.hpp"

namespace sightglass::database {
namespace {

using model_drift::Drift;

class ModelDrift : public test::StoreTest {
 protected:
  core::ModelId add_model(const std::string& version) {
    const models::Model model{.id = core::ModelId::make(instant(0)),
                              .name = "casting",
                              .version = version,
                              .task = "anomaly",
                              .state = "ready",
                              .origin = "trained"};
    test::must(write([&](Session& s) { return models::insert(s, model); }));
    return model.id;
  }
  void promote(core::ModelId model) {
    test::must(write([&](Session& s) {
      return promotions::put(s, {.id = core::ModelId::make(instant(1)).to_string(),
                                 .task = "anomaly",
                                 .model_id = model,
                                 .promoted_at = instant(1)});
    }));
  }
  void put(const Drift& drift) {
    test::must(write([&](Session& s) { return model_drift::put(s, drift); }));
  }
  std::optional<Drift> find(core::ModelId model) {
    return test::must(read([&](Session& s) { return model_drift::find(s, model); }));
  }
  std::vector<Drift> list() {
    return test::must(read([](Session& s) { return model_drift::list(s); }));
  }
};
INSTANTIATE_TEST_SUITE_P(Stores, ModelDrift, test::all_stores());

TEST_P(ModelDrift, is_what_was_found_last) {
  const auto model = add_model("1");
  EXPECT_FALSE(find(model));
  put({.model_id = model, .state = "unknown", .since = instant(1), .goods = 40, .recent = 3, .checked_at = instant(1)});
  const auto first = find(model);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->state, "unknown");
  EXPECT_FALSE(first->p || first->distance);
  put({.model_id = model,
       .state = "higher",
       .since = instant(2),
       .p = 1e-12,
       .distance = 0.75,
       .goods = 40,
       .recent = 200,
       .checked_at = instant(3)});
  ASSERT_EQ(list().size(), 1U);
  const auto found = list().front();
  EXPECT_EQ(found.model_id, model);
  EXPECT_EQ(found.state, "higher");
  EXPECT_EQ(found.since, instant(2));
  EXPECT_EQ(found.p, 1e-12);
  EXPECT_EQ(found.distance, 0.75);
  EXPECT_EQ(found.goods, 40);
  EXPECT_EQ(found.recent, 200);
  EXPECT_EQ(found.checked_at, instant(3));
}

TEST_P(ModelDrift, is_forgotten_of_models_that_hold_no_more) {
  const auto before = add_model("1");
  const auto now = add_model("2");
  promote(before);
  for (const auto model : {before, now}) put({.model_id = model, .state = "steady"});
  promote(now);
  EXPECT_EQ(test::must(write([](Session& s) { return model_drift::prune(s); })), 1);
  ASSERT_EQ(list().size(), 1U);
  EXPECT_EQ(list().front().model_id, now);
}

TEST_P(ModelDrift, is_of_models_that_are_there) {
  const auto outcome = write([&](Session& s) {
    return model_drift::put(s, {.model_id = core::ModelId::make(instant(0)), .state = "steady"});
  });
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, core::ErrorCode::conflict);
}

}  // namespace
}  // namespace sightglass::database
