#include "queue/task_queue.hpp"
#include "unit/http/handler_house.hpp"

namespace sightglass::http {
namespace {

class TaskListEndpoints : public HandlerHouse {
 protected:
  std::string task_of(const std::string& photo) {
    return text_of(json_of(get(viewer, "/api/v1/images/photos/" + photo)).at("task_id"));
  }
  static std::string at(const std::string& task, std::string_view action = {}) {
    return "/api/v1/tasks/" + task + std::string(action);
  }
  // Claims the one task that is due and fails it for good.
  void let_fail(std::string_view error) {
    const auto done = database->write([&](database::Session& session) -> core::Result<void> {
      SG_ASSIGN(const auto tasks,
                queue::claim(session, core::TaskQueue::normal, "host:1", 1, std::chrono::seconds(60), clock.now()));
      for (const auto& task : tasks) {
        SG_TRY(
            queue::fail(session, task.id, "host:1", {.message = error, .retry = queue::Retry::pointless}, clock.now()));
      }
      return {};
    });
    EXPECT_TRUE(done.has_value()) << done.error().message;
  }
  void start_one() {
    EXPECT_TRUE(database->write([&](database::Session& session) {
      return queue::claim(session, core::TaskQueue::normal, "host:1", 1, std::chrono::seconds(60), clock.now());
    }));
  }
};

TEST_F(TaskListEndpoints, lists_a_task_with_its_picture) {
  const auto photo = add_photo(technician, "PIC");
  const auto page = json_of(get(viewer, "/api/v1/tasks"));
  ASSERT_EQ(page.at("results").as_array().size(), 1U);
  const auto& task = page.at("results").at(0);
  EXPECT_EQ(text_of(task.at("id")), task_of(photo));
  EXPECT_EQ(text_of(task.at("state")), "available");
  EXPECT_EQ(text_of(task.at("photo").at("id")), photo);
  EXPECT_EQ(text_of(task.at("photo").at("original_filename")), "photo.jpg");
  EXPECT_EQ(text_of(task.at("photo").at("uploaded_by")), technician.user_id.to_string());
  EXPECT_TRUE(task.at("error").is_null());
  EXPECT_TRUE(page.at("next").is_null());
}

TEST_F(TaskListEndpoints, pages_and_narrows_and_counts) {
  const auto first = add_photo(technician, "PIC 1");
  const auto second = add_photo(technician, "PIC 2");
  let_fail("unreadable");
  EXPECT_EQ(ids(viewer, "/api/v1/tasks?state=discarded"), std::vector{task_of(first)});
  EXPECT_EQ(ids(viewer, "/api/v1/tasks?state=discarded&state=available").size(), 2U);
  EXPECT_EQ(ids(viewer, "/api/v1/tasks?photo=" + second), std::vector{task_of(second)});
  EXPECT_TRUE(ids(viewer, "/api/v1/tasks?queue=batch").empty());
  EXPECT_TRUE(ids(viewer, "/api/v1/tasks?kind=nothing").empty());
  const auto page = json_of(get(viewer, "/api/v1/tasks?limit=1"));
  const auto rest = ids(viewer, "/api/v1/tasks?limit=1&cursor=" + text_of(page.at("next")));
  EXPECT_EQ(rest, std::vector{task_of(first)});
  const auto counts = json_of(get(viewer, "/api/v1/tasks/counts"));
  EXPECT_EQ(counts.at("discarded").as_int64(), 1);
  EXPECT_EQ(counts.at("available").as_int64(), 1);
  EXPECT_EQ(counts.at("completed").as_int64(), 0);
}

TEST_F(TaskListEndpoints, refuses_filters_that_mean_nothing) {
  EXPECT_EQ(field_of(get(viewer, "/api/v1/tasks?state=lost")), "state");
  EXPECT_EQ(field_of(get(viewer, "/api/v1/tasks?queue=slow")), "queue");
  EXPECT_EQ(field_of(get(viewer, "/api/v1/tasks?photo=7")), "photo");
  EXPECT_EQ(field_of(get(viewer, "/api/v1/tasks?cursor=x")), "cursor");
  EXPECT_EQ(field_of(get(viewer, "/api/v1/tasks/counts?state=running")), "state");
}

TEST_F(TaskListEndpoints, shows_technicians_only_tasks_of_photos_they_see) {
  const auto photo = add_photo(technician, "PIC");
  const auto task = task_of(photo);
  EXPECT_EQ(ids(technician, "/api/v1/tasks").size(), 1U);
  EXPECT_TRUE(ids(colleague, "/api/v1/tasks").empty());
  EXPECT_EQ(json_of(get(colleague, "/api/v1/tasks/counts")).at("available").as_int64(), 0);
  EXPECT_EQ(get(colleague, at(task)).status, 404);
  EXPECT_EQ(send(colleague, Method::post, at(task, "/cancel")).status, 404);
  EXPECT_EQ(get(viewer, at("x")).status, 404);
}

TEST_F(TaskListEndpoints, tells_why_each_attempt_failed) {
  const auto photo = add_photo(technician, "PIC");
  let_fail("the picture is cut off");
  const auto task = json_of(get(technician, at(task_of(photo))));
  EXPECT_EQ(text_of(task.at("state")), "discarded");
  EXPECT_EQ(text_of(task.at("error")), "the picture is cut off");
  ASSERT_EQ(task.at("failures").as_array().size(), 1U);
  EXPECT_EQ(text_of(task.at("failures").at(0).at("worker")), "host:1");
  EXPECT_EQ(task.at("failures").at(0).at("attempt").as_int64(), 1);
  EXPECT_TRUE(task.at("arguments").is_object());
  EXPECT_TRUE(task.at("members").is_null());
}

TEST_F(TaskListEndpoints, tries_a_failed_task_again_and_wakes_a_worker) {
  const auto photo = add_photo(technician, "PIC");
  const auto task = task_of(photo);
  EXPECT_EQ(send(technician, Method::post, at(task, "/retry")).status, 409) << "it waits";
  let_fail("unreadable");
  const auto woken = wakes;
  const auto answer = send(technician, Method::post, at(task, "/retry"));
  ASSERT_EQ(answer.status, 200) << bytes_of(answer);
  EXPECT_EQ(text_of(json_of(answer).at("state")), "available");
  EXPECT_EQ(wakes, woken + 1);
  EXPECT_EQ(audited("task.retry").size(), 1U);
  start_one();
  EXPECT_EQ(send(technician, Method::post, at(task, "/retry")).status, 409) << "it runs";
}

TEST_F(TaskListEndpoints, skips_what_waits_and_nothing_else) {
  const auto photo = add_photo(technician, "PIC");
  const auto task = task_of(photo);
  const auto answer = send(technician, Method::post, at(task, "/cancel"));
  ASSERT_EQ(answer.status, 200) << bytes_of(answer);
  EXPECT_EQ(text_of(json_of(answer).at("state")), "cancelled");
  EXPECT_EQ(send(technician, Method::post, at(task, "/cancel")).status, 409) << "it is skipped already";
  EXPECT_EQ(audited("task.cancel").size(), 1U);
  EXPECT_EQ(send(technician, Method::post, at(task, "/retry")).status, 200);
  start_one();
  EXPECT_EQ(send(technician, Method::post, at(task, "/cancel")).status, 409) << "it runs";
}

TEST_F(TaskListEndpoints, lets_only_those_change_a_task_who_may) {
  const auto open = add_job(operator_, R"({"title":"open"})");
  const auto photo = add_photo(technician, "PIC", {{.name = "job_id", .bytes = open}});
  EXPECT_EQ(send(colleague, Method::post, at(task_of(photo), "/cancel")).status, 403);
  EXPECT_EQ(send(reviewer, Method::post, at(task_of(photo), "/cancel")).status, 200);
  EXPECT_EQ(send(colleague, Method::post, at(task_of(photo), "/retry")).status, 403);
}

TEST_F(TaskListEndpoints, shows_a_batch_by_its_members_and_cancels_what_waits_of_it) {
  const auto photo = add_photo(technician, "PIC");
  const auto batch = text_of(json_of(send(reviewer, Method::post, "/api/v1/images/photos/batch_analyze",
                                          R"({"photo_ids":[")" + photo + R"("]})"))
                                 .at("task_id"));
  EXPECT_EQ(ids(viewer, "/api/v1/tasks?batch=" + batch).size(), 1U);
  EXPECT_EQ(json_of(get(viewer, at(batch))).at("members").at("total").as_int64(), 1);
  EXPECT_TRUE(json_of(get(viewer, at(batch))).at("photo").is_null());
  EXPECT_EQ(get(technician, at(batch)).status, 404) << "a batch is its maker's";
  const auto cancelled = send(reviewer, Method::post, at(batch, "/cancel"));
  ASSERT_EQ(cancelled.status, 200) << bytes_of(cancelled);
  EXPECT_EQ(json_of(cancelled).at("members").at("revoked").as_int64(), 1);
  EXPECT_EQ(send(reviewer, Method::post, at(batch, "/retry")).status, 409);
}

}  // namespace
}  // namespace sightglass::http
