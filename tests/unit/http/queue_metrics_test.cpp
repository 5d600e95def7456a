#include "http/queue_metrics.hpp"

#include <gtest/gtest.h>

#include "http/live_messages.hpp"

namespace sightglass::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const core::Instant now = core::from_micros(1'700'000'000'000'000);

TEST(QueueMetrics, tell_each_family_once_with_all_queues_under_it) {
  queue::QueueFigures normal{.queue = core::TaskQueue::normal,
                             .is_paused = true,
                             .tasks = {{core::TaskState::available, 7}},
                             .oldest_due = now - seconds(90)};
  normal.total.completed = 3;
  normal.total.run.add(milliseconds(40));
  normal.total.run.add(milliseconds(40'000));
  const queue::QueueFigures batch{.queue = core::TaskQueue::batch, .oldest_due = now + seconds(5)};
  const auto text = queue_metrics({normal, batch}, now);
  const auto has = [&](std::string_view line) { return text.find(line) != std::string::npos; };
  EXPECT_TRUE(has("sightglass_queue_tasks{queue=\"normal\",state=\"available\"} 7\n")) << text;
  EXPECT_TRUE(has("sightglass_queue_tasks{queue=\"normal\",state=\"discarded\"} 0\n"));
  EXPECT_TRUE(has("sightglass_queue_oldest_waiting_seconds{queue=\"normal\"} 90\n"));
  EXPECT_TRUE(has("sightglass_queue_oldest_waiting_seconds{queue=\"batch\"} 0\n"));
  EXPECT_TRUE(has("sightglass_queue_paused{queue=\"normal\"} 1\n"));
  EXPECT_TRUE(has("sightglass_queue_attempts_total{queue=\"normal\",end=\"completed\"} 3\n"));
  EXPECT_TRUE(has("sightglass_queue_run_seconds_bucket{queue=\"normal\",le=\"0.05\"} 1\n"));
  EXPECT_TRUE(has("sightglass_queue_run_seconds_bucket{queue=\"normal\",le=\"60\"} 2\n"));
  EXPECT_TRUE(has("sightglass_queue_run_seconds_bucket{queue=\"normal\",le=\"+Inf\"} 2\n"));
  EXPECT_TRUE(has("sightglass_queue_run_seconds_sum{queue=\"normal\"} 40.04\n"));
  EXPECT_TRUE(has("sightglass_queue_run_seconds_count{queue=\"batch\"} 0\n"));
  const std::string type = "# TYPE sightglass_queue_tasks gauge\n";
  EXPECT_EQ(text.find(type), text.rfind(type));
}

TEST(LiveTypes, of_queues_schedules_and_nodes_are_for_those_whose_lists_show_them) {
  using database::changes::Type;
  const auto told = [](core::Role role, Type type) {
    const accounts::Caller caller{.credential = accounts::Credential::access_token, .role = role};
    return (types_for(caller) >> static_cast<unsigned>(type) & 1U) != 0;
  };
  for (const auto type : {Type::schedule, Type::node}) {
    EXPECT_TRUE(told(core::Role::operator_, type));
    EXPECT_FALSE(told(core::Role::reviewer, type));
  }
  EXPECT_TRUE(told(core::Role::reviewer, Type::queue));
  EXPECT_FALSE(told(core::Role::technician, Type::queue));
  EXPECT_TRUE(told(core::Role::viewer, Type::task));
}

}  // namespace
}  // namespace sightglass::http
