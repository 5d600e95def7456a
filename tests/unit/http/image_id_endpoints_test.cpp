#include "unit/http/station_house.hpp"

namespace sightglass::http {
namespace {

class ImageIdEndpoints : public StationHouse {
 protected:
  Response store(const std::string& body) { return send(technician, Method::post, "/api/ml/store-image-id", body); }
  std::string waiting(const std::string& station) {
    std::string text;
    const auto list = at("/api/v1/stations/" + station + "/ids");
    for (const auto& id : list.at("results").as_array()) text += text_of(id.at("image_id")) + " ";
    return text;
  }
};

TEST_F(ImageIdEndpoints, let_an_id_wait_an_hour_at_the_only_station) {
  const auto press = add_station("press");
  const auto answer = store(R"({"image_id":"A-1"})");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(bytes_of(answer), R"({"success":true,"message":"Image ID A-1 stored in cache","image_id":"A-1"})");
  EXPECT_EQ(store(R"({"image_id":"A 2.b_c"})").status, 200);
  EXPECT_EQ(waiting(press), "A-1 A 2.b_c ");
  const auto first = at("/api/v1/stations/" + press + "/ids").at("results").at(0);
  const auto stored = core::parse_iso8601(text_of(first.at("stored_at"))).value();
  const auto expires = core::parse_iso8601(text_of(first.at("expires_at"))).value();
  EXPECT_EQ(expires - stored, std::chrono::hours(1));
  EXPECT_EQ(audited("station.store_id").size(), 2U);
}

TEST_F(ImageIdEndpoints, refuse_what_is_no_folders_name_in_words) {
  add_station("press");
  for (const std::string& bad : std::vector<std::string>{"", "../etc", "a/b", "a\\\\b", ".hidden", "..", "a  b", " a", "a ", "\\u0000", "a\\nb",
                                "a\\tb", "\\u001b", "\xf0\x9f\x98\x80", "caf\xc3\xa9", "a:b", "a*"}) {
    const auto answer = store(R"({"image_id":")" + bad + R"("})");
    EXPECT_EQ(answer.status, 400) << bad;
    EXPECT_TRUE(json_of(answer).at("error").is_string()) << bad;
  }
  for (const std::string& body :
       {std::string("{}"), std::string(R"({"image_id":7})"), std::string(R"({"image_id":null})"),
        R"({"image_id":")" + std::string(129, 'a') + R"("})", R"({"image_id":")" + std::string(1000, 'a') + R"("})",
        R"({"image_id":")" + std::string(100'000, 'a') + R"("})", std::string("[]"), std::string("{"),
        std::string(R"({"image_id":"a","odd":1})")}) {
    const auto answer = store(body);
    EXPECT_EQ(answer.status, 400) << body.substr(0, 60);
    EXPECT_TRUE(json_of(answer).at("error").is_string());
  }
  EXPECT_EQ(store(R"({"image_id":")" + std::string(128, 'a') + R"("})").status, 200);
}

TEST_F(ImageIdEndpoints, ask_which_station_when_there_are_several) {
  const auto press = add_station("press");
  const auto belt = add_station("belt");
  const auto asked = store(R"({"image_id":"A-1"})");
  EXPECT_EQ(asked.status, 400);
  EXPECT_TRUE(bytes_of(asked).contains("press, belt")) << bytes_of(asked);
  EXPECT_EQ(store(R"({"image_id":"A-1","station":"belt"})").status, 200);
  EXPECT_EQ(store(R"({"image_id":"A-1","station":")" + press + R"("})").status, 200);
  EXPECT_EQ(waiting(press), "A-1 ");
  EXPECT_EQ(waiting(belt), "A-1 ");
  const auto unknown = store(R"({"image_id":"A-1","station":"odd"})");
  EXPECT_EQ(unknown.status, 400);
  EXPECT_TRUE(bytes_of(unknown).contains("odd"));
}

TEST_F(ImageIdEndpoints, keep_an_id_for_the_first_station_that_is_made) {
  EXPECT_EQ(store(R"({"image_id":"A-1"})").status, 200);
  const auto press = add_station("press");
  EXPECT_EQ(waiting(press), "A-1 ");
  EXPECT_EQ(waiting(add_station("belt")), "");
}

TEST_F(ImageIdEndpoints, take_back_what_waits) {
  const auto press = add_station("press");
  const auto belt = add_station("belt");
  store(R"({"image_id":"A-1","station":"press"})");
  const auto number = text_of(at("/api/v1/stations/" + press + "/ids").at("results").at(0).at("number"));
  const auto withdraw = [&](const std::string& station, const std::string& which) {
    return send(technician, Method::delete_, "/api/v1/stations/" + station + "/ids/" + which).status;
  };
  EXPECT_EQ(withdraw(belt, number), 404);
  EXPECT_EQ(withdraw(press, "x"), 404);
  EXPECT_EQ(withdraw(press, "99999999999999999999"), 404);
  EXPECT_EQ(withdraw(nobody, number), 404);
  EXPECT_EQ(withdraw(press, number), 204);
  EXPECT_EQ(withdraw(press, number), 404);
  EXPECT_EQ(waiting(press), "");
  const auto entries = audited("station.withdraw_id");
  ASSERT_EQ(entries.size(), 1U);
  EXPECT_EQ(entries.front().details, R"({"image_id":"A-1"})");
}

}  // namespace
}  // namespace sightglass::http
