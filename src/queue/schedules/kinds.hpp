// The kinds of tasks that a schedule may start: those whose handlers need no photo.
#pragma once

#include <span>
#include <string_view>

#include "core/task.hpp"

namespace sightglass::queue::schedules {

struct SchedulableKind {
  std::string_view name{};
  std::string_view words{};                        // one sentence: what it does
  core::TaskQueue queue = core::TaskQueue::batch;  // the usual one
  bool takes_day = false;                          // the argument "day": a date such as 2026-11-21, in UTC
};

inline constexpr std::string_view cleanup_old_images = "cleanup_old_images";
inline constexpr std::string_view generate_daily_analytics = "generate_daily_analytics";
inline constexpr std::string_view prune_history = "prune_history";
inline constexpr std::string_view check_budget_usage = "check_budget_usage";
inline constexpr std::string_view check_drift = "check_drift";
inline constexpr std::string_view pull_all_sources = "image_pull.pull_all_sources";

std::span<const SchedulableKind> schedulable_kinds();
// nullptr for any other name.
const SchedulableKind* find_kind(std::string_view name);

}  // namespace sightglass::queue::schedules
