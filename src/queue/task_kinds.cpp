#include "queue/task_kinds.hpp"

#include <algorithm>
#include <array>

namespace sightglass::queue {
namespace {

using enum core::TaskQueue;
using namespace std::chrono_literals;

// One picture takes seconds; its decoder has limits of its own below these. What walks the whole store takes as long as
// the store is large, and training takes hours.
constexpr std::array kinds{
    TaskKind{.name = "process_inspection_photo", .queue = normal},
    TaskKind{.name = group_kind, .queue = batch},
    TaskKind{.name = "analyze_critical_anomaly", .queue = high_priority},
    TaskKind{.name = "analyze_anomalies", .queue = normal},
    TaskKind{.name = "extract_text_ocr", .queue = normal},
    TaskKind{.name = "classify_damage", .queue = normal},
    TaskKind{.name = "generate_image_report", .queue = batch, .soft_limit = 10min, .hard_limit = 15min},
    TaskKind{.name = "generate_comparison_report", .queue = batch, .soft_limit = 10min, .hard_limit = 15min},
    TaskKind{.name = "archive_old_messages", .queue = batch, .soft_limit = 55min, .hard_limit = 1h},
    TaskKind{.name = "cleanup_old_images", .queue = batch, .soft_limit = 55min, .hard_limit = 1h},
    TaskKind{.name = "generate_daily_analytics", .queue = batch, .soft_limit = 10min, .hard_limit = 15min},
    TaskKind{.name = "prune_history", .queue = batch, .soft_limit = 25min, .hard_limit = 30min},
    TaskKind{.name = "check_budget_usage", .queue = batch},
    TaskKind{.name = "check_drift", .queue = batch, .soft_limit = 10min, .hard_limit = 15min},
    TaskKind{.name = "retrain_anomaly_model", .queue = ml_training, .soft_limit = 6h, .hard_limit = 6h + 15min},
    TaskKind{.name = "retrain_damage_model", .queue = ml_training, .soft_limit = 6h, .hard_limit = 6h + 15min},
    TaskKind{.name = "evaluate_model_performance", .queue = ml_training, .soft_limit = 2h, .hard_limit = 2h + 15min},
    TaskKind{.name = "image_pull.pull_all_sources", .queue = batch, .soft_limit = 25min, .hard_limit = 30min},
};

}  // namespace

std::span<const TaskKind> task_kinds() { return kinds; }

TaskKind kind_named(std::string_view name) {
  const auto found = std::ranges::find(kinds, name, &TaskKind::name);
  return found == kinds.end() ? TaskKind{.name = name} : *found;
}

}  // namespace sightglass::queue
