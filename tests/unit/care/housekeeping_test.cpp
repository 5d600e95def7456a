#include "care/housekeeping.hpp"

#include <gtest/gtest.h>

#include "database/analyses.hpp"
#include "database/daily_analytics.hpp"
#include "queue/schedules/kinds.hpp"
#include "queue/task_queue.hpp"
#include "unit/ingest/house.hpp"

namespace sightglass::care {
namespace {

using namespace std::chrono_literals;
using database::daily_analytics::Day;
using database::daily_analytics::DayFigures;

class HousekeepingTasks : public testing::Test {
 protected:
  void throw_away(const core::Photo& photo, core::Instant at) {
    EXPECT_TRUE(
        house.database.write([&](database::Session& s) { return database::photos::set_trashed(s, photo.id, at); }));
  }
  // Uploaded now, and analysed after `latency`.
  void analyse(const core::Photo& photo, std::chrono::microseconds latency) {
    const auto at = photo.uploaded_at + latency;
    const database::analyses::Analysis analysis{
        .id = core::AnalysisId::make(at), .photo_id = photo.id, .model = "m", .version = "1", .created_at = at};
    EXPECT_TRUE(house.database.write([&](database::Session& s) { return database::analyses::save(s, analysis); }));
  }
  core::Result<std::string> count(std::string arguments = "{}") {
    return generate_daily_analytics(tasks, {.arguments = std::move(arguments)});
  }
  std::vector<DayFigures> figures() {
    return house.database.read([](database::Session& s) { return database::daily_analytics::list(s, 500); }).value();
  }
  Day today() const { return std::chrono::floor<std::chrono::days>(house.clock.now()); }
  static std::string text_of(Day day) { return core::to_iso8601(day).substr(0, 10); }
  // The rest of the day and `more` of the next.
  void sleep_over(std::chrono::microseconds more = 10min) {
    house.clock.advance(today() + std::chrono::days{1} - house.clock.now() + more);
  }

  ingest::House house;
  Housekeeping tasks{.blobs = house.store, .database = house.database, .clock = house.clock};
};

TEST_F(HousekeepingTasks, know_every_kind_that_a_schedule_may_start_but_those_of_others) {
  const auto handlers = housekeeping_handlers(tasks);
  EXPECT_EQ(handlers.size() + 3, queue::schedules::schedulable_kinds().size());
  for (const auto& kind : queue::schedules::schedulable_kinds()) {
    const bool is_of_others = kind.name == queue::schedules::check_budget_usage ||
                              kind.name == queue::schedules::check_drift ||
                              kind.name == queue::schedules::pull_all_sources;
    EXPECT_EQ(handlers.contains(kind.name), !is_of_others) << kind.name;
    EXPECT_FALSE(kind.words.empty());
    EXPECT_EQ(queue::schedules::find_kind(kind.name), &kind);
  }
  EXPECT_EQ(queue::schedules::find_kind("process_inspection_photo"), nullptr);
}

TEST_F(HousekeepingTasks, empty_the_trash_of_what_lay_in_it_long_enough_and_say_so_in_the_audit_log) {
  const auto old = house.accept("PIC old")->photo;
  const auto young = house.accept("PIC young")->photo;
  throw_away(old, house.clock.now() - 31 * 24h);
  throw_away(young, house.clock.now() - 29 * 24h);
  EXPECT_EQ(cleanup_old_images(tasks).value(), R"({"deleted":1,"failed":0})");
  ASSERT_EQ(house.rows().size(), 1U);
  EXPECT_EQ(house.rows().front().id, young.id);
  EXPECT_EQ(cleanup_old_images(tasks).value(), R"({"deleted":0,"failed":0})");
  const auto entries =
      house.database.read([](database::Session& s) { return database::audit::list(s, {.action = "photo.delete"}); })
          .value();
  ASSERT_EQ(entries.size(), 1U);
  EXPECT_EQ(entries[0].actor, "system");
  EXPECT_EQ(entries[0].object_type, "photo");
  EXPECT_EQ(entries[0].object_id, old.id.to_string());
  EXPECT_EQ(entries[0].at, house.clock.now());
}

TEST_F(HousekeepingTasks, stop_emptying_the_trash_when_told_and_go_on_the_next_time) {
  for (const auto* picture : {"PIC 1", "PIC 2", "PIC 3"})
    throw_away(house.accept(picture)->photo, house.clock.now() - 31 * 24h);
  int asked = 0;
  const auto stopped = cleanup_old_images(tasks, [&] { return ++asked > 2; });
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code, core::ErrorCode::cancelled);
  EXPECT_EQ(house.rows().size(), 1U);
  EXPECT_EQ(cleanup_old_images(tasks).value(), R"({"deleted":1,"failed":0})");
}

TEST_F(HousekeepingTasks, forget_finished_tasks_and_ended_sign_ins) {
  const auto now = house.clock.now();
  const core::User user{.id = core::UserId::make(now), .name = "ada"};
  ASSERT_TRUE(house.database.write([&](database::Session& s) -> core::Result<void> {
    SG_TRY(database::users::insert(s, user));
    for (const auto ago : {8 * 24h, 6 * 24h})
      SG_TRY(database::sign_ins::insert(
          s, {.id = core::SessionId::make(now), .user_id = user.id, .expires_at = now - ago}));
    for (const auto ago : {31 * 24h, 29 * 24h}) {
      SG_ASSIGN(const auto task, queue::enqueue(s, {.kind = "k"}, now - ago));
      SG_TRY(queue::cancel(s, task, now - ago));
    }
    SG_TRY(queue::enqueue(s, {.kind = "waiting"}, now - 90 * 24h));
    return {};
  }));
  EXPECT_EQ(prune_history(tasks).value(), R"({"tasks":1,"sign_ins":1,"notices":0,"failures":0,"results":0,"rates":0})");
  EXPECT_EQ(prune_history(tasks).value(), R"({"tasks":0,"sign_ins":0,"notices":0,"failures":0,"results":0,"rates":0})");
}

TEST_F(HousekeepingTasks, count_the_days_that_are_over) {
  sleep_over();
  const Day first = today();
  for (int i = 1; i <= 10; ++i) analyse(house.accept(("PIC " + std::to_string(i)).c_str())->photo, i * 100ms);
  const auto failed = house.accept("PIC failed")->photo;
  ASSERT_TRUE(house.database.write([&](database::Session& s) {
    return database::photos::set_status(s, failed.id, core::ProcessingStatus::failed, "broken");
  }));
  EXPECT_EQ(count().value(), R"({"days":[]})") << "today is not over";
  sleep_over();
  house.accept("PIC of the next day");
  EXPECT_EQ(count().value(), R"({"days":[")" + text_of(first) + R"("]})");
  const auto all = figures();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].day, first);
  EXPECT_EQ(all[0].photos, 11);
  EXPECT_GT(all[0].bytes, 0);
  EXPECT_EQ(all[0].failed, 1);
  EXPECT_EQ(all[0].analyses, 10);
  EXPECT_EQ(all[0].latency_p50, 500ms);
  EXPECT_EQ(all[0].latency_p90, 900ms);
  EXPECT_EQ(all[0].latency_p99, 1000ms);
  EXPECT_EQ(count().value(), R"({"days":[]})");
}

TEST_F(HousekeepingTasks, count_days_without_anything_too_and_catch_up_after_a_pause) {
  sleep_over();
  const Day first = today();
  house.accept("PIC");
  for (int i = 0; i < 3; ++i) sleep_over();
  ASSERT_TRUE(count());
  const auto all = figures();
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[2].day, first);
  EXPECT_EQ(all[2].photos, 1);
  EXPECT_EQ(all[0].photos, 0);
  EXPECT_EQ(all[0].latency_p50, std::nullopt);
  for (int i = 0; i < 200; ++i) sleep_over();
  ASSERT_TRUE(count());
  EXPECT_EQ(figures().size(), 3U + most_days_counted);
  EXPECT_EQ(figures()[0].day, today() - std::chrono::days{1});
}

TEST_F(HousekeepingTasks, leave_a_days_figures_as_they_were_when_photos_are_deleted_later) {
  sleep_over();
  const auto photo = house.accept("PIC")->photo;
  const auto day = text_of(today());
  sleep_over();
  ASSERT_TRUE(count());
  throw_away(photo, house.clock.now());
  ASSERT_TRUE(count());
  EXPECT_EQ(figures()[0].photos, 1);
  EXPECT_EQ(count(R"({"day":")" + day + R"("})").value(), R"({"days":[")" + day + R"("]})") << "asked for, anew";
  EXPECT_EQ(figures()[0].photos, 0);
}

TEST_F(HousekeepingTasks, count_no_day_that_is_none_or_not_over) {
  for (const auto& arguments : {R"({"day":"2026-02-30"})", R"({"day":"yesterday"})", R"({"day":7})",
                                R"({"day":"2026-1-1"})", "[]", "nonsense"}) {
    const auto refused = count(arguments);
    ASSERT_FALSE(refused) << arguments;
    EXPECT_EQ(refused.error().code, core::ErrorCode::invalid_input) << arguments;
  }
  EXPECT_EQ(count(R"({"day":")" + text_of(today()) + R"("})").error().field, "day");
  EXPECT_TRUE(figures().empty());
}

}  // namespace
}  // namespace sightglass::care
