#include <regex>

#include "unit/http/handler_house.hpp"

namespace sightglass::http {
namespace {

class JobPhotoEndpoints : public HandlerHouse {
 protected:
  std::string add_image(const std::string& bytes) {
    const auto answer = upload(technician, "/job/" + job + "/add_image", {picture(bytes)});
    EXPECT_EQ(answer.status, 200) << bytes_of(answer);
    return answer.status == 200 ? text_of(json_of(answer).at("filename")) : "";
  }
  std::string error_of(const Response& answer) { return text_of(json_of(answer).at("error")); }
  std::string job = add_job(operator_, R"({"title":"open to all"})");
};

TEST_F(JobPhotoEndpoints, stores_a_picture_and_answers_its_name) {
  const auto answer = upload(technician, "/job/" + job + "/add_image",
                             {picture("PIC 2020-05-01"), {.name = "description", .bytes = "<b>crack</b>"}});
  ASSERT_EQ(answer.status, 200) << bytes_of(answer);
  const auto stored = json_of(answer);
  EXPECT_TRUE(stored.at("success").as_bool());
  const auto name = text_of(stored.at("filename"));
  EXPECT_TRUE(std::regex_match(name, std::regex("img_20[0-9]{6}_[0-9]{6}_[0-9a-f]{6}\\.jpg"))) << name;
  const auto photo = json_of(get(viewer, "/api/v1/images/photos/" + text_of(stored.at("id"))));
  EXPECT_EQ(text_of(photo.at("description")), "<b>crack</b>");
  EXPECT_EQ(text_of(photo.at("kind")), "job");
  EXPECT_EQ(text_of(photo.at("source")), "job_upload");
  EXPECT_EQ(text_of(photo.at("job_id")), job);
  EXPECT_EQ(count_files("images/job_" + job + "/" + name), 1U);
  EXPECT_EQ(audited("photo.create").size(), 1U);
}

TEST_F(JobPhotoEndpoints, says_in_plain_words_what_is_missing) {
  const auto target = "/job/" + job + "/add_image";
  const auto none = upload(technician, target, {{.name = "description", .bytes = "x"}});
  EXPECT_EQ(none.status, 400);
  EXPECT_EQ(bytes_of(none), R"({"error":"No image provided"})");
  const auto unselected = upload(technician, target, {picture("", "")});
  EXPECT_EQ(unselected.status, 400);
  EXPECT_EQ(bytes_of(unselected), R"({"error":"No image selected"})");
  const auto text = upload(technician, target, {{.name = "image", .bytes = "PIC"}});
  EXPECT_EQ(bytes_of(text), R"({"error":"No image provided"})") << "a text field is no file";
}

TEST_F(JobPhotoEndpoints, refuses_what_is_no_picture_and_leaves_nothing) {
  const auto target = "/job/" + job + "/add_image";
  EXPECT_EQ(upload(technician, target, {picture("TEXT")}).status, 400);
  EXPECT_EQ(upload(technician, target, {picture("CUT")}).status, 400);
  EXPECT_EQ(upload(technician, target, {picture(std::string(5000, 'P'))}).status, 413);
  EXPECT_EQ(upload(technician, target, {picture("PIC"), picture("PIC")}).status, 400);
  EXPECT_EQ(upload(technician, target, {picture("PIC"), {.name = "colour", .bytes = "red"}}).status, 400);
  EXPECT_EQ(count_files("images/"), 0U);
  EXPECT_EQ(count_files("incoming/"), 0U);
  EXPECT_TRUE(ids(viewer, "/api/v1/images/photos").empty());
}

TEST_F(JobPhotoEndpoints, keeps_a_damaged_picture_where_asked) {
  const auto answer =
      upload(technician, "/job/" + job + "/add_image", {{.name = "allow_damaged", .bytes = "true"}, picture("CUT")});
  ASSERT_EQ(answer.status, 200) << bytes_of(answer);
  EXPECT_TRUE(json_of(answer).at("damaged").as_bool());
}

TEST_F(JobPhotoEndpoints, adds_only_to_a_job_that_is_there_and_visible) {
  EXPECT_EQ(upload(technician, "/job/99/add_image", {picture("PIC")}).status, 404);
  EXPECT_EQ(upload(technician, "/job/x/add_image", {picture("PIC")}).status, 404);
  const auto own = add_job(technician, R"({"title":"own"})");
  const auto hidden = upload(colleague, "/job/" + own + "/add_image", {picture("PIC")});
  EXPECT_EQ(hidden.status, 404);
  EXPECT_TRUE(json_of(hidden).at("error").is_string());
}

TEST_F(JobPhotoEndpoints, sends_display_image_and_thumbnail_with_validators) {
  const auto name = add_image("PIC one");
  const auto display = get(viewer, "/job/image/" + job + "/" + name);
  ASSERT_EQ(display.status, 200);
  EXPECT_EQ(bytes_of(display), "display of PIC one");
  const auto thumbnail = get(viewer, "/job/image/" + job + "/" + name + "?thumbnail=true");
  EXPECT_EQ(bytes_of(thumbnail), "thumbnail of PIC one");
  for (const auto* answer : {&display, &thumbnail}) {
    EXPECT_EQ(answer->headers.get("Content-Type"), "image/jpeg");
    EXPECT_TRUE(answer->headers.get("ETag").starts_with('"'));
    EXPECT_FALSE(answer->headers.get("Last-Modified").empty());
    EXPECT_TRUE(answer->headers.get("Cache-Control").starts_with("private"));
  }
  EXPECT_NE(display.headers.get("ETag"), thumbnail.headers.get("ETag"));
}

TEST_F(JobPhotoEndpoints, reaches_files_through_rows_only) {
  add_image("PIC one");
  EXPECT_EQ(get(viewer, "/job/image/" + job + "/..%2f..%2fsightglass.db").status, 404);
  EXPECT_EQ(get(viewer, "/job/image/" + job + "/nothing.jpg").status, 404);
  EXPECT_EQ(get(viewer, "/job/image/99/nothing.jpg").status, 404);
  EXPECT_EQ(field_of(get(viewer, "/job/image/" + job + "/nothing.jpg?thumbnail=maybe")), "thumbnail");
}

TEST_F(JobPhotoEndpoints, hides_pictures_of_jobs_assigned_to_others) {
  const auto own = add_job(technician, R"({"title":"own"})");
  const auto answer = upload(technician, "/job/" + own + "/add_image", {picture("PIC")});
  const auto target = "/job/image/" + own + "/" + text_of(json_of(answer).at("filename")) + "?thumbnail=true";
  EXPECT_EQ(get(technician, target).status, 200);
  EXPECT_EQ(get(colleague, target).status, 404);
  EXPECT_TRUE(get_fast(technician, target).has_value());
  EXPECT_FALSE(get_fast(colleague, target).has_value()) << "memory knows whom it may show";
}

TEST_F(JobPhotoEndpoints, answers_a_remembered_thumbnail_without_the_pool_for_five_seconds) {
  const auto target = "/job/image/" + job + "/" + add_image("PIC one") + "?thumbnail=true";
  EXPECT_FALSE(get_fast(viewer, target).has_value()) << "nothing remembered yet";
  const auto slow = get(viewer, target);
  const auto fast = get_fast(viewer, target);
  ASSERT_TRUE(fast.has_value());
  EXPECT_EQ(bytes_of(*fast), bytes_of(slow));
  EXPECT_EQ(fast->headers.get("ETag"), slow.headers.get("ETag"));
  clock.advance(std::chrono::seconds(6));
  EXPECT_FALSE(get_fast(viewer, target).has_value()) << "row and file are looked at again";
  get(viewer, target);
  EXPECT_TRUE(get_fast(viewer, target).has_value());
}

TEST_F(JobPhotoEndpoints, notes_who_looked_at_a_picture) {
  const auto target = "/job/image/" + job + "/" + add_image("PIC one") + "?thumbnail=true";
  get(viewer, target);
  get_fast(viewer, target);
  ASSERT_TRUE(audit.flush().has_value());
  const auto views = audited("photo.view");
  ASSERT_EQ(views.size(), 1U);
  EXPECT_EQ(views.front().actor, "vera");
}

TEST_F(JobPhotoEndpoints, shows_the_page_of_a_visible_job_only) {
  folder.write("web/index.html", "<!doctype html>");
  EXPECT_EQ(get(viewer, "/job/" + job).status, 200);
  const auto absent = get(viewer, "/job/99");
  EXPECT_EQ(absent.status, 404);
  EXPECT_TRUE(absent.headers.get("Content-Type").starts_with("text/html"));
  const auto own = add_job(technician, R"({"title":"own"})");
  EXPECT_EQ(get(colleague, "/job/" + own).status, 404);
}

}  // namespace
}  // namespace sightglass::http
