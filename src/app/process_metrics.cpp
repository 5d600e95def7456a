#include "app/process_metrics.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <fstream>

namespace sightglass::app {
namespace {

double resident_bytes() {
  std::ifstream file("/proc/self/statm");
  std::int64_t total = 0;
  std::int64_t resident = 0;
  file >> total >> resident;
  return static_cast<double>(resident * ::sysconf(_SC_PAGESIZE));
}

double cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double open_files() {
  std::error_code error;
  double count = 0;
  for (auto entry = std::filesystem::directory_iterator("/proc/self/fd", error);
       !error && entry != std::filesystem::directory_iterator(); entry.increment(error))
    ++count;
  return count;
}

}  // namespace

void add_process_metrics(telemetry::Metrics& metrics) {
  metrics.gauge("process_resident_memory_bytes", "Resident memory size in bytes.", resident_bytes);
  metrics.gauge("process_cpu_seconds_total", "User and system CPU time spent in seconds.", cpu_seconds);
  metrics.gauge("process_open_fds", "Number of open file descriptors.", open_files);
  const double started = std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
  metrics.gauge("process_start_time_seconds", "Start time since the Unix epoch in seconds.",
                [started] { return started; });
}

void add_pool_metrics(telemetry::Metrics& metrics, std::string_view name, const runtime::BlockingPool& pool,
                      PoolSize size) {
  const auto labels = fmt::format("pool=\"{}\"", name);
  const auto gauge = [&](std::string_view metric, std::string_view help, std::function<double()> read) {
    metrics.gauge(metric, help, std::move(read), labels);
  };
  gauge("sightglass_blocking_running", "Blocking work under way, one thread each.",
        [&pool] { return static_cast<double>(pool.counts().running); });
  gauge("sightglass_blocking_queued", "Blocking work that waits for a thread.",
        [&pool] { return static_cast<double>(pool.counts().queued); });
  gauge("sightglass_blocking_refused", "Blocking work refused since the start because too much waited already.",
        [&pool] { return static_cast<double>(pool.counts().refused); });
  gauge("sightglass_blocking_threads_max", "Blocking work that can be under way at once.",
        [size] { return static_cast<double>(size.threads); });
  gauge("sightglass_blocking_queued_max", "Blocking work that may wait.",
        [size] { return static_cast<double>(size.queued); });
}

}  // namespace sightglass::app
