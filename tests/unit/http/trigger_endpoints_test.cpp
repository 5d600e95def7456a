#include "unit/http/station_house.hpp"

namespace sightglass::http {
namespace {

using database::triggers::State;

class TriggerEndpoints : public StationHouse {
 protected:
  std::vector<std::string> listed(const std::string& query = "") {
    return ids(viewer, "/api/v1/stations/" + press + "/triggers" + query);
  }
  std::string press = add_station("press");
};

TEST_F(TriggerEndpoints, tell_the_station_and_answer_when_its_camera_was_told) {
  const auto target = "/api/v1/stations/" + press + "/trigger";
  EXPECT_EQ(send(technician, Method::post, target).status, 202);
  EXPECT_EQ(stations.triggered, 1);
  stations.refusal = core::Error{.code = core::ErrorCode::conflict, .message = "its trigger is a line"};
  EXPECT_EQ(send(technician, Method::post, target).status, 409);
  stations.refusal = core::unavailable("its camera is not there");
  EXPECT_EQ(send(technician, Method::post, target).status, 503);
  EXPECT_EQ(send(technician, Method::post, "/api/v1/stations/" + nobody + "/trigger").status, 404);
}

TEST_F(TriggerEndpoints, list_the_journal_page_by_page_and_by_what_came_of_it) {
  std::vector<std::string> made;
  for (int i = 0; i < 7; ++i) made.insert(made.begin(), add_trigger(press, i / 3).id.to_string());
  auto good = add_trigger(press, 10);
  good.image_id = "A-1";
  good.state = State::filed;
  good.verdict = "OK";
  change(good);
  made.insert(made.begin(), good.id.to_string());
  EXPECT_EQ(listed(), made);
  EXPECT_EQ(listed("?verdict=OK"), std::vector{made.front()});
  EXPECT_EQ(listed("?image_id=A-1"), std::vector{made.front()});
  EXPECT_EQ(listed("?state=received").size(), 7U);
  std::vector<std::string> seen;
  std::string cursor;
  do {
    const auto page = at("/api/v1/stations/" + press + "/triggers?limit=3" + cursor);
    for (const auto& row : page.at("results").as_array()) seen.push_back(text_of(row.at("id")));
    cursor = page.at("next").is_null() ? "" : "&cursor=" + text_of(page.at("next"));
  } while (!cursor.empty() && seen.size() < 20);
  EXPECT_EQ(seen, made);
  for (const auto* bad : {"?state=done", "?verdict=ok", "?cursor=x", "?limit=0", "?odd=1"})
    EXPECT_EQ(get(viewer, "/api/v1/stations/" + press + "/triggers" + bad).status, 422) << bad;
}

TEST_F(TriggerEndpoints, show_everything_that_is_known_of_one_and_who_was_told) {
  auto trigger = add_trigger(press, 1);
  trigger.score = 2.5;
  trigger.model = "belt@3";
  trigger.results = R"({"boxes":[{"x":1,"y":2,"width":3,"height":4}]})";
  change(trigger);
  const auto output = add_output(press, "plc");
  const database::outputs::Delivery delivery{.id = core::DeliveryId::make(clock.now()),
                                             .output_id = core::OutputId::parse(output).value(),
                                             .trigger_id = trigger.id,
                                             .node = "here",
                                             .message = "{}",
                                             .attempts = 2,
                                             .error = "connection refused"};
  EXPECT_TRUE(database->write([&](database::Session& s) { return database::outputs::insert(s, delivery); }));
  const auto shown = at("/api/v1/triggers/" + trigger.id.to_string());
  EXPECT_TRUE(shown.at("verdict").is_null());
  EXPECT_TRUE(shown.at("image_id").is_null());
  EXPECT_TRUE(shown.at("judged").as_bool());
  EXPECT_EQ(shown.at("score").as_double(), 2.5);
  EXPECT_EQ(text_of(shown.at("station_id")), press);
  EXPECT_EQ(shown.at("results").at("boxes").as_array().size(), 1U);
  const auto& told = shown.at("deliveries").at(0);
  EXPECT_EQ(text_of(told.at("output")), "plc");
  EXPECT_EQ(text_of(told.at("state")), "pending");
  EXPECT_EQ(text_of(told.at("error")), "connection refused");
  EXPECT_EQ(get(viewer, "/api/v1/triggers/" + nobody).status, 404);
  EXPECT_EQ(get(viewer, "/api/v1/triggers/x").status, 404);
}

TEST_F(TriggerEndpoints, name_an_inspection_later) {
  const auto trigger = add_trigger(press, 1);
  const auto target = "/api/v1/triggers/" + trigger.id.to_string();
  const auto answer = send(technician, Method::patch, target, R"({"image_id":"A-1"})");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(text_of(json_of(answer).at("image_id")), "A-1");
  EXPECT_EQ(audited("trigger.name").size(), 1U);
  EXPECT_EQ(field_of(send(technician, Method::patch, target, "{}")), "image_id");
  EXPECT_EQ(field_of(send(technician, Method::patch, target, R"({"image_id":"a","odd":1})")), "odd");
  EXPECT_EQ(send(technician, Method::patch, "/api/v1/triggers/" + nobody, R"({"image_id":"a"})").status, 404);
  stations.refusal = core::Error{.code = core::ErrorCode::conflict, .message = "it has an id already"};
  EXPECT_EQ(send(technician, Method::patch, target, R"({"image_id":"A-2"})").status, 409);
  EXPECT_EQ(audited("trigger.name").size(), 1U) << "what was refused did not happen";
}

TEST_F(TriggerEndpoints, send_the_pictures_as_files) {
  const auto trigger = add_trigger(press, 1);
  const auto target = "/api/v1/triggers/" + trigger.id.to_string();
  EXPECT_EQ(get(viewer, target + "/original").status, 404);
  folder.write("inspections/one.jpg", "the bytes of a picture");
  stations.pictures["original"] = folder.path() / "inspections" / "one.jpg";
  const auto answer = get(viewer, target + "/original");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(bytes_of(answer), "the bytes of a picture");
  EXPECT_EQ(answer.headers.get("Content-Type"), "image/jpeg");
  EXPECT_FALSE(answer.headers.get("ETag").empty());
  EXPECT_FALSE(answer.headers.get("Last-Modified").empty());
  stations.pictures["annotated"] = folder.path() / "inspections" / "gone.jpg";
  EXPECT_EQ(get(viewer, target + "/annotated").status, 404);
  std::filesystem::create_symlink(folder.path() / "sightglass.db", folder.path() / "inspections" / "link.jpg");
  stations.pictures["annotated"] = folder.path() / "inspections" / "link.jpg";
  EXPECT_EQ(get(viewer, target + "/annotated").status, 404);
  EXPECT_EQ(get(viewer, target + "/results").status, 404);
}

}  // namespace
}  // namespace sightglass::http
