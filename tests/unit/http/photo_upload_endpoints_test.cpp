#include "unit/http/handler_house.hpp"

namespace sightglass::http {
namespace {

class PhotoUploadEndpoints : public HandlerHouse {
 protected:
  Response send_form(std::vector<Part> parts) { return upload(technician, address, parts); }
  // The answer's field when `part` rides along with a good picture, before and after it.
  std::string refused_field(const Part& part) {
    const auto after = send_form({picture("PIC"), part});
    EXPECT_EQ(after.status, 422) << bytes_of(after);
    const auto before = send_form({part, picture("PIC")});
    EXPECT_EQ(field_of(before), field_of(after)) << "the order of parts is free";
    return field_of(after);
  }
  static constexpr std::string_view address = "/api/v1/images/photos/upload";
};

TEST_F(PhotoUploadEndpoints, answers_with_the_task_and_the_urls) {
  const auto answer = send_form({picture("PIC 2020-05-01", "C:\\photos\\Ofen \xF0\x9F\x94\xA5.jpg")});
  ASSERT_EQ(answer.status, 201) << bytes_of(answer);
  const auto stored = json_of(answer);
  const auto id = text_of(stored.at("id"));
  EXPECT_EQ(text_of(stored.at("processing_status")), "PENDING");
  EXPECT_EQ(text_of(stored.at("message")), "Photo uploaded, analysis queued");
  EXPECT_EQ(text_of(stored.at("original_url")), "/api/v1/images/photos/" + id + "/original");
  EXPECT_EQ(text_of(stored.at("display_url")), "/api/v1/images/photos/" + id + "/display");
  EXPECT_EQ(text_of(stored.at("thumbnail_url")), "/api/v1/images/photos/" + id + "/thumbnail");
  EXPECT_EQ(text_of(stored.at("original_filename")), "Ofen \xF0\x9F\x94\xA5.jpg");
  EXPECT_EQ(text_of(stored.at("taken_at")), "2020-05-01T00:00:00.000000Z");
  EXPECT_EQ(stored.at("width").as_int64(), 4000);
  EXPECT_TRUE(stored.at("duplicate_of").is_null());
  EXPECT_EQ(get(viewer, "/api/v1/images/photos/task-status/" + text_of(stored.at("task_id"))).status, 200);
  EXPECT_GE(wakes, 1);
  EXPECT_EQ(bytes_of(get(viewer, text_of(stored.at("original_url")))), "PIC 2020-05-01") << "readable at once";
}

TEST_F(PhotoUploadEndpoints, takes_every_field) {
  const auto job = add_job(operator_, R"({"title":"j"})");
  const auto made = send(operator_, Method::post, "/api/v1/assets", R"({"code":"P-1","name":"Pump"})");
  const auto place = send(operator_, Method::post, "/api/v1/locations", R"({"name":"Hall"})");
  const auto location = text_of(json_of(place).at("id"));
  const auto id = add_photo(technician, "PIC",
                            {{.name = "job_id", .bytes = job},
                             {.name = "asset_id", .bytes = "P-1"},
                             {.name = "location_id", .bytes = location},
                             {.name = "description", .bytes = "leak"},
                             {.name = "tags", .bytes = "wet, north"},
                             {.name = "tags", .bytes = R"(["wet","urgent"])"},
                             {.name = "priority", .bytes = "high"}});
  const auto photo = json_of(get(viewer, "/api/v1/images/photos/" + id));
  EXPECT_EQ(text_of(photo.at("job_id")), job);
  EXPECT_EQ(text_of(photo.at("asset_id")), text_of(json_of(made).at("id")));
  EXPECT_EQ(text_of(photo.at("location_id")), location);
  EXPECT_EQ(text_of(photo.at("description")), "leak");
  EXPECT_EQ(boost::json::serialize(photo.at("tags")), R"(["wet","north","urgent"])");
  EXPECT_EQ(text_of(photo.at("kind")), "field");
}

TEST_F(PhotoUploadEndpoints, names_the_field_that_is_wrong) {
  EXPECT_EQ(refused_field({.name = "job_id", .bytes = "99"}), "job_id");
  EXPECT_EQ(refused_field({.name = "job_id", .bytes = "seven"}), "job_id");
  EXPECT_EQ(refused_field({.name = "asset_id", .bytes = "no such code"}), "asset_id");
  EXPECT_EQ(refused_field({.name = "location_id", .bytes = "0190d1a0-0000-7000-8000-000000000000"}), "location_id");
  EXPECT_EQ(refused_field({.name = "description", .bytes = std::string(4001, 'x')}), "description");
  EXPECT_EQ(refused_field({.name = "description", .bytes = std::string("a\0b", 3)}), "description");
  EXPECT_EQ(refused_field({.name = "description", .bytes = "\xff"}), "description");
  EXPECT_EQ(refused_field({.name = "tags", .bytes = std::string(65, 'x')}), "tags");
  EXPECT_EQ(refused_field({.name = "tags", .bytes = "[1]"}), "tags");
  EXPECT_EQ(refused_field({.name = "priority", .bytes = "soon"}), "priority");
  EXPECT_EQ(refused_field({.name = "allow_damaged", .bytes = "perhaps"}), "allow_damaged");
  EXPECT_EQ(refused_field({.name = "colour", .bytes = "red"}), "colour");
  EXPECT_EQ(count_files("photos/"), 0U);
  EXPECT_EQ(count_files("incoming/"), 0U);
}

TEST_F(PhotoUploadEndpoints, treats_a_hidden_job_as_unknown) {
  const auto own = add_job(colleague, R"({"title":"hers"})");
  EXPECT_EQ(refused_field({.name = "job_id", .bytes = own}), "job_id");
}

TEST_F(PhotoUploadEndpoints, refuses_forms_without_exactly_one_file) {
  EXPECT_EQ(field_of(send_form({})), "image");
  EXPECT_EQ(field_of(send_form({picture("PIC", "")})), "image");
  EXPECT_EQ(field_of(send_form({picture("PIC"), picture("PIC")})), "image");
  EXPECT_EQ(field_of(send_form({{.name = "tags", .bytes = "x", .filename = "tags.txt"}, picture("PIC")})), "tags");
  EXPECT_EQ(
      send_form({picture("PIC"), {.name = "priority", .bytes = "high"}, {.name = "priority", .bytes = "low"}}).status,
      422);
  std::vector<Part> thousand(1000, Part{.name = "tags", .bytes = "x"});
  EXPECT_EQ(send_form(thousand).status, 422);
}

TEST_F(PhotoUploadEndpoints, names_the_limit_of_bytes) {
  const auto answer = send_form({picture("PIC" + std::string(4096, ' '))});
  EXPECT_EQ(answer.status, 413);
  EXPECT_NE(bytes_of(answer).find("4096"), std::string::npos);
  EXPECT_EQ(count_files("incoming/"), 0U);
}

TEST_F(PhotoUploadEndpoints, refuses_before_the_first_byte_when_the_disk_is_nearly_full) {
  const auto answer = upload(technician, "/api/v1/images/photos/upload", {picture("PIC")}, "1000000000000000000");
  EXPECT_EQ(answer.status, 507);
  EXPECT_EQ(text_of(json_of(answer).at("error").at("code")), "insufficient_storage");
  EXPECT_NE(bytes_of(answer).find("Nothing of this upload was kept"), std::string::npos);
  EXPECT_EQ(count_files("incoming/"), 0U);
  EXPECT_EQ(admission.kept_bytes(), 0);
}

TEST_F(PhotoUploadEndpoints, counts_what_other_uploads_on_their_way_will_need) {
  const auto free = *blobs->free_bytes();
  const auto half = std::to_string(free / 2);
  const auto job = "/job/" + add_job(technician, R"({"title":"pump"})") + "/add_image";
  {
    const auto other = admission.admit(free / 4 * 3);
    ASSERT_TRUE(other);
    EXPECT_EQ(upload(technician, job, {picture("PIC")}, half).status, 429);
    EXPECT_EQ(upload(technician, "/api/v1/images/photos/upload", {picture("PIC")}, half).status, 429);
  }
  EXPECT_EQ(upload(technician, "/api/v1/images/photos/upload", {picture("PIC")}, half).status, 201);
  EXPECT_EQ(admission.kept_bytes(), 0) << "a finished upload keeps no room";
}

TEST_F(PhotoUploadEndpoints, gives_the_room_of_a_refused_upload_back) {
  EXPECT_EQ(send_form({picture("no picture at all")}).status, 415);
  EXPECT_EQ(admission.kept_bytes(), 0);
}

TEST_F(PhotoUploadEndpoints, links_a_second_upload_of_the_same_bytes_to_the_first) {
  const auto first = add_photo(technician, "PIC same");
  const auto second = json_of(send_form({picture("PIC same")}));
  EXPECT_EQ(text_of(second.at("duplicate_of")), first);
  EXPECT_NE(text_of(second.at("id")), first);
}

TEST_F(PhotoUploadEndpoints, tells_nobody_of_a_first_copy_that_they_may_not_see) {
  const auto foreign = add_photo(colleague, "PIC same");
  const auto stored = json_of(send_form({picture("PIC same")}));
  EXPECT_TRUE(stored.at("duplicate_of").is_null());
  const auto address = "/api/v1/images/photos/" + text_of(stored.at("id"));
  EXPECT_TRUE(json_of(get(technician, address)).at("duplicate_of").is_null());
  EXPECT_EQ(text_of(json_of(get(operator_, address)).at("duplicate_of")), foreign);
  const auto list = bytes_of(get(technician, "/api/v1/images/photos"));
  EXPECT_EQ(list.find(foreign), std::string::npos);
}

}  // namespace
}  // namespace sightglass::http
