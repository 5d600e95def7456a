#include "queue/task_queue.hpp"
#include "unit/http/handler_house.hpp"

namespace sightglass::http {
namespace {

class PhotoHistory : public HandlerHouse {
 protected:
  static std::string at(const std::string& id) { return "/api/v1/images/photos/" + id; }
  void patch(const accounts::Caller& caller, const std::string& id, std::string body) {
    EXPECT_EQ(send(caller, Method::patch, at(id), std::move(body)).status, 200);
  }
  boost::json::array results(const accounts::Caller& caller, const std::string& target) {
    const auto answer = get(caller, target);
    EXPECT_EQ(answer.status, 200) << bytes_of(answer);
    EXPECT_EQ(answer.headers.get("Cache-Control"), "no-store");
    return json_of(answer).at("results").as_array();
  }
  boost::json::value photo(const std::string& id) { return json_of(get(viewer, at(id))); }
};

TEST_F(PhotoHistory, tells_who_changed_what_newest_first_and_no_addresses) {
  const auto id = add_photo(technician, "PIC");
  patch(reviewer, id, R"({"description":"leaks","latitude":1,"longitude":2})");
  add_photo(technician, "PIC of something else");
  const auto entries = results(viewer, at(id) + "/history");
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(text_of(entries[0].at("action")), "photo.update");
  EXPECT_EQ(text_of(entries[0].at("actor")), "rita");
  EXPECT_EQ(boost::json::serialize(entries[0].at("details")), R"({"changed":["description","position"]})");
  EXPECT_EQ(text_of(entries[1].at("action")), "photo.create");
  for (const auto* secret : {"peer", "request_id", "actor_id"}) {
    EXPECT_FALSE(entries[0].as_object().contains(secret)) << secret;
  }
}

TEST_F(PhotoHistory, does_not_tell_who_looked) {
  const auto id = add_photo(technician, "PIC");
  get(reviewer, at(id) + "/display");
  ASSERT_TRUE(audit.flush());
  ASSERT_EQ(audited("photo.view").size(), 1U);
  EXPECT_EQ(results(technician, at(id) + "/history").size(), 1U);
}

TEST_F(PhotoHistory, comes_in_pages_and_refuses_cursors_of_other_lists) {
  const auto id = add_photo(technician, "PIC");
  for (const auto* words : {"a", "b", "c"}) patch(technician, id, std::string(R"({"description":")") + words + "\"}");
  std::size_t seen = 0;
  std::string cursor;
  do {
    const auto page = json_of(get(viewer, at(id) + "/history?limit=3" + cursor));
    seen += page.at("results").as_array().size();
    cursor = page.at("next").is_null() ? "" : "&cursor=" + text_of(page.at("next"));
  } while (!cursor.empty());
  EXPECT_EQ(seen, 4U);
  add_photo(technician, "PIC second");
  const auto foreign = text_of(json_of(get(viewer, "/api/v1/images/photos?limit=1")).at("next"));
  EXPECT_EQ(field_of(get(viewer, at(id) + "/history?cursor=" + foreign)), "cursor");
  EXPECT_EQ(field_of(get(viewer, at(id) + "/history?actor=tom")), "actor");
}

TEST_F(PhotoHistory, and_tasks_are_hidden_with_their_photo) {
  const auto id = add_photo(colleague, "PIC");
  for (const auto* part : {"/history", "/tasks"}) {
    EXPECT_EQ(get(technician, at(id) + part).status, 404) << part;
    EXPECT_EQ(get(colleague, at(id) + part).status, 200) << part;
    EXPECT_EQ(get(viewer, at("x") + part).status, 404) << part;
  }
}

TEST_F(PhotoHistory, shows_tasks_with_attempts_and_the_last_error) {
  const auto id = add_photo(technician, "PIC");
  ASSERT_TRUE(database->write([&](database::Session& session) -> core::Result<void> {
    SG_ASSIGN(const auto taken,
              queue::claim(session, core::TaskQueue::normal, "worker", 1, std::chrono::seconds(60), clock.now()));
    SG_TRY(queue::fail(session, taken.at(0).id, "worker", {.message = "no room", .retry = queue::Retry::pointless},
                       clock.now()));
    return {};
  }));
  clock.advance(std::chrono::seconds(1));
  ASSERT_EQ(send(technician, Method::post, at(id) + "/reprocess").status, 202);
  const auto tasks = results(viewer, at(id) + "/tasks");
  ASSERT_EQ(tasks.size(), 2U);
  EXPECT_EQ(text_of(tasks[0].at("status")), "PENDING");
  EXPECT_EQ(tasks[0].at("attempts").as_int64(), 0);
  EXPECT_TRUE(tasks[0].at("error").is_null());
  EXPECT_TRUE(tasks[0].at("due_at").is_string());
  EXPECT_EQ(text_of(tasks[1].at("status")), "FAILURE");
  EXPECT_EQ(tasks[1].at("attempts").as_int64(), 1);
  EXPECT_EQ(text_of(tasks[1].at("error")), "no room");
  EXPECT_TRUE(tasks[1].at("due_at").is_null());
  EXPECT_TRUE(tasks[1].at("finished_at").is_string());
}

TEST_F(PhotoHistory, a_time_given_by_a_person_is_taken_back_to_what_the_file_says) {
  const auto id = add_photo(technician, "PIC 2020-05-01");
  patch(technician, id, R"({"taken_at":"2018-02-03T04:05:06Z"})");
  EXPECT_EQ(text_of(photo(id).at("taken_at_source")), "person");
  patch(technician, id, R"({"taken_at":null})");
  EXPECT_EQ(text_of(photo(id).at("taken_at")), "2020-05-01T00:00:00.000000Z");
  EXPECT_EQ(text_of(photo(id).at("taken_at_source")), "exif");
  patch(technician, id, R"({"taken_at":null})");
  EXPECT_EQ(audited("photo.update").size(), 2U) << "taking back what was not given is no change";
}

TEST_F(PhotoHistory, a_picture_without_a_time_goes_back_to_its_upload) {
  const auto id = add_photo(technician, "PIC");
  patch(technician, id, R"({"taken_at":"2018-02-03T04:05:06Z"})");
  patch(technician, id, R"({"taken_at":null})");
  EXPECT_EQ(photo(id).at("taken_at"), photo(id).at("uploaded_at"));
  EXPECT_EQ(text_of(photo(id).at("taken_at_source")), "upload");
}

TEST_F(PhotoHistory, corrections_leave_the_original_and_stand_in_the_sidecar) {
  const auto id = add_photo(technician, "PIC 2020-05-01");
  const auto before = bytes_of(get(viewer, at(id) + "/original"));
  patch(technician, id, R"({"taken_at":"2018-02-03T04:05:06Z","latitude":-1.5,"longitude":100.25,"altitude":7})");
  EXPECT_EQ(bytes_of(get(viewer, at(id) + "/original")), before);
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.path() / "data" / "photos")) {
    if (entry.path().extension() != ".json") continue;
    std::ifstream file(entry.path());
    const std::string text(std::istreambuf_iterator<char>(file), {});
    const auto sidecar = boost::json::parse(text);
    EXPECT_EQ(text_of(sidecar.at("taken_at_source")), "person");
    EXPECT_EQ(text_of(sidecar.at("taken_at")), "2018-02-03T04:05:06.000000Z");
    EXPECT_DOUBLE_EQ(sidecar.at("latitude").as_double(), -1.5);
    EXPECT_DOUBLE_EQ(sidecar.at("longitude").as_double(), 100.25);
    return;
  }
  FAIL() << "no sidecar";
}

}  // namespace
}  // namespace sightglass::http
