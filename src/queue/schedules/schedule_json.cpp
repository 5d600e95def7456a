#include "queue/schedules/schedule_json.hpp"

#include <optional>
#include <string>

#include "queue/schedules/timing.hpp"

namespace sightglass::queue::schedules {
namespace {

std::optional<std::string> text_of(const std::optional<core::Instant>& instant) {
  return instant ? std::optional(core::to_iso8601(*instant)) : std::nullopt;
}

}  // namespace

void write_schedule_members(core::JsonWriter& json, const Schedule& schedule) {
  const auto task = schedule.last_task ? std::optional(schedule.last_task->to_string()) : std::nullopt;
  json.member("id", schedule.id.to_string()).member("name", schedule.name).member("kind", schedule.kind);
  json.member("queue", core::name_of(schedule.queue)).member("priority", schedule.priority);
  json.key("arguments").raw(schedule.arguments);
  json.member("expression", schedule.expression).member("time_zone", schedule.time_zone);
  json.member("missed_runs", name_of(schedule.missed)).member("most_missed", schedule.most_missed);
  json.member("state", name_of(schedule.state())).member("built_in", schedule.is_built_in);
  json.member("next_due", text_of(schedule.next_due)).member("last_due", text_of(schedule.last_due));
  json.member("last_task_id", task).member("changed_by", schedule.changed_by);
  json.member("created_at", core::to_iso8601(schedule.created_at));
  json.member("updated_at", core::to_iso8601(schedule.updated_at));
}

void write_schedule(core::JsonWriter& json, const Schedule& schedule) {
  json.begin_object();
  write_schedule_members(json, schedule);
  json.end_object();
}

std::vector<core::Instant> upcoming(const Schedule& schedule, core::Instant now, std::size_t most) {
  std::vector<core::Instant> times;
  const auto timing = Timing::parse(schedule.expression, schedule.time_zone);
  if (!timing) return times;
  for (auto next = timing->next_after(now); next && times.size() < most; next = timing->next_after(*next))
    times.push_back(*next);
  return times;
}

}  // namespace sightglass::queue::schedules
