#include "unit/http/handler_house.hpp"

namespace sightglass::http {
namespace {

using JobEndpoints = HandlerHouse;

TEST_F(JobEndpoints, makes_a_job_and_reads_it_back) {
  const auto made = send(operator_, Method::post, "/api/v1/jobs",
                         R"({"number":"W-7","title":"Pump","customer":"ACME","address":"Main St","notes":"n"})");
  ASSERT_EQ(made.status, 201) << bytes_of(made);
  const auto job = json_of(made);
  EXPECT_TRUE(job.at("id").is_int64());
  EXPECT_EQ(text_of(job.at("number")), "W-7");
  EXPECT_EQ(text_of(job.at("status")), "open");
  EXPECT_EQ(job.at("photo_count").as_int64(), 0);
  EXPECT_TRUE(job.at("assigned_to").as_array().empty()) << "an operator's job is open to all";
  const auto read = get(viewer, "/api/v1/jobs/" + text_of(job.at("id")));
  EXPECT_EQ(read.status, 200);
  EXPECT_EQ(json_of(read), job);
  EXPECT_EQ(audited("job.create").size(), 1U);
  EXPECT_EQ(count_files("catalogue/"), 1U) << "the job's sidecar";
}

TEST_F(JobEndpoints, assigns_a_technicians_job_to_that_technician) {
  const auto id = add_job(technician, R"({"title":"mine"})");
  const auto job = json_of(get(technician, "/api/v1/jobs/" + id));
  ASSERT_EQ(job.at("assigned_to").as_array().size(), 1U);
  EXPECT_EQ(text_of(job.at("assigned_to").at(0)), technician.user_id.to_string());
  EXPECT_EQ(get(colleague, "/api/v1/jobs/" + id).status, 404) << "may not be seen";
  EXPECT_EQ(get(viewer, "/api/v1/jobs/" + id).status, 200);
  EXPECT_TRUE(ids(colleague, "/api/v1/jobs").empty());
  EXPECT_EQ(ids(technician, "/api/v1/jobs"), std::vector{id});
}

TEST_F(JobEndpoints, refuses_a_job_without_number_and_title) {
  const auto refused = send(operator_, Method::post, "/api/v1/jobs", R"({"customer":"ACME"})");
  EXPECT_EQ(refused.status, 422);
  EXPECT_EQ(field_of(refused), "title");
}

TEST_F(JobEndpoints, names_the_field_that_is_wrong) {
  const auto field = [&](std::string body) {
    return field_of(send(operator_, Method::post, "/api/v1/jobs", std::move(body)));
  };
  EXPECT_EQ(field(R"({"title":7})"), "title");
  EXPECT_EQ(field(R"({"title":"a","status":"gone"})"), "status");
  EXPECT_EQ(field(R"({"title":"a","colour":"red"})"), "colour");
  EXPECT_EQ(field(R"({"title":"a","assigned_to":["x"]})"), "assigned_to");
  EXPECT_EQ(field(R"({"title":"a","assigned_to":["0190d1a0-0000-7000-8000-000000000000"]})"), "assigned_to");
  EXPECT_EQ(send(operator_, Method::post, "/api/v1/jobs", "{").status, 400);
  EXPECT_EQ(send(operator_, Method::post, "/api/v1/jobs", "[]").status / 100, 4);
  EXPECT_TRUE(ids(operator_, "/api/v1/jobs").empty()) << "nothing was stored";
}

TEST_F(JobEndpoints, refuses_a_number_in_use) {
  add_job(operator_, R"({"number":"W-7"})");
  const auto refused = send(operator_, Method::post, "/api/v1/jobs", R"({"number":"W-7"})");
  EXPECT_EQ(refused.status, 409);
  EXPECT_EQ(field_of(refused), "number");
}

TEST_F(JobEndpoints, changes_only_what_the_body_names) {
  const auto id = add_job(operator_, R"({"number":"W-7","title":"Pump"})");
  clock.advance(std::chrono::seconds(5));
  const auto changed = send(operator_, Method::patch, "/api/v1/jobs/" + id, R"({"status":"done"})");
  ASSERT_EQ(changed.status, 200) << bytes_of(changed);
  const auto job = json_of(changed);
  EXPECT_EQ(text_of(job.at("status")), "done");
  EXPECT_EQ(text_of(job.at("title")), "Pump");
  EXPECT_NE(text_of(job.at("updated_at")), text_of(job.at("created_at")));
  ASSERT_EQ(audited("job.update").size(), 1U);
  EXPECT_EQ(audited("job.update").front().details, R"({"changed":["status"]})");
}

TEST_F(JobEndpoints, lets_a_technician_change_own_jobs_only) {
  const auto open = add_job(operator_, R"({"title":"open"})");
  EXPECT_EQ(send(technician, Method::patch, "/api/v1/jobs/" + open, R"({"title":"x"})").status, 403);
  const auto own = add_job(technician, R"({"title":"own"})");
  EXPECT_EQ(send(technician, Method::patch, "/api/v1/jobs/" + own, R"({"title":"x"})").status, 200);
  EXPECT_EQ(send(technician, Method::patch, "/api/v1/jobs/" + own, R"({"assigned_to":[]})").status, 403);
  EXPECT_EQ(send(colleague, Method::patch, "/api/v1/jobs/" + own, R"({"title":"y"})").status, 404);
}

TEST_F(JobEndpoints, deletes_a_job_without_photos) {
  const auto id = add_job(operator_, R"({"title":"short"})");
  EXPECT_EQ(send(operator_, Method::delete_, "/api/v1/jobs/" + id).status, 204);
  EXPECT_EQ(get(operator_, "/api/v1/jobs/" + id).status, 404);
  EXPECT_EQ(send(operator_, Method::delete_, "/api/v1/jobs/" + id).status, 404);
  EXPECT_EQ(audited("job.delete").size(), 1U);
  EXPECT_EQ(count_files("catalogue/"), 0U);
}

TEST_F(JobEndpoints, keeps_a_job_with_photos) {
  const auto id = add_job(operator_, R"({"title":"full"})");
  ASSERT_EQ(upload(operator_, "/job/" + id + "/add_image", {picture("PIC")}).status, 200);
  EXPECT_EQ(send(operator_, Method::delete_, "/api/v1/jobs/" + id).status, 409);
  EXPECT_EQ(json_of(get(operator_, "/api/v1/jobs/" + id)).at("photo_count").as_int64(), 1);
  EXPECT_TRUE(audited("job.delete").empty());
}

TEST_F(JobEndpoints, pages_newest_first) {
  const auto a = add_job(operator_, R"({"title":"a"})");
  const auto b = add_job(operator_, R"({"title":"b","status":"done"})");
  const auto c = add_job(operator_, R"({"title":"c"})");
  const auto first = json_of(get(viewer, "/api/v1/jobs?limit=2"));
  EXPECT_EQ(text_of(first.at("results").at(0).at("id")), c);
  const auto rest = "/api/v1/jobs?limit=2&cursor=" + text_of(first.at("next"));
  EXPECT_EQ(ids(viewer, rest), std::vector{a});
  EXPECT_TRUE(json_of(get(viewer, rest)).at("next").is_null());
  EXPECT_EQ(ids(viewer, "/api/v1/jobs?status=done"), std::vector{b});
  EXPECT_EQ(ids(viewer, "/api/v1/jobs?q=A"), std::vector{a});
}

TEST_F(JobEndpoints, refuses_limits_cursors_and_parameters_from_nowhere) {
  const auto field = [&](std::string_view target) {
    const auto answer = get(viewer, target);
    EXPECT_EQ(answer.status, 422) << target;
    return field_of(answer);
  };
  EXPECT_EQ(field("/api/v1/jobs?limit=0"), "limit");
  EXPECT_EQ(field("/api/v1/jobs?limit=-1"), "limit");
  EXPECT_EQ(field("/api/v1/jobs?limit=501"), "limit");
  EXPECT_EQ(field("/api/v1/jobs?limit=ten"), "limit");
  EXPECT_EQ(field("/api/v1/jobs?cursor=abc"), "cursor");
  EXPECT_EQ(field("/api/v1/jobs?status=gone"), "status");
  EXPECT_EQ(field("/api/v1/jobs?page=2"), "page");
  const auto id = add_job(operator_, R"({"title":"a"})");
  EXPECT_EQ(field("/api/v1/jobs/" + id + "?verbose=1"), "verbose");
}

TEST_F(JobEndpoints, knows_no_job_under_a_word) {
  EXPECT_EQ(get(viewer, "/api/v1/jobs/seven").status, 404);
  EXPECT_EQ(get(viewer, "/api/v1/jobs/-1").status, 404);
  EXPECT_EQ(get(viewer, "/api/v1/jobs/99").status, 404);
}

}  // namespace
}  // namespace sightglass::http
