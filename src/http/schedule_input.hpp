// What a request says of a schedule.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/result.hpp"
#include "http/endpoint_support.hpp"
#include "http/message.hpp"
#include "queue/schedules/kinds.hpp"
#include "queue/schedules/schedule.hpp"

namespace sightglass::http {

// Absent members are left alone.
struct ScheduleInput {
  std::optional<std::string> name{};
  std::optional<core::TaskQueue> queue{};
  std::optional<std::int32_t> priority{};
  std::optional<std::string> arguments{};  // JSON, checked for the kind
  std::optional<std::string> expression{};
  std::optional<std::string> time_zone{};
  std::optional<queue::schedules::MissedRuns> missed{};
  std::optional<std::int32_t> most_missed{};
};

// A schedule that is planned from `now` on. Errors name the member; expression and time zone are understood.
core::Result<queue::schedules::Schedule> read_new_schedule(const Request& request, core::Instant now);
// A change of a schedule whose task is of `kind`.
core::Result<ScheduleInput> read_schedule_change(const Request& request, const queue::schedules::SchedulableKind& kind);

// Which members it changed. Plans anew from `now` where the times are other ones. invalid_input for times that are not
// understood or have passed; conflict where the name of one that comes with the program would be another.
core::Result<ChangedFields> apply(const ScheduleInput& input, queue::schedules::Schedule& schedule, core::Instant now);

}  // namespace sightglass::http
