#include "queue/task_queue.hpp"
#include "unit/http/handler_house.hpp"

namespace sightglass::http {
namespace {

class TaskEndpoints : public HandlerHouse {
 protected:
  static std::string status_of(const std::string& task) { return "/api/v1/images/photos/task-status/" + task; }
  Response reprocess(const accounts::Caller& caller, const std::string& id) {
    return send(caller, Method::post, "/api/v1/images/photos/" + id + "/reprocess");
  }
  Response batch(const std::string& body) {
    return send(reviewer, Method::post, "/api/v1/images/photos/batch_analyze", body);
  }
  // Claims what is due on `queue` and completes it.
  void work_off(core::TaskQueue queue) {
    const auto done = database->write([&](database::Session& session) -> core::Result<void> {
      SG_ASSIGN(const auto tasks, queue::claim(session, queue, "worker", 100, std::chrono::seconds(60), clock.now()));
      for (const auto& task : tasks) {
        SG_TRY(queue::complete(session, task.id, "worker", R"({"done":true})", clock.now()));
      }
      return {};
    });
    EXPECT_TRUE(done.has_value()) << done.error().message;
  }
};

TEST_F(TaskEndpoints, follows_an_upload_from_pending_to_success) {
  const auto id = add_photo(technician, "PIC");
  const auto task = text_of(json_of(get(viewer, "/api/v1/images/photos/" + id)).at("task_id"));
  auto state = json_of(get(technician, status_of(task)));
  EXPECT_EQ(text_of(state.at("status")), "PENDING");
  EXPECT_FALSE(state.at("ready").as_bool());
  EXPECT_TRUE(state.at("result").is_null());
  work_off(core::TaskQueue::normal);
  state = json_of(get(technician, status_of(task)));
  EXPECT_EQ(text_of(state.at("status")), "SUCCESS");
  EXPECT_TRUE(state.at("ready").as_bool());
  EXPECT_TRUE(state.at("successful").as_bool());
  EXPECT_EQ(state.at("progress").as_int64(), 100);
  EXPECT_TRUE(state.at("result").at("done").as_bool());
}

TEST_F(TaskEndpoints, returns_the_unfinished_task_instead_of_piling_up_a_second) {
  const auto id = add_photo(technician, "PIC");
  const auto waiting = text_of(json_of(get(viewer, "/api/v1/images/photos/" + id)).at("task_id"));
  const auto again = reprocess(technician, id);
  ASSERT_EQ(again.status, 202);
  EXPECT_EQ(text_of(json_of(again).at("task_id")), waiting);
  work_off(core::TaskQueue::normal);
  const auto fresh = text_of(json_of(reprocess(technician, id)).at("task_id"));
  EXPECT_NE(fresh, waiting);
  const auto photo = json_of(get(viewer, "/api/v1/images/photos/" + id));
  EXPECT_EQ(text_of(photo.at("task_id")), fresh);
  EXPECT_EQ(text_of(photo.at("processing_status")), "PENDING");
  EXPECT_EQ(audited("photo.reprocess").size(), 1U);
}

TEST_F(TaskEndpoints, lets_only_those_reprocess_who_may) {
  const auto open = add_job(operator_, R"({"title":"open"})");
  const auto id = add_photo(technician, "PIC", {{.name = "job_id", .bytes = open}});
  EXPECT_EQ(reprocess(colleague, id).status, 403);
  EXPECT_EQ(reprocess(colleague, add_photo(technician, "PIC 2")).status, 404);
  EXPECT_EQ(reprocess(reviewer, id).status, 202);
  EXPECT_EQ(reprocess(reviewer, "x").status, 404);
}

TEST_F(TaskEndpoints, queues_a_batch_and_names_unknown_ids) {
  const auto a = add_photo(technician, "PIC a");
  const auto b = add_photo(technician, "PIC b");
  const auto answer = batch(R"({"photo_ids":[")" + a + R"(","nobody",")" + b + R"(",")" + a +
                            R"(","0190d1a0-0000-7000-8000-000000000000"]})");
  ASSERT_EQ(answer.status, 202) << bytes_of(answer);
  const auto queued = json_of(answer);
  EXPECT_EQ(text_of(queued.at("status")), "batch_queued");
  EXPECT_EQ(queued.at("total_photos").as_int64(), 2);
  EXPECT_EQ(boost::json::serialize(queued.at("unknown_ids")), R"(["nobody","0190d1a0-0000-7000-8000-000000000000"])");
  const auto task = text_of(queued.at("task_id"));
  auto state = json_of(get(reviewer, status_of(task)));
  EXPECT_EQ(text_of(state.at("status")), "PENDING");
  EXPECT_EQ(state.at("members").at("total").as_int64(), 2);
  EXPECT_EQ(state.at("members").at("pending").as_int64(), 2);
  work_off(core::TaskQueue::batch);
  state = json_of(get(reviewer, status_of(task)));
  EXPECT_EQ(text_of(state.at("status")), "SUCCESS");
  EXPECT_EQ(state.at("progress").as_int64(), 100);
  EXPECT_EQ(state.at("result").at("success").as_int64(), 2);
}

TEST_F(TaskEndpoints, refuses_batches_that_name_nothing) {
  EXPECT_EQ(field_of(batch("{}")), "photo_ids");
  EXPECT_EQ(field_of(batch(R"({"photo_ids":"a"})")), "photo_ids");
  EXPECT_EQ(field_of(batch(R"({"photo_ids":["nobody"]})")), "photo_ids");
  std::string many = R"({"photo_ids":["a")";
  for (int i = 0; i < 1000; ++i) many += R"(,"a")";
  EXPECT_EQ(field_of(batch(many + "]}")), "photo_ids");
}

TEST_F(TaskEndpoints, shows_a_task_to_those_who_see_its_photo) {
  const auto id = add_photo(technician, "PIC");
  const auto task = text_of(json_of(get(viewer, "/api/v1/images/photos/" + id)).at("task_id"));
  EXPECT_EQ(get(colleague, status_of(task)).status, 404);
  EXPECT_EQ(get(viewer, status_of(task)).status, 200);
  const auto group = text_of(json_of(batch(R"({"photo_ids":[")" + id + R"("]})")).at("task_id"));
  EXPECT_EQ(get(technician, status_of(group)).status, 404) << "a batch is its maker's";
  EXPECT_EQ(get(viewer, status_of(group)).status, 200);
  EXPECT_EQ(get(viewer, status_of("x")).status, 404);
  EXPECT_EQ(get(viewer, status_of("0190d1a0-0000-7000-8000-000000000000")).status, 404);
}

TEST_F(TaskEndpoints, counts_only_photos_that_may_be_seen) {
  add_photo(technician, "PIC 1");
  add_photo(colleague, "PIC 22");
  const auto all = json_of(get(viewer, "/api/v1/images/photos/statistics"));
  EXPECT_EQ(all.at("total").as_int64(), 2);
  EXPECT_EQ(all.at("bytes").as_int64(), 11);
  EXPECT_EQ(all.at("by_status").at("PENDING").as_int64(), 2);
  EXPECT_EQ(all.at("by_source").at("upload").as_int64(), 2);
  EXPECT_EQ(text_of(all.at("by_day").at(0).at("day")).size(), 10U);
  EXPECT_TRUE(all.at("analysis_latency_ms").at("p50").is_null());
  EXPECT_EQ(json_of(get(technician, "/api/v1/images/photos/statistics")).at("total").as_int64(), 1);
}

}  // namespace
}  // namespace sightglass::http
