#include <gtest/gtest.h>

#include "database/daily_analytics.hpp"
#include "queue/schedules/built_in.hpp"
#include "queue/schedules/run_due.hpp"
#include "unit/http/handler_house.hpp"

namespace sightglass::http {
namespace {

namespace schedules = queue::schedules;
using namespace std::chrono_literals;

constexpr std::string_view all = "/api/v1/schedules";

// It is 04:00 on Saturday, 21 November 2026, UTC.
class ScheduleEndpoints : public HandlerHouse {
 protected:
  ScheduleEndpoints() {
    administrator = {.credential = accounts::Credential::access_token,
                     .user_id = operator_.user_id,
                     .name = "ada",
                     .role = core::Role::administrator};
  }
  Response create(std::string_view members) {
    return send(administrator, Method::post, all, "{" + std::string(members) + "}");
  }
  // Its address.
  std::string made(std::string_view members = R"("name":"nightly","kind":"prune_history","expression":"30 2 * * *")") {
    const auto answer = create(members);
    EXPECT_EQ(answer.status, 201) << bytes_of(answer);
    return std::string(all) + "/" + text_of(json_of(answer).at("id"));
  }
  Response change(const std::string& address, std::string_view body) {
    return send(administrator, Method::patch, address, std::string(body));
  }
  Response post(const std::string& address) { return send(administrator, Method::post, address); }
  boost::json::value read(const std::string& address) { return json_of(get(operator_, address)); }
  std::string built_in(std::string_view name) {
    EXPECT_TRUE(schedules::register_built_in(*database, clock));
    for (const auto& row : read(std::string(all)).at("results").as_array())
      if (text_of(row.at("name")) == name) return std::string(all) + "/" + text_of(row.at("id"));
    ADD_FAILURE() << name;
    return "";
  }
  accounts::Caller administrator;
};

TEST_F(ScheduleEndpoints, make_a_schedule_with_what_is_usual) {
  const auto answer = create(R"("name":"nightly","kind":"prune_history","expression":" 30 2 * * * ")");
  ASSERT_EQ(answer.status, 201);
  const auto schedule = json_of(answer);
  EXPECT_EQ(text_of(schedule.at("queue")), "batch");
  EXPECT_EQ(text_of(schedule.at("time_zone")), "UTC");
  EXPECT_EQ(text_of(schedule.at("missed_runs")), "run_once");
  EXPECT_EQ(text_of(schedule.at("state")), "active");
  EXPECT_EQ(schedule.at("built_in"), false);
  EXPECT_EQ(text_of(schedule.at("changed_by")), "ada");
  EXPECT_EQ(text_of(schedule.at("next_due")), "2026-11-22T02:30:00.000000Z");
  EXPECT_TRUE(schedule.at("last_due").is_null());
  EXPECT_TRUE(schedule.at("last_task_id").is_null());
  ASSERT_EQ(schedule.at("upcoming").as_array().size(), 5U);
  EXPECT_EQ(text_of(schedule.at("upcoming").at(4)), "2026-11-26T02:30:00.000000Z");
  EXPECT_EQ(read(std::string(all) + "/" + text_of(schedule.at("id"))), schedule);
}

TEST_F(ScheduleEndpoints, make_a_schedule_with_all_that_can_be_said) {
  const auto schedule = read(made(
      R"("name":"count again","kind":"generate_daily_analytics","queue":"normal","priority":-5,"arguments":{"day":"2026-11-19"},
         "expression":"@at 2026-12-01T08:00","time_zone":"Asia/Tokyo","missed_runs":"run_each","most_missed":3)"));
  EXPECT_EQ(text_of(schedule.at("queue")), "normal");
  EXPECT_EQ(schedule.at("priority"), -5);
  EXPECT_EQ(text_of(schedule.at("arguments")), R"({"day":"2026-11-19"})");
  EXPECT_EQ(text_of(schedule.at("missed_runs")), "run_each");
  EXPECT_EQ(schedule.at("most_missed"), 3);
  EXPECT_EQ(text_of(schedule.at("next_due")), "2026-11-30T23:00:00.000000Z");
  EXPECT_EQ(schedule.at("upcoming").as_array().size(), 1U);
}

TEST_F(ScheduleEndpoints, list_all_by_name_and_the_kinds_there_are) {
  made(R"("name":"b","kind":"prune_history","expression":"@daily")");
  made(R"("name":"a","kind":"prune_history","expression":"@daily")");
  const auto list = read(std::string(all));
  ASSERT_EQ(list.at("results").as_array().size(), 2U);
  EXPECT_EQ(text_of(list.at("results").at(0).at("name")), "a");
  EXPECT_TRUE(list.at("next").is_null());
  EXPECT_EQ(list.at("kinds").as_array().size(), 6U);
  EXPECT_EQ(text_of(list.at("kinds").at(0).at("name")), "check_budget_usage");
}

TEST_F(ScheduleEndpoints, name_the_member_that_is_wrong) {
  const auto refused = [&](std::string_view members, std::string_view field) {
    const auto answer = create(members);
    EXPECT_EQ(answer.status, 422) << members << bytes_of(answer);
    EXPECT_EQ(field_of(answer), field) << members;
  };
  const std::string sound = R"("name":"n","kind":"prune_history",)";
  refused(R"("kind":"prune_history","expression":"@daily")", "name");
  refused(R"("name":"","kind":"prune_history","expression":"@daily")", "name");
  refused(R"("name":"a\nb","kind":"prune_history","expression":"@daily")", "name");
  refused(R"("name":"n","expression":"@daily")", "kind");
  refused(R"("name":"n","kind":"process_inspection_photo","expression":"@daily")", "kind");
  refused(sound + R"("time_zone":"UTC")", "expression");
  refused(sound + R"("expression":"")", "expression");
  refused(sound + R"("expression":"61 * * * *")", "expression");
  refused(sound + R"("expression":"0 0 30 2 *")", "expression");
  refused(sound + R"("expression":"@at 2026-11-21T03:59Z")", "expression");
  refused(sound + R"("expression":5)", "expression");
  refused(sound + R"("expression":"@daily","time_zone":"Mars/Olympus")", "time_zone");
  refused(sound + R"("expression":"@daily","time_zone":"../../etc/passwd")", "time_zone");
  refused(sound + R"("expression":"@daily","queue":"fast")", "queue");
  refused(sound + R"("expression":"@daily","priority":101)", "priority");
  refused(sound + R"("expression":"@daily","missed_runs":"perhaps")", "missed_runs");
  refused(sound + R"("expression":"@daily","most_missed":0)", "most_missed");
  refused(sound + R"("expression":"@daily","most_missed":101)", "most_missed");
  refused(sound + R"("expression":"@daily","arguments":{"day":"2026-11-20"})", "arguments");
  refused(sound + R"("expression":"@daily","arguments":[])", "arguments");
  refused(R"("name":"n","kind":"generate_daily_analytics","expression":"@daily","arguments":{"day":"soon"})",
          "arguments");
  refused(sound + R"("expression":"@daily","state":"paused")", "state");
  EXPECT_TRUE(read(std::string(all)).at("results").as_array().empty());
}

TEST_F(ScheduleEndpoints, keep_a_name_for_one_schedule) {
  made();
  const auto again = create(R"("name":"nightly","kind":"prune_history","expression":"@daily")");
  EXPECT_EQ(again.status, 409);
  EXPECT_EQ(field_of(again), "name");
  const auto other = made(R"("name":"other","kind":"prune_history","expression":"@daily")");
  EXPECT_EQ(change(other, R"({"name":"nightly"})").status, 409);
  EXPECT_EQ(change(other, R"({"name":"other"})").status, 200);
}

TEST_F(ScheduleEndpoints, change_what_is_said_and_plan_anew_when_times_are_others) {
  const auto address = made();
  clock.advance(1h);
  auto changed = json_of(change(address, R"({"queue":"normal","priority":2,"missed_runs":"skip"})"));
  EXPECT_EQ(text_of(changed.at("queue")), "normal");
  EXPECT_EQ(text_of(changed.at("next_due")), "2026-11-22T02:30:00.000000Z");
  changed = json_of(change(address, R"({"time_zone":"America/New_York"})"));
  EXPECT_EQ(text_of(changed.at("next_due")), "2026-11-21T07:30:00.000000Z");
  changed = json_of(change(address, R"({"expression":"@every 45m"})"));
  EXPECT_EQ(text_of(changed.at("next_due")), "2026-11-21T05:15:00.000000Z");
  EXPECT_EQ(text_of(changed.at("updated_at")), "2026-11-21T05:00:00.000000Z");
  EXPECT_EQ(change(address, "{}").status, 200);
  const auto refused = change(address, R"({"kind":"cleanup_old_images"})");
  EXPECT_EQ(refused.status, 422);
  EXPECT_EQ(field_of(refused), "kind");
  EXPECT_EQ(field_of(change(address, R"({"expression":"* * * *"})")), "expression");
  EXPECT_EQ(text_of(read(address).at("expression")), "@every 45m");
}

TEST_F(ScheduleEndpoints, pause_and_resume) {
  const auto address = made();
  const auto paused = json_of(post(address + "/pause"));
  EXPECT_EQ(text_of(paused.at("state")), "paused");
  EXPECT_TRUE(paused.at("next_due").is_null());
  EXPECT_EQ(paused.at("upcoming").as_array().size(), 5U);
  EXPECT_EQ(text_of(json_of(change(address, R"({"expression":"@hourly"})")).at("state")), "paused");
  EXPECT_EQ(post(address + "/pause").status, 200);
  const auto resumed = json_of(post(address + "/resume"));
  EXPECT_EQ(text_of(resumed.at("state")), "active");
  EXPECT_EQ(text_of(resumed.at("next_due")), "2026-11-21T05:00:00.000000Z");
  EXPECT_EQ(post(address + "/resume").status, 200);
  EXPECT_EQ(audited("schedule.pause").size(), 1U);
  EXPECT_EQ(audited("schedule.resume").size(), 1U);
}

TEST_F(ScheduleEndpoints, end_a_one_off_and_let_it_be_given_another_time) {
  const auto address = made(R"("name":"once","kind":"prune_history","expression":"@at 2026-11-21T05:00Z")");
  clock.advance(1h);
  EXPECT_EQ(schedules::run_due_schedules(*database, clock)->started, 1);
  EXPECT_EQ(text_of(read(address).at("state")), "ended");
  EXPECT_EQ(text_of(read(address).at("last_due")), "2026-11-21T05:00:00.000000Z");
  EXPECT_TRUE(read(address).at("upcoming").as_array().empty());
  EXPECT_EQ(field_of(change(address, R"({"expression":"@at 2026-11-21T04:59Z"})")), "expression");
  const auto again = json_of(change(address, R"({"expression":"@at 2026-11-21T06:00Z"})"));
  EXPECT_EQ(text_of(again.at("state")), "active");
  post(address + "/pause");
  clock.advance(2h);
  EXPECT_EQ(post(address + "/resume").status, 409);
}

TEST_F(ScheduleEndpoints, run_a_task_at_once_and_wake_the_workers) {
  const auto address = made();
  const auto answer = post(address + "/run");
  ASSERT_EQ(answer.status, 202);
  EXPECT_EQ(wakes, 1);
  const auto task = text_of(json_of(answer).at("task_id"));
  EXPECT_EQ(text_of(json_of(get(operator_, "/api/v1/tasks/" + task)).at("kind")), "prune_history");
  EXPECT_EQ(text_of(read(address).at("last_task_id")), task);
}

TEST_F(ScheduleEndpoints, delete_a_schedule) {
  const auto address = made();
  EXPECT_EQ(send(administrator, Method::delete_, address).status, 204);
  EXPECT_EQ(get(operator_, address).status, 404);
  EXPECT_EQ(send(administrator, Method::delete_, address).status, 404);
  EXPECT_EQ(change(address, R"({"priority":1})").status, 404);
  EXPECT_EQ(post(address + "/run").status, 404);
  EXPECT_EQ(get(operator_, std::string(all) + "/7").status, 404);
}

TEST_F(ScheduleEndpoints, keep_those_that_come_with_the_program) {
  const auto address = built_in("prune_history");
  EXPECT_EQ(send(administrator, Method::delete_, address).status, 409);
  const auto renamed = change(address, R"({"name":"mine"})");
  EXPECT_EQ(renamed.status, 409);
  EXPECT_EQ(field_of(renamed), "name");
  EXPECT_EQ(text_of(json_of(change(address, R"({"expression":"@weekly"})")).at("expression")), "@weekly");
  EXPECT_EQ(text_of(json_of(post(address + "/pause")).at("state")), "paused");
  EXPECT_TRUE(schedules::register_built_in(*database, clock));
  EXPECT_EQ(text_of(read(address).at("expression")), "@weekly");
}

TEST_F(ScheduleEndpoints, write_down_who_changed_what) {
  const auto address = made();
  change(address, R"({"expression":"@hourly","priority":3})");
  post(address + "/run");
  send(administrator, Method::delete_, address);
  ASSERT_EQ(audited("schedule.create").size(), 1U);
  EXPECT_EQ(audited("schedule.create")[0].actor, "ada");
  EXPECT_EQ(audited("schedule.create")[0].object_type, "schedule");
  EXPECT_EQ(audited("schedule.create")[0].object_id, address.substr(address.rfind('/') + 1));
  EXPECT_EQ(audited("schedule.create")[0].details,
            R"({"name":"nightly","kind":"prune_history","expression":"30 2 * * *","time_zone":"UTC"})");
  ASSERT_EQ(audited("schedule.update").size(), 1U);
  EXPECT_EQ(audited("schedule.update")[0].details, R"({"changed":["priority","expression"]})");
  EXPECT_EQ(audited("schedule.run").size(), 1U);
  EXPECT_EQ(audited("schedule.delete").size(), 1U);
}

TEST_F(ScheduleEndpoints, show_each_days_figures_to_who_sees_all_photos) {
  const database::daily_analytics::DayFigures figures{.day = std::chrono::sys_days{std::chrono::year{2026} / 11 / 20},
                                                      .photos = 7,
                                                      .bytes = 700,
                                                      .failed = 1,
                                                      .analyses = 6,
                                                      .latency_p50 = 1500us};
  ASSERT_TRUE(
      database->write([&](database::Session& s) { return database::daily_analytics::save(s, figures, clock.now()); }));
  const auto shown = read("/api/v1/images/photos/statistics").at("daily");
  ASSERT_EQ(shown.as_array().size(), 1U);
  EXPECT_EQ(text_of(shown.at(0)), R"({"day":"2026-11-20","photos":7,"bytes":700,"failed":1,"analyses":6,)"
                                  R"("analysis_latency_ms":{"p50":1.5E0,"p90":null,"p99":null}})");
  EXPECT_TRUE(json_of(get(technician, "/api/v1/images/photos/statistics")).at("daily").as_array().empty());
}

}  // namespace
}  // namespace sightglass::http
