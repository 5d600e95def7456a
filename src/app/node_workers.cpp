#include "app/node_workers.hpp"

#include <algorithm>
#include <iterator>

#include "app/open_store.hpp"
#include "app/photo_store.hpp"
#include "app/program_files.hpp"
#include "app/provider_environment.hpp"
#include "app/s3_environment.hpp"

namespace sightglass::app {
namespace {

// A flood in one queue must not make another wait for a worker: high priority has one of its own, and training, which
// takes hours, keeps to its own.
std::vector<WorkerLane> lanes(const Settings& settings) {
  if (settings.workers == 0) return {};
  return {{.queues = "high_priority,normal,batch", .workers = settings.workers},
          {.queues = "high_priority", .workers = settings.express_workers},
          {.queues = "ml_training", .workers = settings.training_workers}};
}

// Names of an analysis's steps, with commas between them.
std::string steps_switched_off(const Settings& settings) {
  if (!settings.vision_enabled)
    return "objects,embedding,text,codes,outside,anomalies,damage,labels,readings,spottings,species";
  std::string steps;
  if (!settings.reads_text) steps += "text,";
  if (!settings.reads_codes) steps += "codes,";
  return steps;
}

// "crack , oil leak" as "crack,oil leak".
std::string without_spaces_at_commas(std::string_view list) {
  constexpr std::string_view blanks = " \t";
  std::string tight;
  for (std::size_t from = 0; from <= list.size();) {
    const auto to = std::min(list.find(',', from), list.size());
    const auto entry = list.substr(from, to - from);
    const auto first = entry.find_first_not_of(blanks);
    if (first != std::string_view::npos) {
      if (!tight.empty()) tight += ',';
      tight += entry.substr(first, entry.find_last_not_of(blanks) + 1 - first);
    }
    from = to + 1;
  }
  return tight;
}

// What is wrong with the settings of a service outside, TaskNode::begin() says.
std::vector<std::pair<std::string, std::string>> worker_environment(const DataDirectory& directory,
                                                                    const Settings& settings) {
  auto variables = store_access(directory, settings);
  const auto google = google_plan(settings, directory.path());
  if (google && *google) std::ranges::move(to_environment(**google), std::back_inserter(variables));
  return variables;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> store_access(const DataDirectory& directory,
                                                              const Settings& settings) {
  auto variables = store_environment(settings.database_url);
  const auto s3 = s3_options(settings, directory.path());
  if (s3 && *s3) std::ranges::move(to_environment(**s3), std::back_inserter(variables));
  return variables;
}

SupervisorPlan supervisor_plan(const DataDirectory& directory, const Settings& settings) {
  return {.executable = worker_program(),
          .arguments = {"tasks",
                        "--data",
                        directory.path().string(),
                        "--lease-seconds",
                        std::to_string(settings.task_lease_seconds),
                        "--max-pixels",
                        std::to_string(settings.max_pixels),
                        "--max-bytes",
                        std::to_string(settings.max_upload_bytes),
                        "--max-tasks",
                        std::to_string(settings.worker_max_tasks),
                        "--max-memory-mb",
                        std::to_string(settings.worker_max_memory_mb),
                        "--trash-days",
                        std::to_string(settings.trash_days),
                        "--keep-days",
                        std::to_string(settings.keep_days),
                        "--without",
                        steps_switched_off(settings),
                        "--critical-classes",
                        without_spaces_at_commas(settings.critical_classes),
                        "--raster-side",
                        std::to_string(settings.raster_side),
                        "--cache-days",
                        std::to_string(settings.vision_cache_days),
                        "--vision-runtime",
                        settings.vision_runtime,
                        "--onnxruntime",
                        settings.onnxruntime_library,
                        "--vision-threads",
                        std::to_string(settings.vision_threads),
                        "--idle-minutes",
                        std::to_string(settings.idle_unload_minutes),
                        "--log-level",
                        settings.log_level,
                        "--log-format",
                        settings.log_format},
          .environment = worker_environment(directory, settings),
          .lanes = lanes(settings)};
}

}  // namespace sightglass::app
