#include "database/analyses.hpp"
#include "unit/http/handler_house.hpp"

namespace sightglass::http {
namespace {

class CatalogueEndpoints : public HandlerHouse {
 protected:
  Response make(std::string_view target, std::string body) {
    return send(operator_, Method::post, target, std::move(body));
  }
};

TEST_F(CatalogueEndpoints, makes_an_assets_code_from_its_name) {
  const auto answer = make("/api/v1/assets", R"({"name":"Pump 3, North"})");
  ASSERT_EQ(answer.status, 201) << bytes_of(answer);
  const auto asset = json_of(answer);
  EXPECT_EQ(text_of(asset.at("code")), "pump-3-north");
  EXPECT_EQ(json_of(get(viewer, "/api/v1/assets/" + text_of(asset.at("id")))), asset);
  EXPECT_EQ(count_files("catalogue/"), 1U);
  EXPECT_EQ(audited("asset.create").size(), 1U);
}

TEST_F(CatalogueEndpoints, refuses_assets_by_field) {
  EXPECT_EQ(field_of(make("/api/v1/assets", "{}")), "name");
  EXPECT_EQ(field_of(make("/api/v1/assets", R"({"code":1})")), "code");
  EXPECT_EQ(field_of(make("/api/v1/assets", R"({"code":"0190d1a0-0000-7000-8000-000000000000"})")), "code");
  EXPECT_EQ(field_of(make("/api/v1/assets", R"({"code":"a","location_id":"0190d1a0-0000-7000-8000-000000000000"})")),
            "location_id");
  ASSERT_EQ(make("/api/v1/assets", R"({"code":"a"})").status, 201);
  EXPECT_EQ(make("/api/v1/assets", R"({"code":"a"})").status, 409);
}

TEST_F(CatalogueEndpoints, changes_and_deletes_an_asset) {
  const auto place = text_of(json_of(make("/locations", R"({"name":"Hall"})")).at("id"));
  const auto id = text_of(json_of(make("/api/v1/assets", R"({"code":"a","location_id":")" + place + R"("})")).at("id"));
  const auto at = "/api/v1/assets/" + id;
  EXPECT_EQ(ids(viewer, "/api/v1/assets?location=" + place), std::vector{id});
  const auto changed = send(operator_, Method::patch, at, R"({"type":"pump","location_id":null})");
  ASSERT_EQ(changed.status, 200) << bytes_of(changed);
  EXPECT_EQ(text_of(json_of(changed).at("type")), "pump");
  EXPECT_TRUE(json_of(changed).at("location_id").is_null());
  EXPECT_EQ(send(operator_, Method::delete_, at).status, 204);
  EXPECT_EQ(get(viewer, at).status, 404);
  EXPECT_EQ(send(operator_, Method::patch, at, R"({"type":"x"})").status, 404);
}

TEST_F(CatalogueEndpoints, keeps_an_asset_that_photos_name) {
  const auto id = text_of(json_of(make("/api/v1/assets", R"({"code":"a"})")).at("id"));
  add_photo(technician, "PIC", {{.name = "asset_id", .bytes = id}});
  EXPECT_EQ(send(operator_, Method::delete_, "/api/v1/assets/" + id).status, 409);
}

TEST_F(CatalogueEndpoints, keeps_a_location_that_an_asset_names) {
  const auto id = text_of(json_of(make("/locations", R"({"name":"Hall"})")).at("id"));
  ASSERT_EQ(make("/api/v1/assets", R"({"code":"a","location_id":")" + id + R"("})").status, 201);
  EXPECT_EQ(send(operator_, Method::delete_, "/locations/" + id).status, 409);
}

TEST_F(CatalogueEndpoints, answers_locations_at_both_addresses) {
  const auto answer =
      make("/locations", R"({"name":"Hall","latitude":47.5,"longitude":8.25,"description":"north wing"})");
  ASSERT_EQ(answer.status, 201) << bytes_of(answer);
  const auto location = json_of(answer);
  EXPECT_DOUBLE_EQ(location.at("latitude").as_double(), 47.5);
  EXPECT_TRUE(location.at("altitude").is_null());
  const auto id = text_of(location.at("id"));
  EXPECT_EQ(json_of(get(viewer, "/api/v1/locations/" + id)), location);
  EXPECT_EQ(json_of(get(viewer, "/locations/" + id)), location);
  EXPECT_EQ(ids(viewer, "/locations"), ids(viewer, "/api/v1/locations"));
  EXPECT_EQ(make("/api/v1/locations", R"({"name":"Hall"})").status, 409);
  EXPECT_EQ(send(operator_, Method::patch, "/locations/" + id, R"({"altitude":400})").status, 200);
  EXPECT_EQ(send(operator_, Method::delete_, "/locations/" + id).status, 204);
  EXPECT_EQ(get(viewer, "/api/v1/locations/" + id).status, 404);
}

TEST_F(CatalogueEndpoints, refuses_half_a_position) {
  EXPECT_EQ(field_of(make("/locations", R"({"name":"a","latitude":1})")), "longitude");
  EXPECT_EQ(field_of(make("/locations", R"({"name":"a","longitude":1})")), "latitude");
  EXPECT_EQ(field_of(make("/locations", R"({"name":"a","altitude":1})")), "altitude");
  EXPECT_EQ(field_of(make("/locations", R"({"name":"a","latitude":90.5,"longitude":1})")), "latitude");
  EXPECT_EQ(field_of(make("/locations", "{}")), "name");
}

TEST_F(CatalogueEndpoints, pages_assets_in_the_order_they_were_made) {
  std::vector<std::string> made;
  for (const auto* code : {"a", "b", "c"}) {
    made.push_back(text_of(json_of(make("/api/v1/assets", std::string(R"({"code":")") + code + R"("})")).at("id")));
  }
  const auto first = json_of(get(viewer, "/api/v1/assets?limit=2"));
  EXPECT_EQ(text_of(first.at("results").at(0).at("id")), made[0]);
  EXPECT_EQ(ids(viewer, "/api/v1/assets?limit=2&cursor=" + text_of(first.at("next"))), std::vector{made[2]});
  EXPECT_EQ(field_of(get(viewer, "/api/v1/locations?cursor=" + text_of(first.at("next")))), "cursor");
}

TEST_F(CatalogueEndpoints, shows_results_of_analysis_to_those_who_see_the_photo) {
  const auto photo = add_photo(technician, "PIC");
  database::analyses::Analysis analysis{.id = core::AnalysisId::make(clock.now()),
                                        .photo_id = core::PhotoId::parse(photo).value(),
                                        .model = "image-properties",
                                        .version = "1",
                                        .provider = "sightglass",
                                        .properties = R"({"sharpness":1})",
                                        .perceptual_hash = -1,
                                        .created_at = clock.now()};
  ASSERT_TRUE(database->write([&](database::Session& session) { return database::analyses::save(session, analysis); })
                  .has_value());
  const auto at = "/api/v1/images/analysis/" + analysis.id.to_string();
  const auto shown = json_of(get(viewer, at));
  EXPECT_EQ(text_of(shown.at("perceptual_hash")), "ffffffffffffffff");
  EXPECT_EQ(shown.at("properties").at("sharpness").as_int64(), 1);
  EXPECT_EQ(get(colleague, at).status, 404);
  EXPECT_EQ(ids(viewer, "/api/v1/images/analysis?photo=" + photo).size(), 1U);
  EXPECT_TRUE(ids(colleague, "/api/v1/images/analysis").empty());
  EXPECT_EQ(json_of(get(viewer, "/api/v1/images/photos/" + photo)).at("analysis"), shown);
  EXPECT_EQ(get(viewer, "/api/v1/images/analysis/x").status, 404);
}

}  // namespace
}  // namespace sightglass::http
