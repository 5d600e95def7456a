#include "app/frame_judge_plan.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <thread>

#include "app/node_workers.hpp"
#include "app/program_files.hpp"

namespace sightglass::app {
namespace {

// Workers of the queue take one thread each because there are several of them. A part waits for this one alone.
std::int32_t judge_threads(const Settings& settings) {
  constexpr unsigned most = 4;  // beyond, a network of this size gains nothing
  const auto processors = std::max(1U, std::thread::hardware_concurrency());
  return std::max(settings.vision_threads, static_cast<std::int32_t>(std::min(processors, most)));
}

}  // namespace

inspection::judging::JudgePoolOptions frame_judge_plan(const DataDirectory& directory, const Settings& settings) {
  // A part may come after hours: its network stays. A year is as long as the setting's type bears.
  constexpr int idle_minutes = 365 * 24 * 60;
  return {.executable = worker_program(),
          .arguments = {"judge", "--fd", "3", "--data", directory.path().string(), "--max-memory-mb",
                        std::to_string(settings.worker_max_memory_mb), "--vision-runtime", settings.vision_runtime,
                        "--onnxruntime", settings.onnxruntime_library, "--vision-threads",
                        std::to_string(judge_threads(settings)), "--idle-minutes", std::to_string(idle_minutes),
                        "--log-level", settings.log_level, "--log-format", settings.log_format},
          .environment = store_access(directory, settings)};
}

}  // namespace sightglass::app
