#include "database/photo_scores.hpp"
#include "inspection/decisions.hpp"
#include "inspection/heat_map_blob.hpp"
#include "inspection/review.hpp"
#include "unit/inspection/judging_house.hpp"
#include "vision/pixels.hpp"
#include "vision/reference/reference_model.hpp"

namespace sightglass::inspection {
namespace {

class Anomalies : public JudgingTest {
 protected:
  std::vector<database::photo_scores::PhotoScore> scores_of(const core::Photo& photo) {
    return house_.database
        .read([&](database::Session& session) { return database::photo_scores::of_photo(session, photo.id); })
        .value();
  }
};

TEST_F(Anomalies, are_shown_where_they_are_and_make_the_photo_bad) {
  const auto model = add_model(anomaly_task, "1", anomaly_bytes());
  promote(model);
  const auto photo = add_photo("PIC bad 900");
  analyse(photo);
  EXPECT_EQ(step_of(photo, "anomalies"), "done");
  EXPECT_EQ(verdict_of(photo), "NG");
  const auto found = findings_of(photo);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].kind, core::FindingKind::anomaly);
  EXPECT_EQ(found[0].class_name, "anomaly");
  EXPECT_EQ(found[0].model, "anomaly");
  EXPECT_EQ(found[0].version, "1");
  ASSERT_TRUE(found[0].box && found[0].score && found[0].threshold);
  EXPECT_GT(*found[0].score, *found[0].threshold);
  EXPECT_GT(found[0].confidence, 0.9);
  EXPECT_GE(found[0].severity, core::Severity::medium);
  // Twenty pixels of the original for each of the raster's.
  EXPECT_GT(core::overlap(*found[0].box, core::scaled(painted_spot, 20, 20)), 0.3);
  const auto details = boost::json::parse(found[0].details).as_object();
  EXPECT_TRUE(details.at("nearest_good").as_string().starts_with("good "));
  EXPECT_NEAR(details.at("peak").at("x").to_number<double>(), 20 * (painted_spot.x + painted_spot.width / 2), 400);
}

TEST_F(Anomalies, are_found_beside_a_reference_whatever_backbone_is_installed) {
  const auto grey = vision::grey_of(PaintingDecoder::painted("PIC good printed 900"));
  ASSERT_TRUE(grey);
  const auto model = vision::ReferenceModel::of({{.name = "the reference", .picture = *grey}});
  ASSERT_TRUE(model);
  promote(add_model(anomaly_task, "1", vision::write_references(*model), ""));
  const auto bad = add_photo("PIC bad printed 901");
  analyse(bad);
  EXPECT_EQ(step_of(bad, "anomalies"), "done");
  EXPECT_EQ(verdict_of(bad), "NG");
  const auto found = findings_of(bad);
  ASSERT_EQ(found.size(), 1U);
  ASSERT_TRUE(found[0].box);
  EXPECT_GT(core::overlap(*found[0].box, core::scaled(painted_spot, 20, 20)), 0.5);
  EXPECT_EQ(boost::json::parse(found[0].details).at("nearest_good").as_string(), "the reference");
  EXPECT_FALSE(found[0].heat_map.empty());
  const auto good = add_photo("PIC good printed 900");
  analyse(good);
  EXPECT_EQ(verdict_of(good), "OK");
  EXPECT_TRUE(findings_of(good).empty());
}

TEST_F(Anomalies, have_a_heat_map_whose_peak_lies_in_the_spot) {
  promote(add_model(anomaly_task, "1", anomaly_bytes()));
  const auto photo = add_photo("PIC bad 900");
  analyse(photo);
  const auto found = findings_of(photo);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_TRUE(found[0].heat_map.starts_with("cache/heat/" + photo.id.to_string() + "/")) << found[0].heat_map;
  const auto map = heat_map_from_bytes(house_.read(found[0].heat_map));
  ASSERT_TRUE(map);
  const auto peak = std::ranges::max_element(map->z) - map->z.begin();
  const double x = (static_cast<double>(peak % map->size.width) + 0.5) / map->size.width * painted_size.width;
  const double y = (static_cast<double>(peak / map->size.width) + 0.5) / map->size.height * painted_size.height;
  EXPECT_NEAR(x, painted_spot.x + painted_spot.width / 2, 20);
  EXPECT_NEAR(y, painted_spot.y + painted_spot.height / 2, 20);
  analyse(photo);
  EXPECT_EQ(house_.files("cache/heat/"), std::vector{found[0].heat_map}) << "the same map is the same blob";
}

TEST_F(Anomalies, are_told_without_a_heat_map_when_the_store_does_not_take_one) {
  promote(add_model(anomaly_task, "1", anomaly_bytes()));
  const auto photo = add_photo("PIC bad 900");
  ASSERT_TRUE(house_.store.put("cache", "a file where the folder would be", storage::BlobStore::Durability::durable));
  analyse(photo);
  ASSERT_EQ(findings_of(photo).size(), 1U);
  EXPECT_EQ(findings_of(photo)[0].heat_map, "");
  EXPECT_EQ(verdict_of(photo), "NG");
  EXPECT_TRUE(log_.lines().json.contains("The heat map could not be kept"));
}

TEST_F(Anomalies, of_a_turned_photo_lie_on_the_upright_one) {
  promote(add_model(anomaly_task, "1", anomaly_bytes()));
  const auto photo = add_photo("PIC bad 900");
  ASSERT_TRUE(house_.database.write([&](database::Session& session) -> core::Result<void> {
    SG_TRY(session.execute("UPDATE photos SET rotation = 180 WHERE id = $1", {photo.id}));
    return {};
  }));
  analyse(photo);
  const auto found = findings_of(photo);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_GT(core::overlap(*found[0].box, core::scaled(painted_spot, 20, 20)), 0.3);
  const auto map = heat_map_from_bytes(house_.read(found[0].heat_map));
  ASSERT_TRUE(map);
  const auto peak = std::ranges::max_element(map->z) - map->z.begin();
  EXPECT_GT(peak % map->size.width, map->size.width / 2) << "the spot is in the right half of the upright photo";
}

TEST_F(Anomalies, absent_make_the_photo_good) {
  const auto model = add_model(anomaly_task, "1", anomaly_bytes());
  promote(model);
  const auto photo = add_photo("PIC good 901");
  analyse(photo);
  EXPECT_TRUE(findings_of(photo).empty());
  EXPECT_EQ(verdict_of(photo), "OK");
  EXPECT_TRUE(house_.files("cache/heat/").empty());
  const auto kept = scores_of(photo);
  ASSERT_EQ(kept.size(), 1U);
  EXPECT_EQ(kept[0].model_id, model.id);
  EXPECT_LE(kept[0].score, kept[0].threshold);
  const auto told = boost::json::parse(analysis_of(photo).scores).at(0).as_object();
  EXPECT_EQ(told.at("task").as_string(), "anomaly");
  EXPECT_EQ(told.at("model").as_string(), "anomaly@1");
  EXPECT_EQ(told.at("model_id").as_string(), model.id.to_string());
  EXPECT_EQ(told.at("score").to_number<double>(), kept[0].score);
  EXPECT_TRUE(house_.read(filing::sidecar_key(photo.files)).contains(R"("OK")")) << "the sidecar tells of the verdict";
}

TEST_F(Anomalies, are_not_looked_for_where_no_model_holds) {
  const auto photo = add_photo("PIC bad 900");
  analyse(photo);
  EXPECT_EQ(step_of(photo, "anomalies"), "skipped: no model that was taught for anomaly holds for this photo");
  EXPECT_EQ(verdict_of(photo), "");
  EXPECT_TRUE(scores_of(photo).empty());
  EXPECT_EQ(analysis_of(photo).scores, "[]");
}

TEST_F(Anomalies, are_judged_by_the_model_of_the_narrowest_scope) {
  const auto asset = add_asset("p1");
  const auto other = add_asset("p2");
  const auto everywhere = add_model(anomaly_task, "everywhere", anomaly_bytes());
  const auto pumps = add_model(anomaly_task, "pumps", anomaly_bytes());
  const auto this_one = add_model(anomaly_task, "one", anomaly_bytes());
  promote(everywhere);
  promote(pumps, {.kind = "asset_type", .value = "pump"});
  promote(this_one, {.kind = "asset", .value = asset.to_string()});
  const auto judge_of = [&](const core::Photo& photo) {
    analyse(photo);
    return scores_of(photo).at(0).model_id;
  };
  EXPECT_EQ(judge_of(add_photo("PIC good 901", {.asset_id = asset})), this_one.id);
  EXPECT_EQ(judge_of(add_photo("PIC good 902", {.asset_id = other})), pumps.id);
  EXPECT_EQ(judge_of(add_photo("PIC good 903")), everywhere.id);
}

TEST_F(Anomalies, are_not_judged_by_a_model_that_was_taught_on_another_network) {
  promote(add_model(anomaly_task, "1", anomaly_bytes(), "older@1"));
  const auto photo = add_photo("PIC bad 900");
  analyse(photo);
  EXPECT_EQ(step_of(photo, "anomalies"),
            "skipped: anomaly@1 was taught on older@1, and painted@1 is installed: it has to be trained again");
  EXPECT_EQ(verdict_of(photo), "");
}

TEST_F(Anomalies, are_judged_anew_by_another_model_and_what_else_was_seen_is_not_looked_at_again) {
  const auto first = add_model(anomaly_task, "1", anomaly_bytes());
  const auto second = add_model(anomaly_task, "2", anomaly_bytes());
  promote(first);
  const auto photo = add_photo("PIC bad 900");
  analyse(photo);
  const auto before = analysis_of(photo);
  promote(second);
  analyse(photo);
  const auto after = analysis_of(photo);
  EXPECT_NE(after.version, before.version);
  EXPECT_EQ(scores_of(photo).at(0).model_id, second.id);
  ASSERT_EQ(findings_of(photo).size(), 1U);
  EXPECT_EQ(findings_of(photo)[0].version, "2");
  EXPECT_TRUE(log_.lines().json.contains("looked at before"));
  analyse(photo);
  EXPECT_EQ(analysis_of(photo).id, after.id);
}

TEST_F(Anomalies, that_a_person_rejected_leave_the_photo_good) {
  promote(add_model(anomaly_task, "1", anomaly_bytes()));
  const auto photo = add_photo("PIC bad 900");
  analyse(photo);
  const auto alarm = findings_of(photo).at(0);
  const auto ann = add_user("ann", core::Role::reviewer);
  ASSERT_TRUE(house_.database.write([&](database::Session& session) {
    return decide(session, {.id = ann, .name = "ann"}, alarm.id, Action::reject, {}, house_.clock.now());
  }));
  EXPECT_EQ(verdict_of(photo), "OK");
  analyse(photo);
  EXPECT_EQ(verdict_of(photo), "OK");
  ASSERT_EQ(findings_of(photo).size(), 1U);
  EXPECT_EQ(findings_of(photo)[0].state, core::FindingState::rejected);
}

TEST_F(Anomalies, are_reviewed_beside_the_good_picture_that_looks_most_like_them) {
  const auto good = add_photo("PIC good 901");
  const auto hidden = add_photo("PIC good 902");
  const auto photo = add_photo("PIC bad 900");
  const auto shown_beside = [&](const core::Photo& nearest) {
    const core::Finding alarm{.kind = core::FindingKind::anomaly,
                              .class_name = "anomaly",
                              .details = R"({"nearest_good":")" + nearest.id.to_string() + R"("})"};
    const std::array kinds{core::FindingKind::anomaly};
    const auto page = house_.database.write([&](database::Session& session) -> core::Result<ReviewPage> {
      SG_TRY(database::findings::replace_machine(session, photo.id, kinds, {alarm}, house_.clock.now()));
      return next_items(session, {.photo = photo.id}, {.sees_all = true}, std::nullopt);
    });
    return page->items.at(0).good;
  };
  ASSERT_TRUE(shown_beside(good));
  EXPECT_EQ(shown_beside(good)->id, good.id);
  ASSERT_TRUE(house_.database.write([&](database::Session& session) {
    return database::photos::set_trashed(session, hidden.id, house_.clock.now());
  }));
  EXPECT_FALSE(shown_beside(hidden));
}

TEST_F(Anomalies, of_a_model_whose_file_was_changed_are_not_told) {
  const auto model = add_model(anomaly_task, "1", anomaly_bytes());
  promote(model);
  const auto photo = add_photo("PIC good 901");
  analyse(photo);
  const std::string key = model.key_prefix + std::string(trained_file_name);
  ASSERT_TRUE(house_.store.put(key, anomaly_bytes() + "x", storage::BlobStore::Durability::durable));
  TrainedModels other(house_.database, house_.store);
  workshop_.trained = &other;
  analyse(photo);
  EXPECT_EQ(step_of(photo, "anomalies"), "failed: the file of the model anomaly@1 is not the one that was trained");
  EXPECT_EQ(verdict_of(photo), "OK") << "what a model said before still stands";
}

TEST_F(Anomalies, of_numbers_that_are_not_finite_are_an_error_of_the_step) {
  promote(add_model(anomaly_task, "1", anomaly_bytes()));
  backbone_.is_broken = true;
  const auto photo = add_photo("PIC bad 900");
  analyse(photo);
  EXPECT_TRUE(step_of(photo, "anomalies").starts_with("failed: ")) << step_of(photo, "anomalies");
  EXPECT_EQ(verdict_of(photo), "");
  EXPECT_TRUE(findings_of(photo).empty());
}

TEST(HeatMapBlob, is_turned_back_with_the_photo) {
  const HeatMap upright{.size = {3, 2}, .z = {1, 2, 3, 4, 5, 6}};
  const HeatMap by_90{.size = {2, 3}, .z = {4, 1, 5, 2, 6, 3}};
  const HeatMap by_180{.size = {3, 2}, .z = {6, 5, 4, 3, 2, 1}};
  const HeatMap by_270{.size = {2, 3}, .z = {3, 6, 2, 5, 1, 4}};
  EXPECT_EQ(turned_back(upright, 0).z, upright.z);
  EXPECT_EQ(turned_back(by_90, 90).z, upright.z);
  EXPECT_EQ(turned_back(by_180, 180).z, upright.z);
  EXPECT_EQ(turned_back(by_270, 270).z, upright.z);
  EXPECT_EQ(turned_back(by_90, 90).size, upright.size);
}

}  // namespace
}  // namespace sightglass::inspection
