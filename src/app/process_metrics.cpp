#include "app/process_metrics.hpp"

#include <sys/resource.h>
#include <unistd.h>

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

void add_process_metrics(telemetry::Metrics& metrics, const runtime::BlockingPool& pool) {
  metrics.gauge("process_resident_memory_bytes", "Resident memory size in bytes.", resident_bytes);
  metrics.gauge("process_cpu_seconds_total", "User and system CPU time spent in seconds.", cpu_seconds);
  metrics.gauge("process_open_fds", "Number of open file descriptors.", open_files);
  const double started = std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
  metrics.gauge("process_start_time_seconds", "Start time since the Unix epoch in seconds.",
                [started] { return started; });
  metrics.gauge("sightglass_blocking_running", "Blocking work under way.",
                [&pool] { return static_cast<double>(pool.counts().running); });
  metrics.gauge("sightglass_blocking_queued", "Blocking work that waits for a thread.",
                [&pool] { return static_cast<double>(pool.counts().queued); });
}

}  // namespace sightglass::app
