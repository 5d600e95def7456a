#include "inspection/model_registry.hpp"

#include <array>

#include "database/catalogue.hpp"
#include "support/stores.hpp"

namespace sightglass::inspection {
namespace {

class ModelRegistry : public test::StoreTest {
 protected:
  core::ModelId add(const std::string& version, const std::string& state = "ready") {
    const database::models::Model model{.id = core::ModelId::make(instant(0)),
                                        .name = "casting",
                                        .version = version,
                                        .task = "anomaly",
                                        .state = state,
                                        .origin = "trained"};
    test::must(write([&](auto& s) { return database::models::insert(s, model); }));
    return model.id;
  }
  core::Result<database::promotions::Promotion> promote(core::ModelId model, const Scope& scope = {}) {
    return write([&](auto& s) {
      return inspection::promote(s, {.model = model, .scope = scope, .person = "ann"}, instant(++ticks_));
    });
  }
  auto roll_back(const Scope& scope = {}) {
    return write([&](auto& s) { return inspection::roll_back(s, "anomaly", scope, "ann", instant(++ticks_)); });
  }
  std::optional<core::ModelId> holds(std::vector<Scope> scopes) {
    const auto model = test::must(read([&](auto& s) { return model_for(s, "anomaly", scopes); }));
    return model ? std::optional(model->id) : std::nullopt;
  }
  template <typename T>
  static core::ErrorCode code_of(const core::Result<T>& outcome) {
    return outcome ? core::ErrorCode::internal : outcome.error().code;
  }
  const Scope pumps{.kind = "asset_type", .value = "pump"};
  int ticks_ = 0;
};
INSTANTIATE_TEST_SUITE_P(Stores, ModelRegistry, test::all_stores());

TEST_P(ModelRegistry, goes_back_step_by_step_and_no_further) {
  const std::array models{add("1"), add("2"), add("3")};
  for (const auto& model : models) test::must(promote(model));
  EXPECT_EQ(holds({{}}), models[2]);
  EXPECT_EQ(code_of(promote(models[2])), core::ErrorCode::conflict);
  EXPECT_EQ(test::must(roll_back())->model_id, models[1]);
  EXPECT_EQ(test::must(roll_back())->model_id, models[0]);
  EXPECT_EQ(holds({{}}), models[0]);
  EXPECT_EQ(code_of(roll_back()), core::ErrorCode::conflict);
  test::must(promote(models[2]));
  EXPECT_EQ(test::must(roll_back())->model_id, models[0]);
}

TEST_P(ModelRegistry, prefers_the_narrower_scope_and_leaves_it_when_rolled_back) {
  const auto wide = add("1");
  const auto narrow = add("2");
  test::must(promote(wide));
  test::must(promote(narrow, pumps));
  EXPECT_EQ(holds({pumps, {}}), narrow);
  EXPECT_EQ(holds({{.kind = "asset_type", .value = "fan"}, {}}), wide);
  EXPECT_EQ(test::must(roll_back(pumps)), std::nullopt);
  EXPECT_EQ(holds({pumps, {}}), wide);
  EXPECT_EQ(code_of(roll_back(pumps)), core::ErrorCode::conflict);
}

TEST_P(ModelRegistry, promotes_only_what_is_ready_to_where_there_is_a_place) {
  EXPECT_EQ(code_of(promote(add("1", "candidate"))), core::ErrorCode::conflict);
  EXPECT_EQ(code_of(promote(add("2", "removed"))), core::ErrorCode::not_found);
  EXPECT_EQ(code_of(promote(core::ModelId::make(instant(0)))), core::ErrorCode::not_found);
  const auto model = add("3");
  for (const auto& scope : {Scope{.kind = "odd", .value = "x"}, Scope{.kind = "asset"}, Scope{.value = "x"}})
    EXPECT_EQ(code_of(promote(model, scope)), core::ErrorCode::invalid_input);
}

TEST_P(ModelRegistry, looks_for_a_photos_model_from_the_narrowest_scope_outwards) {
  const auto place = core::LocationId::make(instant(0));
  core::Asset asset{.id = core::AssetId::make(instant(0)), .code = "p1", .type = "pump", .location_id = place};
  test::must(write([&](auto& s) -> core::Result<void> {
    SG_TRY(database::locations::insert(s, {.id = place, .name = "hall"}));
    return database::assets::insert(s, asset);
  }));
  const auto scopes = [&](const core::Photo& photo) {
    std::vector<std::string> kinds;
    for (const auto& scope : test::must(read([&](auto& s) { return scopes_of(s, photo); })))
      kinds.push_back(scope.kind + " " + scope.value);
    return kinds;
  };
  EXPECT_EQ(scopes({}), std::vector<std::string>{"global "});
  EXPECT_EQ(scopes({.asset_id = asset.id}),
            (std::vector<std::string>{"asset " + asset.id.to_string(), "asset_type pump",
                                      "location " + place.to_string(), "global "}));
  const auto elsewhere = core::LocationId::make(instant(0));
  EXPECT_EQ(scopes({.asset_id = asset.id, .location_id = elsewhere})[2], "location " + elsewhere.to_string())
      << "where the photo says it was taken";
  asset.type.clear();
  test::must(write([&](auto& s) { return database::assets::update(s, asset); }));
  EXPECT_EQ(scopes({.asset_id = asset.id}).size(), 3U);
}

TEST_P(ModelRegistry, retires_what_nothing_uses) {
  const auto first = add("1");
  const auto second = add("2");
  test::must(promote(first));
  test::must(promote(second));
  const auto retire = [&](core::ModelId id) { return write([&](auto& s) { return inspection::retire(s, id); }); };
  EXPECT_EQ(code_of(retire(second)), core::ErrorCode::conflict);
  EXPECT_TRUE(retire(first));
  EXPECT_EQ(code_of(retire(first)), core::ErrorCode::not_found);
  EXPECT_EQ(code_of(roll_back()), core::ErrorCode::conflict) << "there is nothing to go back to any more";
  EXPECT_EQ(holds({{}}), second);
}

}  // namespace
}  // namespace sightglass::inspection
