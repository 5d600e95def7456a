#include "http/schedule_input.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "core/json_writer.hpp"
#include "http/json_body.hpp"
#include "queue/schedules/steering.hpp"

namespace sightglass::http {
namespace {

namespace schedules = queue::schedules;
using schedules::SchedulableKind;
using schedules::Schedule;

constexpr std::array<std::string_view, 3> policies{"skip", "run_once", "run_each"};
constexpr std::size_t longest_name = 100;
constexpr std::size_t longest_expression = 200;
constexpr std::size_t longest_zone = 64;

std::vector<std::string_view> kind_names() {
  std::vector<std::string_view> names;
  for (const auto& kind : schedules::schedulable_kinds()) names.push_back(kind.name);
  return names;
}

bool is_date(std::string_view text) { return text.size() == 10 && core::parse_iso8601(text).has_value(); }

// The arguments of the kind and no others, written anew.
std::optional<std::string> read_arguments(JsonObject& body, const SchedulableKind& kind) {
  auto object = body.optional_object("arguments");
  if (!object) return std::nullopt;
  std::optional<std::string> day;
  if (kind.takes_day) day = object->optional_string("day", 10);
  if (day && !is_date(*day)) object->refuse("day", "`day` is a date such as 2026-11-20");
  if (const auto read = object->finish(); !read)
    body.refuse("arguments", fmt::format("`arguments` of {}: {}", kind.name, read.error().message));
  std::string text;
  core::JsonWriter json(text);
  json.begin_object();
  if (day) json.member("day", *day);
  json.end_object();
  return text;
}

template <typename Integer>
std::optional<std::int32_t> narrowed(const std::optional<Integer>& value) {
  return value ? std::optional(static_cast<std::int32_t>(*value)) : std::nullopt;
}

ScheduleInput read_members(JsonObject& body, const SchedulableKind& kind) {
  ScheduleInput input{.name = body.optional_string("name", longest_name),
                      .priority = narrowed(body.optional_integer("priority", {.least = -100, .most = 100})),
                      .arguments = read_arguments(body, kind),
                      .expression = body.optional_string("expression", longest_expression),
                      .time_zone = body.optional_string("time_zone", longest_zone),
                      .most_missed = narrowed(
                          body.optional_integer("most_missed", {.least = 1, .most = schedules::most_missed_limit}))};
  if (const auto name = body.optional_choice("queue", core::task_queue_names))
    input.queue = core::task_queue_from_name(*name);
  if (const auto name = body.optional_choice("missed_runs", policies))
    input.missed = schedules::missed_runs_from_name(*name);
  if (input.name && (input.name->empty() || input.name->find_first_of("\t\r\n") != std::string::npos))
    body.refuse("name", "`name` is one line of 1 to 100 characters");
  return input;
}

}  // namespace

core::Result<Schedule> read_new_schedule(const Request& request, core::Instant now) {
  SG_ASSIGN(auto body, JsonObject::parse(request));
  const auto names = kind_names();
  const auto* const kind = schedules::find_kind(body.optional_choice("kind", names).value_or(""));
  if (!kind) body.refuse("kind", "`kind` is required");
  const auto input = read_members(body, kind ? *kind : SchedulableKind{});
  if (!input.name) body.refuse("name", "`name` is required");
  if (!input.expression) body.refuse("expression", "`expression` is required");
  SG_TRY(body.finish());
  Schedule schedule{.id = schedules::ScheduleId::make(now),
                    .kind = std::string(kind->name),
                    .queue = kind->queue,
                    .created_at = now,
                    .updated_at = now};
  SG_TRY(apply(input, schedule, now));
  SG_TRY(schedules::plan(schedule, now));
  return schedule;
}

core::Result<ScheduleInput> read_schedule_change(const Request& request, const SchedulableKind& kind) {
  SG_ASSIGN(auto body, JsonObject::parse(request));
  auto input = read_members(body, kind);
  SG_TRY(body.finish());
  return input;
}

core::Result<ChangedFields> apply(const ScheduleInput& input, Schedule& schedule, core::Instant now) {
  ChangedFields changed;
  replace(changed, "name", schedule.name, input.name);
  if (schedule.is_built_in && !changed.empty())
    return core::fail(core::Error{.code = core::ErrorCode::conflict,
                                  .message = "a schedule that comes with Sightglass keeps its name",
                                  .field = "name"});
  replace(changed, "queue", schedule.queue, input.queue);
  replace(changed, "priority", schedule.priority, input.priority);
  replace(changed, "arguments", schedule.arguments, input.arguments);
  replace(changed, "missed_runs", schedule.missed, input.missed);
  replace(changed, "most_missed", schedule.most_missed, input.most_missed);
  const auto other = changed.size();
  replace(changed, "expression", schedule.expression, input.expression);
  replace(changed, "time_zone", schedule.time_zone, input.time_zone);
  if (changed.size() > other) SG_TRY(schedules::plan(schedule, now));
  return changed;
}

}  // namespace sightglass::http
