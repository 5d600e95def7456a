#include "app/frame_judge_plan.hpp"

#include <string>

#include "app/node_workers.hpp"
#include "app/program_files.hpp"

namespace sightglass::app {

inspection::judging::JudgePoolOptions frame_judge_plan(const DataDirectory& directory, const Settings& settings) {
  // A part may come after hours: its network stays. A year is as long as the setting's type bears.
  constexpr int idle_minutes = 365 * 24 * 60;
  return {.executable = worker_program(),
          .arguments = {"judge", "--fd", "3", "--data", directory.path().string(), "--max-memory-mb",
                        std::to_string(settings.worker_max_memory_mb), "--vision-runtime", settings.vision_runtime,
                        "--onnxruntime", settings.onnxruntime_library, "--vision-threads",
                        std::to_string(settings.vision_threads), "--idle-minutes", std::to_string(idle_minutes),
                        "--log-level", settings.log_level, "--log-format", settings.log_format},
          .environment = store_access(directory, settings)};
}

}  // namespace sightglass::app
