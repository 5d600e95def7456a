// A house with a camera, to which stations can be added.
#pragma once

#include <string>

#include "database/cameras.hpp"
#include "database/outputs.hpp"
#include "database/triggers.hpp"
#include "unit/http/handler_house.hpp"

namespace sightglass::http {

class StationHouse : public HandlerHouse {
 protected:
  StationHouse() {
    root.role = core::Role::administrator;
    root.name = "ada";
    root.credential = accounts::Credential::access_token;
  }
  std::string add_camera(const std::string& name, const std::string& node = "here") {
    const database::cameras::Camera camera{.id = core::CameraId::make(clock.now()),
                                           .name = name,
                                           .driver = "simulated",
                                           .address = "scene:belt",
                                           .node = node};
    EXPECT_TRUE(database->write([&](database::Session& s) { return database::cameras::insert(s, camera); }));
    return camera.id.to_string();
  }
  Response create(const std::string& body) { return send(operator_, Method::post, "/api/v1/stations", body); }
  // With a camera of its own; its id.
  std::string add_station(const std::string& name, const std::string& node = "here") {
    const auto answer = create(R"({"name":")" + name + R"(","camera_id":")" + add_camera("camera of " + name, node) +
                               R"(","trigger":{"source":"software"}})");
    EXPECT_EQ(answer.status, 201) << bytes_of(answer);
    return answer.status == 201 ? text_of(json_of(answer).at("id")) : "";
  }
  std::string add_output(const std::string& station, const std::string& name) {
    const auto answer =
        send(root, Method::post, "/api/v1/stations/" + station + "/outputs",
             R"({"name":")" + name +
                 R"(","kind":"webhook","settings":{"url":"http://192.0.2.1/"},"secret":"sixteen characters"})");
    EXPECT_EQ(answer.status, 201) << bytes_of(answer);
    return answer.status == 201 ? text_of(json_of(answer).at("id")) : "";
  }
  database::triggers::Trigger add_trigger(const std::string& station, std::int64_t second) {
    const auto at = core::from_micros(1'700'000'000'000'000 + second * 1'000'000);
    const database::triggers::Trigger trigger{.id = core::TriggerId::make(at),
                                              .station_id = core::StationId::parse(station).value(),
                                              .station_name = "press",
                                              .node = "here",
                                              .name = "triggered_capture_" + std::to_string(++triggers_),
                                              .triggered_at = at,
                                              .journaled_at = at};
    EXPECT_TRUE(database->write([&](database::Session& s) { return database::triggers::insert(s, trigger); }));
    return trigger;
  }
  void change(const database::triggers::Trigger& trigger) {
    EXPECT_TRUE(database->write([&](database::Session& s) { return database::triggers::update(s, trigger); }));
  }
  boost::json::value at(const std::string& target) { return json_of(get(viewer, target)); }

  accounts::Caller root;
  const std::string nobody = "0190d1a0-0000-7000-8000-000000000000";

 private:
  int triggers_ = 0;
};

}  // namespace sightglass::http
