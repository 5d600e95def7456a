#include "unit/http/handler_house.hpp"

namespace sightglass::http {
namespace {

class PhotoEndpoints : public HandlerHouse {
 protected:
  static constexpr std::string_view list = "/api/v1/images/photos";
  static std::string at(const std::string& id) { return "/api/v1/images/photos/" + id; }
  std::vector<std::string> found(const std::string& query) { return ids(viewer, std::string(list) + "?" + query); }
  std::string refused(const std::string& query) {
    const auto answer = get(viewer, std::string(list) + "?" + query);
    EXPECT_EQ(answer.status, 422) << query;
    return field_of(answer);
  }
  Response patch(const accounts::Caller& caller, const std::string& id, std::string body) {
    return send(caller, Method::patch, at(id), std::move(body));
  }
};

TEST_F(PhotoEndpoints, shows_every_member_of_the_documented_shape) {
  const auto id = add_photo(technician, "PIC 2020-05-01");
  const auto photo = json_of(get(viewer, at(id)));
  for (const auto* name : {"id",
                           "kind",
                           "source",
                           "filename",
                           "original_filename",
                           "description",
                           "tags",
                           "job_id",
                           "asset_id",
                           "location_id",
                           "uploaded_by",
                           "uploaded_at",
                           "taken_at",
                           "taken_at_source",
                           "taken_local",
                           "processing_status",
                           "error",
                           "verdict",
                           "trashed_at",
                           "media_type",
                           "width",
                           "height",
                           "display_width",
                           "display_height",
                           "file_size",
                           "sha256",
                           "latitude",
                           "longitude",
                           "altitude",
                           "camera_make",
                           "camera_model",
                           "lens",
                           "exposure_seconds",
                           "f_number",
                           "iso",
                           "focal_length_mm",
                           "orientation",
                           "trap",
                           "rotation",
                           "thumbhash",
                           "duplicate_of",
                           "damaged",
                           "damage",
                           "task_id",
                           "original_url",
                           "display_url",
                           "thumbnail_url",
                           "metadata",
                           "analysis",
                           "capture",
                           "verdict_by"}) {
    EXPECT_TRUE(photo.as_object().contains(name)) << name;
  }
  EXPECT_EQ(photo.as_object().size(), 51U);
  EXPECT_EQ(text_of(photo.at("taken_at_source")), "exif");
  EXPECT_DOUBLE_EQ(photo.at("latitude").as_double(), 47.4);
  EXPECT_TRUE(photo.at("analysis").is_null());
  EXPECT_TRUE(photo.at("metadata").is_object());
}

TEST_F(PhotoEndpoints, filters_by_every_parameter) {
  const auto job = add_job(operator_, R"({"title":"j"})");
  const auto asset = text_of(json_of(send(operator_, Method::post, "/api/v1/assets", R"({"code":"P-1"})")).at("id"));
  const auto location =
      text_of(json_of(send(operator_, Method::post, "/api/v1/locations", R"({"name":"Hall"})")).at("id"));
  const auto old = add_photo(technician, "PIC 2019-01-01",
                             {{.name = "tags", .bytes = "wet"},
                              {.name = "description", .bytes = "burst pipe"},
                              {.name = "asset_id", .bytes = asset}});
  const auto late = add_photo(technician, "PIC 2021-01-01",
                              {{.name = "job_id", .bytes = job}, {.name = "location_id", .bytes = location}});
  const std::vector just_old{old};
  const std::vector just_late{late};
  EXPECT_EQ(found("asset=" + asset), just_old);
  EXPECT_EQ(found("asset=P-1"), just_old);
  EXPECT_TRUE(found("asset=P-2").empty());
  EXPECT_EQ(found("job=" + job), just_late);
  EXPECT_EQ(found("location=" + location), just_late);
  EXPECT_EQ(found("status=PENDING").size(), 2U);
  EXPECT_TRUE(found("status=FAILED").empty());
  EXPECT_EQ(found("source=upload").size(), 2U);
  EXPECT_TRUE(found("source=camera").empty());
  EXPECT_EQ(found("tag=wet"), just_old);
  EXPECT_TRUE(found("label=cat").empty());
  EXPECT_TRUE(found("verdict=NG").empty());
  EXPECT_EQ(found("taken_from=2020-01-01"), just_late);
  EXPECT_EQ(found("taken_to=2020-01-01T00:00:00Z"), just_old);
  EXPECT_EQ(found("bbox=8,47,9,48").size(), 2U);
  EXPECT_TRUE(found("bbox=9,47,8,48").empty()) << "across the 180th meridian, but not here";
  EXPECT_EQ(found("q=pipe"), just_old);
  EXPECT_EQ(found("kind=field").size(), 2U);
  EXPECT_TRUE(found("kind=job").empty());
}

TEST_F(PhotoEndpoints, sorts_and_pages_without_losing_or_repeating) {
  std::vector<std::string> made;
  for (const auto* taken : {"2019", "2021", "2020"}) {
    made.push_back(add_photo(technician, std::string("PIC ") + taken + "-01-01"));
    clock.advance(std::chrono::seconds(1));
  }
  EXPECT_EQ(found("sort=taken_at"), (std::vector{made[0], made[2], made[1]}));
  EXPECT_EQ(found("limit=500"), (std::vector{made[1], made[2], made[0]})) << "latest taken first by default";
  EXPECT_EQ(found("sort=uploaded_at"), made);
  EXPECT_EQ(found("sort=-uploaded_at"), (std::vector{made[2], made[1], made[0]}));
  std::vector<std::string> walked;
  std::string cursor;
  do {
    const auto page = json_of(get(viewer, std::string(list) + "?sort=taken_at&limit=1" + cursor));
    walked.push_back(text_of(page.at("results").at(0).at("id")));
    cursor = page.at("next").is_null() ? "" : "&cursor=" + text_of(page.at("next"));
  } while (!cursor.empty() && walked.size() < 9);
  EXPECT_EQ(walked, (std::vector{made[0], made[2], made[1]}));
}

TEST_F(PhotoEndpoints, refuses_wrong_parameters_by_name) {
  for (const std::string parameter :
       {"job=x", "location=x", "status=gone", "source=fax", "taken_from=soon", "taken_to=1", "bbox=1,2,3", "sort=size",
        "limit=0", "limit=501", "limit=x", "cursor=AAAA", "kind=both", "colour=red"}) {
    EXPECT_EQ(refused(parameter), parameter.substr(0, parameter.find('='))) << parameter;
  }
}

TEST_F(PhotoEndpoints, refuses_a_cursor_of_another_sort_or_list) {
  for (int i = 0; i < 2; ++i) add_photo(technician, "PIC" + std::to_string(i));
  for (int i = 0; i < 2; ++i) add_job(operator_, R"({"title":"j"})");
  const auto next = [&](std::string_view target) { return text_of(json_of(get(viewer, target)).at("next")); };
  EXPECT_EQ(refused("sort=uploaded_at&cursor=" + next("/api/v1/images/photos?limit=1")), "cursor");
  EXPECT_EQ(refused("cursor=" + next("/api/v1/jobs?limit=1")), "cursor");
}

TEST_F(PhotoEndpoints, shows_technicians_their_own_and_what_is_open) {
  const auto open = add_job(operator_, R"({"title":"open"})");
  const auto hers = add_job(colleague, R"({"title":"hers"})");
  const auto own = add_photo(technician, "PIC 1");
  const auto in_open = add_photo(colleague, "PIC 2", {{.name = "job_id", .bytes = open}});
  const auto in_hers = add_photo(colleague, "PIC 3", {{.name = "job_id", .bytes = hers}});
  auto seen = ids(technician, list);
  EXPECT_EQ(seen.size(), 2U);
  EXPECT_EQ(get(technician, at(in_open)).status, 200);
  for (const auto* variant : {"", "/original", "/display", "/thumbnail"}) {
    EXPECT_EQ(get(technician, at(in_hers) + variant).status, 404) << variant;
    EXPECT_EQ(get(viewer, at(in_hers) + variant).status, 200) << variant;
  }
  EXPECT_EQ(patch(technician, in_hers, R"({"description":"x"})").status, 404);
  EXPECT_EQ(patch(technician, in_open, R"({"description":"x"})").status, 403);
  EXPECT_EQ(patch(technician, own, R"({"description":"x"})").status, 200);
}

TEST_F(PhotoEndpoints, changes_what_a_person_may_say_and_nothing_else) {
  const auto job = add_job(operator_, R"({"title":"j"})");
  const auto id = add_photo(technician, "PIC 2020-05-01");
  const auto before = json_of(get(viewer, at(id)));
  const auto answer = patch(reviewer, id,
                            R"({"description":"d","tags":["a","b"],"job_id":)" + job +
                                R"(,"taken_at":"2018-02-03T04:05:06Z","latitude":1,"longitude":2,"verdict":"NG"})");
  ASSERT_EQ(answer.status, 200) << bytes_of(answer);
  const auto photo = json_of(get(viewer, at(id)));
  EXPECT_EQ(text_of(photo.at("description")), "d");
  EXPECT_EQ(boost::json::serialize(photo.at("tags")), R"(["a","b"])");
  EXPECT_EQ(text_of(photo.at("job_id")), job);
  EXPECT_EQ(text_of(photo.at("taken_at")), "2018-02-03T04:05:06.000000Z");
  EXPECT_EQ(text_of(photo.at("taken_at_source")), "person");
  EXPECT_DOUBLE_EQ(photo.at("latitude").to_number<double>(), 1);
  EXPECT_EQ(text_of(photo.at("verdict")), "NG");
  EXPECT_EQ(photo.at("sha256"), before.at("sha256"));
  ASSERT_EQ(audited("photo.update").size(), 1U);
  EXPECT_NE(audited("photo.update").front().details.find("taken_at"), std::string::npos);
  EXPECT_EQ(bytes_of(get(viewer, at(id) + "/original")), "PIC 2020-05-01");
}

TEST_F(PhotoEndpoints, clears_with_null_and_leaves_absent_members_alone) {
  const auto job = add_job(operator_, R"({"title":"j"})");
  const auto id =
      add_photo(technician, "PIC", {{.name = "job_id", .bytes = job}, {.name = "description", .bytes = "kept"}});
  ASSERT_EQ(patch(technician, id, R"({"job_id":null,"latitude":null,"longitude":null})").status, 200);
  const auto photo = json_of(get(viewer, at(id)));
  EXPECT_TRUE(photo.at("job_id").is_null());
  EXPECT_TRUE(photo.at("latitude").is_null());
  EXPECT_EQ(text_of(photo.at("description")), "kept");
}

TEST_F(PhotoEndpoints, names_the_member_that_is_wrong) {
  const auto id = add_photo(technician, "PIC");
  const auto field = [&](std::string body) { return field_of(patch(technician, id, std::move(body))); };
  EXPECT_EQ(field(R"({"description":7})"), "description");
  EXPECT_EQ(field(R"({"tags":"a"})"), "tags");
  EXPECT_EQ(field(R"({"job_id":99})"), "job_id");
  EXPECT_EQ(field(R"({"asset_id":"none"})"), "asset_id");
  EXPECT_EQ(field(R"({"location_id":"none"})"), "location_id");
  EXPECT_EQ(field(R"({"taken_at":"yesterday"})"), "taken_at");
  EXPECT_EQ(field(R"({"latitude":91,"longitude":0})"), "latitude");
  EXPECT_EQ(field(R"({"longitude":null})"), "longitude");
  EXPECT_EQ(field(R"({"sha256":"0"})"), "sha256");
  EXPECT_EQ(patch(technician, id, R"({"verdict":"OK"})").status, 403) << "a verdict is a reviewer's";
  EXPECT_TRUE(audited("photo.update").empty());
}

TEST_F(PhotoEndpoints, deletes_row_and_files) {
  const auto id = add_photo(technician, "PIC");
  EXPECT_EQ(send(colleague, Method::delete_, at(id)).status, 404);
  EXPECT_EQ(send(reviewer, Method::delete_, at(id)).status, 403);
  get(technician, at(id) + "/thumbnail");
  ASSERT_TRUE(get_fast(technician, at(id) + "/thumbnail").has_value());
  EXPECT_EQ(send(technician, Method::delete_, at(id)).status, 204);
  EXPECT_EQ(get(technician, at(id)).status, 404);
  EXPECT_FALSE(get_fast(technician, at(id) + "/thumbnail").has_value());
  EXPECT_EQ(count_files("photos/"), 0U);
  EXPECT_EQ(audited("photo.delete").size(), 1U);
}

TEST_F(PhotoEndpoints, sends_the_original_under_its_senders_name) {
  std::vector<Part> parts{picture("PIC", "Rohr \xC3\xBC\".jpg")};
  const auto id = text_of(json_of(upload(technician, "/api/v1/images/photos/upload", parts)).at("id"));
  const auto original = get(viewer, at(id) + "/original");
  EXPECT_EQ(original.headers.get("Content-Disposition"),
            "inline; filename=\"Rohr ___.jpg\"; filename*=UTF-8''Rohr%20%C3%BC%22.jpg");
  EXPECT_EQ(original.headers.get("ETag"), '"' + text_of(json_of(get(viewer, at(id))).at("sha256")) + '"');
  EXPECT_EQ(bytes_of(get(viewer, at(id) + "/display")), "display of PIC");
}

TEST_F(PhotoEndpoints, knows_no_photo_under_a_word) {
  EXPECT_EQ(get(viewer, at("x")).status, 404);
  EXPECT_EQ(get(viewer, at("x") + "/thumbnail").status, 404);
  EXPECT_EQ(get(viewer, at("0190d1a0-0000-7000-8000-000000000000")).status, 404);
  EXPECT_FALSE(get_fast(viewer, at("x") + "/thumbnail").has_value());
}

}  // namespace
}  // namespace sightglass::http
