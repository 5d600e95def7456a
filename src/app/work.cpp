#include "app/work.hpp"

#include "app/log_settings.hpp"
#include "app/node_process.hpp"
#include "app/task_node.hpp"
#include "telemetry/log.hpp"

namespace sightglass::app {
namespace {

using core::Result;

constexpr PoolSize periodic_pool_size{.threads = 4, .queued = 64};

// The embedded store and a local disk belong to one server, which has workers of its own.
Result<void> check(const Settings& settings) {
  if (settings.database_url.empty())
    return core::fail(core::invalid_input(
        "database.url",
        "a worker node needs the PostgreSQL database of its servers (database.url); the embedded store belongs to one "
        "server, whose workers are set by workers.count"));
  if (settings.s3_endpoint.empty())
    return core::fail(core::invalid_input(
        "storage.s3_endpoint",
        "a worker node needs the bucket of its servers (storage.s3_endpoint), where their pictures are"));
  if (settings.workers == 0)
    return core::fail(core::invalid_input("workers.count", "workers.count is 0: this node would do nothing"));
  return {};
}

Result<void> run(const std::filesystem::path& data, const std::map<std::string, std::string>& flags) {
  const StopSignals signals;
  SG_ASSIGN(const auto settings, load_settings(data, flags));
  configure_log_from(settings.log_level, settings.log_format);
  SG_TRY(check(settings));
  SG_ASSIGN(auto directory, DataDirectory::open(data));
  SG_TRY(directory.claim_for_serving());
  TaskNode node(directory, settings, "worker", periodic_pool_size);
  SG_TRY(node.begin(std::move(directory), settings));
  node.start();
  telemetry::log_info("working", {{"data", node.parts().directory().path().string()},
                                  {"workers", std::int32_t{node.workers().wanted()}},
                                  {"version", SIGHTGLASS_VERSION}});
  const int signal_number = signals.wait();
  telemetry::log_info("stopping", {{"signal", signal_number}});
  node.stop_work();
  node.end();
  telemetry::log_info("stopped");
  return {};
}

}  // namespace

int work(const std::filesystem::path& data, const std::map<std::string, std::string>& flags) {
  return exit_code_of(run(data, flags));
}

}  // namespace sightglass::app
