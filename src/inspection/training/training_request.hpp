// Asking for a training: the run and its task, in one transaction.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "core/time.hpp"
#include "database/database.hpp"
#include "database/training_runs.hpp"
#include "inspection/training/training_set.hpp"

namespace sightglass::inspection::training {

enum class Promote : std::uint8_t { never, if_better };
std::string_view name_of(Promote promote);  // "never", "if_better"

// "learn", "compare", "align".
std::string_view name_of(Method method);
std::optional<Method> method_from_name(std::string_view name);

// How a run learns.
struct Settings {
  double false_reject_rate = 0.05;  // 0.0001 … 0.5; of anomaly models
  Promote promote = Promote::never;
  Method method = Method::learn;  // of anomaly models
};
std::string to_json(const Settings& settings);
core::Result<Settings> settings_from_json(std::string_view text);

struct Request {
  Subject subject{};
  Settings settings{};
  std::string person{};      // who asks, a name
  std::string request_id{};  // of the HTTP request
};

// Blocks, in the caller's transaction. Errors: invalid_input naming "task", "scope", "method" or
// "false_reject_rate"; the same
// with "scope" when there is too little to learn from, saying what to add; conflict while a run of the same task and
// scope has not ended.
core::Result<database::training_runs::Run> request_training(database::Session& session, const Request& request,
                                                            core::Instant now);

// The task that measures a trained model anew. Errors: not_found; invalid_input naming "id" for a model that was not
// trained here; conflict for one that is not ready, or while such a task waits or runs.
core::Result<core::TaskId> request_evaluation(database::Session& session, core::ModelId model,
                                              const std::string& request_id, core::Instant now);

inline constexpr std::string_view retrain_anomaly_model = "retrain_anomaly_model";
inline constexpr std::string_view retrain_damage_model = "retrain_damage_model";
inline constexpr std::string_view evaluate_model_performance = "evaluate_model_performance";

}  // namespace sightglass::inspection::training
