#include "database/models.hpp"

#include "database/embeddings.hpp"
#include "database/meters.hpp"
#include "database/promotions.hpp"
#include "database/result_cache.hpp"
#include "support/stores.hpp"

namespace sightglass::database {
namespace {

class Models : public test::StoreTest {
 protected:
  models::Model add(const std::string& name, const std::string& version, const std::string& task = "anomaly") {
    const models::Model model{.id = core::ModelId::make(instant(0)),
                              .name = name,
                              .version = version,
                              .task = task,
                              .format = "onnx",
                              .state = "ready",
                              .origin = "file",
                              .manifest = R"({"a":1})",
                              .key_prefix = "models/" + name + "/" + version + "/",
                              .bytes = 5,
                              .sha256 = std::string(64, 'a'),
                              .created_at = instant(1),
                              .created_by = "ann"};
    test::must(write([&](Session& s) { return models::insert(s, model); }));
    return model;
  }
  std::string names(models::Filter filter) {
    std::string text;
    for (const auto& model : test::must(read([&](Session& s) { return models::list(s, filter); })))
      text += model.name + model.version + " ";
    return text;
  }
  void promote(const models::Model& model, promotions::Scope scope, std::optional<core::ModelId> previous = {}) {
    const promotions::Promotion promotion{.id = core::ModelId::make(instant(0)).to_string(),
                                          .task = model.task,
                                          .scope = std::move(scope),
                                          .model_id = model.id,
                                          .previous_id = previous,
                                          .promoted_at = instant(3),
                                          .promoted_by = "ann",
                                          .rule = "person",
                                          .why = "better"};
    test::must(write([&](Session& s) { return promotions::put(s, promotion); }));
  }
  std::optional<promotions::Promotion> current(const promotions::Scope& scope) {
    return test::must(read([&](Session& s) { return promotions::current(s, "anomaly", scope); }));
  }
};
INSTANTIATE_TEST_SUITE_P(Stores, Models, test::all_stores());

TEST_P(Models, are_found_by_name_in_their_newest_version_that_is_ready) {
  const auto newest = [&](std::string_view name) {
    const auto found = test::must(read([&](Session& s) { return models::find_newest_ready(s, name, "anomaly"); }));
    return found ? found->version : "none";
  };
  EXPECT_EQ(newest("casting"), "none");
  add("casting", "9");
  add("casting", "10");
  auto third = add("casting", "2");
  add("other", "4");
  add("casting", "3", "objects");
  EXPECT_EQ(newest("casting"), "2");
  third.state = "candidate";
  test::must(write([&](Session& s) { return models::update(s, third); }));
  EXPECT_EQ(newest("casting"), "10");
}

TEST_P(Models, are_listed_newest_first_and_without_those_removed) {
  add("casting", "1");
  auto second = add("casting", "2");
  add("yolo", "1", "objects");
  EXPECT_EQ(names({}), "yolo1 casting2 casting1 ");
  EXPECT_EQ(names({.task = "anomaly", .limit = 1}), "casting2 ");
  EXPECT_EQ(names({.after = second.id}), "casting1 ");
  second.state = "removed";
  second.error = "gone";
  second.metrics = R"({"auroc":0.9})";
  test::must(write([&](Session& s) { return models::update(s, second); }));
  EXPECT_EQ(names({}), "yolo1 casting1 ");
  EXPECT_EQ(names({.state = "removed"}), "casting2 ");
  const auto found = test::must(read([&](Session& s) { return models::find_version(s, "casting", "2"); }));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->metrics, second.metrics);
  EXPECT_EQ(found->manifest, second.manifest);
  EXPECT_EQ(found->key_prefix, "models/casting/2/");
  EXPECT_EQ(found->training_run, std::nullopt);
}

TEST_P(Models, have_one_of_a_name_and_version) {
  auto model = add("casting", "1");
  model.id = core::ModelId::make(instant(0));
  const auto doubled = write([&](Session& s) { return models::insert(s, model); });
  ASSERT_FALSE(doubled);
  EXPECT_EQ(doubled.error().code, core::ErrorCode::conflict);
  EXPECT_FALSE(write([&](Session& s) { return models::update(s, model); }));
}

TEST_P(Models, hold_where_they_were_promoted_last) {
  const auto first = add("casting", "1");
  const auto second = add("casting", "2");
  const promotions::Scope pumps{.kind = "asset_type", .value = "pump"};
  EXPECT_FALSE(current({}));
  promote(first, {});
  promote(first, pumps);
  promote(second, {}, first.id);
  EXPECT_EQ(current({})->model_id, second.id);
  EXPECT_EQ(current({})->previous_id, first.id);
  EXPECT_EQ(current(pumps)->model_id, first.id);
  test::must(read([&](Session& s) -> core::Result<void> {
    SG_ASSIGN(const auto all, promotions::currents(s, std::nullopt));
    EXPECT_EQ(all.size(), 2U);
    SG_ASSIGN(const auto none, promotions::currents(s, "objects"));
    EXPECT_TRUE(none.empty());
    SG_ASSIGN(const auto history, promotions::history(s, first.id, 10));
    EXPECT_EQ(history.size(), 2U);
    EXPECT_FALSE(history.back().is_current);
    return {};
  }));
  const auto end = [&] { return test::must(write([&](Session& s) { return promotions::end(s, "anomaly", pumps); })); };
  EXPECT_TRUE(end());
  EXPECT_FALSE(end());
  EXPECT_FALSE(current(pumps));
  EXPECT_EQ(current({})->model_id, second.id);
  const auto course = test::must(read([&](Session& s) { return promotions::course(s, "anomaly", {}); }));
  ASSERT_EQ(course.size(), 2U);
  EXPECT_EQ(course.front().model_id, first.id);
  EXPECT_TRUE(course.back().is_current);
}

TEST_P(Models, leave_embeddings_that_go_with_their_photo) {
  const auto photo = add_photo();
  const auto save = [&](core::PhotoId id, const std::string& region, const std::string& bytes) {
    test::must(write([&](Session& s) {
      return embeddings::save(
          s, {.photo_id = id, .model = "m/1", .region = region, .bytes = bytes, .made_at = instant(1)});
    }));
  };
  const std::string bytes("\0\xff\x01", 3);
  save(photo, "", "first");
  save(photo, "", bytes);
  save(photo, "part", "part");
  const auto found = test::must(read([&](Session& s) { return embeddings::find(s, photo, "m/1", ""); }));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->bytes, bytes);
  test::must(write([&](Session& s) { return photos::remove(s, photo); }));
  for (const auto* region : {"", "part"})
    EXPECT_FALSE(test::must(read([&](Session& s) { return embeddings::find(s, photo, "m/1", region); })));
}

TEST_P(Models, find_results_until_they_expire) {
  core::Sha256 sum;
  sum.bytes[0] = 1;
  const auto save = [&](const std::string& pipeline, const std::string& result, std::int64_t expires) {
    test::must(write([&](Session& s) {
      return result_cache::save(s, {.sha256 = sum,
                                    .pipeline = pipeline,
                                    .result = result,
                                    .made_at = instant(0),
                                    .expires_at = instant(expires)});
    }));
  };
  const auto find = [&](const std::string& pipeline, std::int64_t at) {
    return test::must(read([&](Session& s) { return result_cache::find(s, sum, pipeline, instant(at)); }));
  };
  save("a", "old", 5);
  save("a", "new", 10);
  save("b", "b", 20);
  EXPECT_EQ(find("a", 9), "new");
  EXPECT_EQ(find("a", 10), std::nullopt);
  EXPECT_EQ(find("c", 0), std::nullopt);
  const auto expire = [&] {
    return test::must(write([&](Session& s) { return result_cache::remove_expired(s, instant(10), 5); }));
  };
  EXPECT_EQ(expire(), 1);
  EXPECT_EQ(expire(), 0);
  EXPECT_EQ(find("b", 10), "b");
}

TEST_P(Models, do_without_meters_but_those_are_kept_by_asset) {
  const core::Asset asset{.id = core::AssetId::make(instant(0)), .code = "a", .name = "a"};
  test::must(write([&](Session& s) { return assets::insert(s, asset); }));
  meters::Meter meter{.id = core::MeterId::make(instant(0)),
                      .asset_id = asset.id,
                      .name = "water",
                      .kind = "wheels",
                      .unit = "m³",
                      .digits = 5,
                      .decimals = 3,
                      .rolls_over = false,
                      .largest_rate = 2.5,
                      .profile = R"({"face":1})",
                      .created_at = instant(1),
                      .updated_at = instant(1)};
  test::must(write([&](Session& s) { return meters::insert(s, meter); }));
  meter.name = "gas";
  meter.largest_rate.reset();
  meter.reference_photo = add_photo();
  test::must(write([&](Session& s) { return meters::update(s, meter); }));
  const auto found = test::must(read([&](Session& s) { return meters::list(s, asset.id, std::nullopt, 5); }));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].name + found[0].kind + found[0].unit + found[0].profile, "gaswheelsm³{\"face\":1}");
  EXPECT_EQ(found[0].digits * 10 + found[0].decimals, 53);
  EXPECT_FALSE(found[0].rolls_over);
  EXPECT_EQ(found[0].largest_rate, std::nullopt);
  EXPECT_EQ(found[0].reference_photo, meter.reference_photo);
  auto doubled = meter;
  doubled.id = core::MeterId::make(instant(0));
  const auto refused = write([&](Session& s) { return meters::insert(s, doubled); });
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, core::ErrorCode::conflict);
  test::must(write([&](Session& s) { return photos::remove(s, *meter.reference_photo); }));
  EXPECT_EQ(test::must(read([&](Session& s) { return meters::find(s, meter.id); }))->reference_photo, std::nullopt);
  EXPECT_TRUE(test::must(write([&](Session& s) { return meters::remove(s, meter.id); })));
  EXPECT_FALSE(test::must(write([&](Session& s) { return meters::remove(s, meter.id); })));
}

}  // namespace
}  // namespace sightglass::database
