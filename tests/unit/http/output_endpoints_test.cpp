#include "unit/http/station_house.hpp"

namespace sightglass::http {
namespace {

class OutputEndpoints : public StationHouse {
 protected:
  Response create_output(const std::string& body) {
    return send(root, Method::post, "/api/v1/stations/" + press + "/outputs", body);
  }
  Response patch(const std::string& output, const std::string& body) {
    return send(root, Method::patch, "/api/v1/outputs/" + output, body);
  }
  database::outputs::Output row(const std::string& id) {
    return database
        ->read([&](database::Session& s) { return database::outputs::find(s, core::OutputId::parse(id).value()); })
        .value()
        .value();
  }
  std::string press = add_station("press");
};

TEST_F(OutputEndpoints, never_show_a_secret_that_was_given) {
  const auto id = add_output(press, "web");
  const auto shown = at("/api/v1/stations/" + press + "/outputs").at("results").at(0);
  EXPECT_TRUE(shown.at("has_secret").as_bool());
  EXPECT_EQ(text_of(shown.at("settings").at("url")), "http://192.0.2.1/");
  EXPECT_FALSE(boost::json::serialize(shown).contains("sixteen"));
  EXPECT_FALSE(row(id).secret.contains("sixteen")) << "it is sealed";
  EXPECT_EQ(secrets.unseal(row(id).secret, "output " + id).value(), "sixteen characters");
  EXPECT_EQ(told, 1) << "who tells looks at once";
  ASSERT_EQ(audited("output.create").size(), 1U);
}

TEST_F(OutputEndpoints, keep_a_secret_that_is_not_given_anew_and_drop_it_when_asked) {
  const auto id = add_output(press, "web");
  const auto before = row(id).secret;
  EXPECT_EQ(patch(id, R"({"name":"other","settings":{"url":"http://192.0.2.2/"}})").status, 200);
  EXPECT_EQ(row(id).secret, before);
  EXPECT_EQ(row(id).name, "other");
  EXPECT_EQ(patch(id, R"({"secret":"another sixteen of them"})").status, 200);
  EXPECT_EQ(secrets.unseal(row(id).secret, "output " + id).value(), "another sixteen of them");
  const auto entries = audited("output.update");
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(entries.front().details, R"({"changed":["secret"]})");
  EXPECT_EQ(patch(id, R"({"enabled":false})").status, 200);
  EXPECT_FALSE(row(id).is_enabled);
}

TEST_F(OutputEndpoints, name_the_member_that_is_wrong) {
  EXPECT_EQ(field_of(create_output("{}")), "name");
  EXPECT_EQ(field_of(create_output(R"({"name":"a"})")), "kind");
  EXPECT_EQ(field_of(create_output(R"({"name":"a","kind":"fax"})")), "kind");
  EXPECT_EQ(field_of(create_output(R"({"name":"a","kind":"webhook"})")), "settings");
  EXPECT_EQ(field_of(create_output(R"({"name":"a","kind":"webhook","settings":[]})")), "settings");
  EXPECT_EQ(field_of(create_output(R"({"name":"a","kind":"webhook","settings":{}})")), "settings.url");
  EXPECT_EQ(field_of(create_output(R"({"name":"a","kind":"webhook","settings":{"url":"ftp://x/"}})")), "settings.url");
  EXPECT_EQ(field_of(create_output(R"({"name":"a","kind":"modbus","settings":{"host":"x","port":0}})")),
            "settings.port");
  EXPECT_EQ(field_of(create_output(R"({"name":"a","kind":"line","settings":{"on":"maybe"}})")), "settings.on");
  EXPECT_EQ(field_of(create_output(R"({"name":"a","kind":"line","settings":{"on":"OK","odd":1}})")), "settings.odd");
  EXPECT_TRUE(at("/api/v1/stations/" + press + "/outputs").at("results").as_array().empty());
  const auto id = add_output(press, "web");
  EXPECT_EQ(field_of(patch(id, R"({"kind":"mqtt"})")), "kind") << "the kind of one that is there stays";
  EXPECT_EQ(field_of(patch(id, R"({"settings":{"url":"x"}})")), "settings.url");
  EXPECT_EQ(field_of(patch(id, R"({"name":""})")), "name");
}

TEST_F(OutputEndpoints, have_names_of_their_own_at_a_station) {
  const auto first = add_output(press, "web");
  const auto second = add_output(press, "line");
  const auto twin = patch(second, R"({"name":"web"})");
  EXPECT_EQ(twin.status, 409);
  EXPECT_EQ(field_of(twin), "name");
  EXPECT_NE(add_output(add_station("belt"), "web"), first);
  EXPECT_EQ(send(root, Method::post, "/api/v1/stations/" + nobody + "/outputs",
                 R"({"name":"a","kind":"line","settings":{"on":"NG","pulse_ms":5}})")
                .status,
            404);
}

TEST_F(OutputEndpoints, say_so_when_a_secret_cannot_be_opened_any_more) {
  const auto id = add_output(press, "web");
  auto broken = row(id);
  broken.secret = "sealed with another key";
  EXPECT_TRUE(database->write([&](database::Session& s) { return database::outputs::update(s, broken); }));
  EXPECT_EQ(patch(id, R"({"settings":{"url":"http://192.0.2.2/"}})").status, 409);
  EXPECT_EQ(patch(id, R"({"enabled":false})").status, 200) << "it can be switched off all the same";
  EXPECT_EQ(patch(id, R"({"settings":{"url":"http://192.0.2.2/"},"secret":"another sixteen of them"})").status, 200);
}

TEST_F(OutputEndpoints, are_tested_in_their_turn_and_remember_what_became_of_it) {
  const auto id = add_output(press, "web");
  const auto before = told;
  const auto answer = send(operator_, Method::post, "/api/v1/outputs/" + id + "/test");
  EXPECT_EQ(answer.status, 202) << bytes_of(answer);
  EXPECT_EQ(told, before + 1);
  const auto delivery = json_of(answer);
  EXPECT_EQ(text_of(delivery.at("state")), "pending");
  EXPECT_TRUE(delivery.at("trigger_id").is_null());
  EXPECT_EQ(text_of(delivery.at("output")), "web");
  EXPECT_EQ(ids(viewer, "/api/v1/outputs/" + id + "/deliveries"), std::vector{text_of(delivery.at("id"))});
  EXPECT_EQ(audited("output.test").size(), 1U);
  EXPECT_EQ(send(operator_, Method::post, "/api/v1/outputs/" + nobody + "/test").status, 404);
}

TEST_F(OutputEndpoints, list_deliveries_page_by_page_the_newest_first) {
  const auto id = add_output(press, "web");
  std::vector<std::string> made;
  for (int i = 0; i < 5; ++i) {
    const database::outputs::Delivery delivery{.id = core::DeliveryId::make(clock.now()),
                                               .output_id = core::OutputId::parse(id).value(),
                                               .node = "here",
                                               .message = "{}"};
    EXPECT_TRUE(database->write([&](database::Session& s) { return database::outputs::insert(s, delivery); }));
    made.insert(made.begin(), delivery.id.to_string());
  }
  const auto page = at("/api/v1/outputs/" + id + "/deliveries?limit=3");
  EXPECT_EQ(page.at("results").as_array().size(), 3U);
  const auto rest = ids(viewer, "/api/v1/outputs/" + id + "/deliveries?cursor=" + text_of(page.at("next")));
  EXPECT_EQ(rest, (std::vector{made.at(3), made.at(4)}));
  EXPECT_EQ(get(viewer, "/api/v1/outputs/" + id + "/deliveries?cursor=x").status, 422);
}

TEST_F(OutputEndpoints, are_forgotten_with_their_log) {
  const auto id = add_output(press, "web");
  EXPECT_EQ(send(root, Method::delete_, "/api/v1/outputs/" + id).status, 204);
  EXPECT_EQ(send(root, Method::delete_, "/api/v1/outputs/" + id).status, 404);
  EXPECT_EQ(get(viewer, "/api/v1/outputs/" + id + "/deliveries").status, 404);
  EXPECT_EQ(audited("output.delete").size(), 1U);
}

}  // namespace
}  // namespace sightglass::http
