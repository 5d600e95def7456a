#include "app/judge_work.hpp"

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include "app/open_store.hpp"
#include "app/s3_environment.hpp"
#include "app/vision_plan.hpp"
#include "imaging/opencv/demosaic.hpp"
#include "inspection/judging/judge_loop.hpp"
#include "inspection/registered_models.hpp"
#include "runtime/sandbox.hpp"
#include "storage/disk/disk_blob_store.hpp"
#include "storage/s3/s3_blob_store.hpp"
#include "telemetry/log.hpp"

namespace sightglass::app {
namespace {

using core::Result;
using S3Options = std::optional<storage::s3::S3Options>;

// Of the data directory the models and what says which there are; of the network only what the store needs.
Result<runtime::WorkerSandboxPlan> sandbox_plan(const std::filesystem::path& data, const std::string& database_url,
                                                const S3Options& s3, std::int64_t max_memory_bytes) {
  runtime::WorkerSandboxPlan plan{.data_bytes = 2 * max_memory_bytes};
  SG_ASSIGN(plan.tcp_ports, ports_of_store(database_url));
  if (s3) plan.tcp_ports.push_back(storage::s3::port_of(*s3));
  for (const char* name : {"sightglass.db", "sightglass.db-wal", "sightglass.db-shm", "models"})
    plan.writable.push_back(data / name);
  return plan;
}

Result<std::unique_ptr<storage::BlobStore>> open_blobs(const std::filesystem::path& data, S3Options s3,
                                                       const core::Clock& clock) {
  // The server that started us has made sure of the bucket.
  if (s3) return storage::s3::S3BlobStore::open(std::move(*s3), clock, storage::s3::S3BlobStore::Checks::none);
  return storage::disk::DiskBlobStore::open(data);
}

// The server ends this process by hanging up, or by its own end; Ctrl-C at the terminal reaches the whole group.
void ignore_signals() {
  ::signal(SIGINT, SIG_IGN);
  ::signal(SIGPIPE, SIG_IGN);
}

}  // namespace

Result<void> judge_frames(const WorkerArguments& arguments) {
  ignore_signals();
  const std::filesystem::path data = arguments.text("data");
  const core::SystemClock clock;
  auto s3 = take_s3_from_environment(data);
  const char* const url = std::getenv(database_url_variable);
  const std::string database_url = url == nullptr ? "" : url;
  // Before the files of the system are shut: these open libraries that are looked for in several places.
  inspection::RegisteredModels models(clock);
  SG_ASSIGN(const auto engine, vision::Engine::open(engine_plan(arguments), models, clock));
  SG_TRY(imaging::opencv::warm_up());
  // Before anything starts a thread. The server has the database open, so that all its files are there.
  SG_ASSIGN(const auto plan, sandbox_plan(data, database_url, s3, arguments.number("max-memory-mb") << 20));
  SG_ASSIGN(const auto blobs, open_blobs(data, std::move(s3), clock));
  SG_ASSIGN(const auto sandbox, runtime::enter_worker_sandbox(plan));
  telemetry::log_info("judging process is confined", {{"sandbox", sandbox}});
  SG_ASSIGN(const auto database, open_store(database_url, data / "sightglass.db", {.readers = 1, .connections = 1}));
  models.use(*database, *blobs);
  inspection::TrainedModels trained(*database, *blobs);
  inspection::judging::FrameInspector inspector(trained, *engine, clock);
  if (!inspection::judging::serve_judging(static_cast<int>(arguments.number("fd")), inspector))
    return core::fail(core::internal_error("the server does not keep to the protocol of judging"));
  return {};
}

}  // namespace sightglass::app
