// The drift alarm: whether what a model sees of late is still of the kind that it was taught.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "core/time.hpp"
#include "database/database.hpp"
#include "database/model_drift.hpp"
#include "inspection/trained_models.hpp"
#include "queue/task_log.hpp"
#include "vision/score_drift.hpp"

namespace sightglass::inspection {

// With nothing changed, at most one check of a thousand is an alarm. The alarm is over where ten times as much chance
// would not make one, so that it does not come and go.
inline constexpr double drift_begins_below = 0.001;
inline constexpr double drift_ends_from = 0.01;
// A smaller gap may be certain, of many photos, and still mean nothing: goods that were judged by models of three
// quarters of them score a little unlike what the whole model says of new ones.
inline constexpr double least_drift = 0.25;
inline constexpr std::size_t least_drift_goods = 20;
inline constexpr std::size_t least_drift_recent = 30;
inline constexpr std::size_t most_drift_recent = 200;  // the newest
inline constexpr std::chrono::days drift_looks_back{30};

// What a comparison makes of what was found before: one of the states of database::model_drift. `now` is absent when
// there is too little to compare. Pure.
std::string_view drift_state(std::string_view before, const std::optional<vision::ScoreDrift>& now);

struct DriftCheck {
  TrainedModels& models;
  database::Database& database;
  const core::Clock& clock;
  queue::TaskLog& log;
  std::function<bool()> should_stop{};
};

// The task `check_drift`: of each anomaly model that holds somewhere the scores of the newest photos, against those
// that its good pictures had when they were not learnt from. Photos that a person says show a defect, and those that
// taught, are left out. When it begins to drift, or changes sides, every active operator is told once, administrators
// where there is none. A model that cannot be read is told of in the log and counted. Returns the task's result as
// JSON. May run any number of times. Blocks. Errors: cancelled; the database's.
core::Result<std::string> check_drift(const DriftCheck& check);

}  // namespace sightglass::inspection
