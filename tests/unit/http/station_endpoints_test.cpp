#include "database/models.hpp"
#include "unit/http/station_house.hpp"

namespace sightglass::http {
namespace {

class StationEndpoints : public StationHouse {
 protected:
  std::string field_of_new(const std::string& members) {
    const auto answer = create(R"({"name":"press","camera_id":")" + camera + R"(","trigger":{"source":"software"})" +
                               (members.empty() ? "" : "," + members) + "}");
    EXPECT_EQ(answer.status, 422) << members;
    return field_of(answer);
  }
  Response patch(const std::string& station, const std::string& body) {
    return send(operator_, Method::patch, "/api/v1/stations/" + station, body);
  }
  void add_model(const std::string& name, const std::string& task = "anomaly", const std::string& state = "ready") {
    const auto id = core::ModelId::make(clock.now());
    const database::models::Model model{.id = id,
                                        .name = name,
                                        .version = "1",
                                        .task = task,
                                        .format = "sightglass-anomaly",
                                        .state = state,
                                        .origin = "trained",
                                        .created_at = clock.now()};
    EXPECT_TRUE(database->write([&](database::Session& s) { return database::models::insert(s, model); }));
  }
  std::string camera = add_camera("bench");
};

TEST_F(StationEndpoints, show_how_a_station_stands_and_what_waits_there) {
  const auto id = add_station("press");
  EXPECT_EQ(stations.refreshes, 1) << "it is armed at once";
  stations.statuses[core::StationId::parse(id).value()] = {.is_running = true,
                                                           .camera = camera::State::armed,
                                                           .is_simulated = true,
                                                           .is_armed = true,
                                                           .fault = "all is lost",
                                                           .waiting_frames = 3,
                                                           .spilled_frames = 2};
  EXPECT_EQ(send(technician, Method::post, "/api/ml/store-image-id", R"({"image_id":"A-1"})").status, 200);
  const auto station = at("/api/v1/stations/" + id);
  EXPECT_EQ(text_of(station.at("name")), "press");
  EXPECT_EQ(text_of(station.at("trigger").at("source")), "software");
  EXPECT_EQ(station.at("recipe_version").as_int64(), 1);
  EXPECT_EQ(text_of(station.at("recipe").at("keep").at("ng")), "photo") << "what holds when nothing is said is said";
  const auto& status = station.at("status");
  EXPECT_TRUE(status.at("armed").as_bool());
  EXPECT_TRUE(status.at("simulated").as_bool());
  EXPECT_EQ(text_of(status.at("camera")), "armed");
  EXPECT_EQ(text_of(status.at("fault")), "all is lost");
  EXPECT_EQ(status.at("waiting_frames").as_int64(), 3);
  EXPECT_EQ(status.at("spilled_frames").as_int64(), 2);
  EXPECT_EQ(station.at("today").at("triggers").as_int64(), 0);
  EXPECT_EQ(text_of(station.at("waiting").at(0).at("image_id")), "A-1");
  EXPECT_EQ(text_of(station.at("waiting").at(0).at("stored_by")), "tom");
  EXPECT_EQ(ids(viewer, "/api/v1/stations"), std::vector{id});
}

TEST_F(StationEndpoints, name_the_member_that_is_wrong) {
  EXPECT_EQ(field_of(create("{}")), "name");
  EXPECT_EQ(field_of(create(R"({"name":"press"})")), "camera_id");
  EXPECT_EQ(field_of(create(R"({"name":"press","camera_id":"x"})")), "camera_id");
  EXPECT_EQ(field_of(create(R"({"name":"press","camera_id":")" + camera + R"("})")), "trigger");
  EXPECT_EQ(field_of(create(R"({"name":"p","camera_id":")" + nobody + R"(","trigger":{"source":"software"}})")),
            "camera_id");
  EXPECT_EQ(field_of(create(R"({"name":"p","camera_id":")" + camera + R"(","trigger":{"source":"line"}})")),
            "trigger.line");
  EXPECT_EQ(field_of(create(R"({"name":"p","camera_id":")" + camera + R"(","trigger":{"source":"free_running"}})")),
            "trigger.source");
  EXPECT_EQ(field_of_new(R"("recipe":{"threshold":"high"})"), "recipe.threshold");
  EXPECT_EQ(field_of_new(R"("recipe":{"region":{"x":0,"y":0,"width":1,"height":64}})"), "recipe.region.width");
  EXPECT_EQ(field_of_new(R"("recipe":{"keep":{"ok":"all"}})"), "recipe.keep.ok");
  EXPECT_EQ(field_of_new(R"("recipe":{"odd":1})"), "recipe.odd");
  EXPECT_EQ(field_of_new(R"("recipe":[])"), "recipe");
  EXPECT_EQ(field_of_new(R"("enabled":"yes")"), "enabled");
  EXPECT_EQ(field_of_new(R"("odd":1)"), "odd");
  EXPECT_TRUE(ids(viewer, "/api/v1/stations").empty());
}

TEST_F(StationEndpoints, refuse_a_model_that_cannot_judge_and_say_which_can) {
  const auto refused = [&](const std::string& model) {
    const auto answer = create(R"({"name":"press","camera_id":")" + camera +
                               R"(","trigger":{"source":"software"},"recipe":{"model":")" + model + R"("}})");
    EXPECT_EQ(answer.status, 422) << model;
    EXPECT_EQ(field_of(answer), "recipe.model") << model;
    return bytes_of(answer);
  };
  EXPECT_TRUE(refused("belt").contains("train one first")) << "there is none at all";
  add_model("belt");
  add_model("cracks", "damage");
  add_model("cover", "anomaly", "candidate");
  const auto unknown = refused("bolt");
  EXPECT_TRUE(unknown.contains("these would do: belt, belt@1")) << unknown;
  EXPECT_FALSE(unknown.contains("cracks")) << unknown;
  EXPECT_FALSE(unknown.contains("cover")) << unknown;
  EXPECT_TRUE(refused("cracks").contains("a model for damage"));
  EXPECT_TRUE(refused("cracks@1").contains("a model for damage"));
  EXPECT_TRUE(refused("cover").contains("candidate"));
  EXPECT_TRUE(refused("cover@1").contains("candidate"));
  EXPECT_TRUE(refused("belt@2").contains("no model"));
  EXPECT_TRUE(ids(viewer, "/api/v1/stations").empty());
}

TEST_F(StationEndpoints, may_be_changed_otherwise_when_their_model_is_gone) {
  add_model("belt");
  const auto id = add_station("press");
  EXPECT_EQ(patch(id, R"({"recipe":{"model":"belt@1"}})").status, 200);
  EXPECT_TRUE(database->write([&](database::Session& s) -> core::Result<void> {
    SG_ASSIGN(auto model, database::models::find_version(s, "belt", "1"));
    model->state = "removed";
    return database::models::update(s, *model);
  }));
  EXPECT_EQ(patch(id, R"({"enabled":false})").status, 200) << "its recipe is not what is changed";
  EXPECT_EQ(field_of(patch(id, R"({"recipe":{"model":"belt@1","threshold":2}})")), "recipe.model");
  EXPECT_EQ(patch(id, R"({"recipe":{}})").status, 200);
}

TEST_F(StationEndpoints, have_names_and_cameras_of_their_own) {
  const auto first = add_station("press");
  const auto twin = create(R"({"name":"press","camera_id":")" + camera + R"(","trigger":{"source":"software"}})");
  EXPECT_EQ(twin.status, 409);
  EXPECT_EQ(field_of(twin), "name");
  const auto its_camera = text_of(at("/api/v1/stations/" + first).at("camera_id"));
  const auto rival = create(R"({"name":"b","camera_id":")" + its_camera + R"(","trigger":{"source":"software"}})");
  EXPECT_EQ(rival.status, 409);
  EXPECT_EQ(field_of(rival), "camera_id");
  EXPECT_TRUE(bytes_of(rival).contains("press")) << "says who has it";
  const auto at_rest =
      create(R"({"name":"b","enabled":false,"camera_id":")" + its_camera + R"(","trigger":{"source":"software"}})");
  EXPECT_EQ(at_rest.status, 201) << "while it is switched off it needs none";
  EXPECT_EQ(field_of(patch(text_of(json_of(at_rest).at("id")), R"({"enabled":true})")), "camera_id");
  EXPECT_EQ(patch(first, R"({"enabled":false})").status, 200);
  EXPECT_EQ(patch(text_of(json_of(at_rest).at("id")), R"({"enabled":true})").status, 200);
}

TEST_F(StationEndpoints, give_a_changed_recipe_a_new_version_and_nothing_else_one) {
  add_model("belt");
  const auto id = add_station("press");
  const auto version = [&](const std::string& body) {
    const auto answer = patch(id, body);
    EXPECT_EQ(answer.status, 200) << bytes_of(answer);
    return json_of(answer).at("recipe_version").as_int64();
  };
  EXPECT_EQ(version(R"({"recipe":{"model":"belt"}})"), 2);
  EXPECT_EQ(version(R"({"recipe":{"model":"belt","align":false}})"), 2) << "it says the same";
  EXPECT_EQ(version(R"({"name":"punch","enabled":false})"), 2);
  EXPECT_EQ(version(R"({"recipe":{"model":"belt","threshold":2}})"), 3);
  EXPECT_EQ(version("{}"), 3);
  const auto entries = audited("station.update");
  ASSERT_EQ(entries.size(), 3U);
  EXPECT_EQ(entries.front().details, R"({"changed":["recipe"]})");
  EXPECT_EQ(entries.at(1).details, R"({"changed":["name","enabled"]})");
}

TEST_F(StationEndpoints, forget_a_station_and_keep_its_journal) {
  const auto id = add_station("press");
  const auto trigger = add_trigger(id, 1);
  EXPECT_EQ(send(operator_, Method::delete_, "/api/v1/stations/" + id).status, 204);
  EXPECT_EQ(get(viewer, "/api/v1/stations/" + id).status, 404);
  EXPECT_EQ(send(operator_, Method::delete_, "/api/v1/stations/" + id).status, 404);
  const auto left = at("/api/v1/triggers/" + trigger.id.to_string());
  EXPECT_TRUE(left.at("station_id").is_null());
  EXPECT_EQ(text_of(left.at("station")), "press");
  EXPECT_EQ(audited("station.delete").size(), 1U);
}

TEST_F(StationEndpoints, are_counted_by_health_where_their_camera_is) {
  const auto armed = add_station("press");
  add_station("belt");
  add_station("far", "elsewhere");
  patch(add_station("off"), R"({"enabled":false})");
  stations.statuses[core::StationId::parse(armed).value()] = {.is_armed = true};
  const auto health = at("/health").at("stations");
  EXPECT_EQ(text_of(health.at("status")), "degraded");
  EXPECT_EQ(health.at("configured").as_int64(), 2);
  EXPECT_EQ(health.at("armed").as_int64(), 1);
  const auto text = bytes_of(get(viewer, "/metrics"));
  EXPECT_TRUE(text.contains("\nsightglass_stations 2\n")) << text;
  EXPECT_TRUE(text.contains("\nsightglass_stations_armed 1\n"));
}

}  // namespace
}  // namespace sightglass::http
