#include "app/task_work.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <iterator>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "app/open_store.hpp"
#include "app/program_files.hpp"
#include "app/provider_environment.hpp"
#include "app/s3_environment.hpp"
#include "app/vision_plan.hpp"
#include "app/worker_supervisor.hpp"
#include "care/housekeeping.hpp"
#include "database/current_run.hpp"
#include "imaging/decoder_pool.hpp"
#include "inspection/budget.hpp"
#include "inspection/critical_finding.hpp"
#include "inspection/drift.hpp"
#include "inspection/outside.hpp"
#include "inspection/process_photo.hpp"
#include "inspection/read_photo_meters.hpp"
#include "inspection/registered_models.hpp"
#include "inspection/trained_models.hpp"
#include "inspection/training/retrain.hpp"
#include "net/http_client.hpp"
#include "pulls/by_the_clock.hpp"
#include "queue/task_queue.hpp"
#include "queue/worker.hpp"
#include "runtime/child_process.hpp"
#include "runtime/sandbox.hpp"
#include "storage/disk/disk_blob_store.hpp"
#include "storage/s3/s3_blob_store.hpp"
#include "telemetry/log.hpp"
#include "vision/engine/engine.hpp"
#include "vision/google/vision_client.hpp"

namespace sightglass::app {
namespace {

using core::Result;

queue::Worker* running_worker = nullptr;  // for the signal handler alone

void stop_on_sigterm(queue::Worker& worker) {
  running_worker = &worker;
  struct sigaction action{};
  action.sa_handler = [](int) { running_worker->stop(); };
  ::sigaction(SIGTERM, &action, nullptr);
  sigset_t termination;
  ::sigemptyset(&termination);
  ::sigaddset(&termination, SIGTERM);
  ::sigprocmask(SIG_UNBLOCK, &termination, nullptr);
  // Ctrl-C at the terminal reaches the whole group; the server decides when its workers end.
  ::signal(SIGINT, SIG_IGN);
  ::signal(SIGPIPE, SIG_IGN);
}

std::vector<core::TaskQueue> queues_from(const WorkerArguments& arguments) {
  std::vector<core::TaskQueue> queues;
  for (const auto& name : arguments.list("queues")) {
    const auto queue = core::task_queue_from_name(name);
    if (!queue) throw std::invalid_argument("--queues names a queue that is none: " + name);
    queues.push_back(*queue);
  }
  return queues;
}

// Of the data directory only what tasks work on: the keys stay out of reach, and so does everything else of the
// machine. Of the network only what the store needs.
Result<runtime::WorkerSandboxPlan> sandbox_plan(const std::filesystem::path& data, const std::string& database_url,
                                                const std::optional<storage::s3::S3Options>& s3,
                                                std::int64_t max_memory_bytes) {
  runtime::WorkerSandboxPlan plan{.runnable = {worker_program().parent_path()}, .data_bytes = 2 * max_memory_bytes};
  SG_ASSIGN(plan.tcp_ports, ports_of_store(database_url));
  if (s3) plan.tcp_ports.push_back(storage::s3::port_of(*s3));
  for (const char* name : {"sightglass.db", "sightglass.db-wal", "sightglass.db-shm", "incoming", "images", "photos",
                           "catalogue", "cache", "quarantine", "spool", "models"})
    plan.writable.push_back(data / name);
  return plan;
}

queue::WorkerOptions worker_options(const WorkerArguments& arguments) {
  return {.owner = arguments.text("owner"),
          .queues = queues_from(arguments),
          .lease = std::chrono::seconds(arguments.number("lease-seconds")),
          .wake_fd = static_cast<int>(arguments.number("wake-fd")),
          .max_tasks = arguments.number("max-tasks"),
          .max_memory_bytes = arguments.number("max-memory-mb") << 20,
          .end_process = [](queue::StopReason) { ::_exit(ended_itself_status); }};
}

Result<std::unique_ptr<storage::BlobStore>> open_blobs(const std::filesystem::path& data,
                                                       std::optional<storage::s3::S3Options> s3,
                                                       const core::Clock& clock) {
  if (s3) {
    // The server that started us has made sure of the bucket.
    return storage::s3::S3BlobStore::open(std::move(*s3), clock, storage::s3::S3BlobStore::Checks::none);
  }
  return storage::disk::DiskBlobStore::open(data);
}

// A service outside and what it needs, in the order in which they use each other.
struct OpenOutside {
  std::unique_ptr<net::HttpClient> http;
  vision::google::VisionClient client;
  inspection::Budget budget;
  inspection::Outside asked;

  OpenOutside(const GooglePlan& plan, vision::google::ServiceAccount account, database::Database& database,
              const core::Clock& clock)
      : http(net::make_http_client({})),
        client(*http, clock, std::move(account), {.endpoint = plan.endpoint}),
        budget(database, clock, plan.budget),
        asked{.provider = client, .budget = budget, .features = plan.features} {}
};

Result<std::unique_ptr<OpenOutside>> open_outside(const std::optional<GooglePlan>& plan, database::Database& database,
                                                  const core::Clock& clock) {
  if (!plan) return std::unique_ptr<OpenOutside>{};
  SG_ASSIGN(auto account, vision::google::ServiceAccount::parse(plan->key));
  return std::make_unique<OpenOutside>(*plan, std::move(account), database, clock);
}

// What every task works with.
struct Ground {
  storage::BlobStore& blobs;
  database::Database& database;
  imaging::Decoder& decoder;
  vision::Instruments& instruments;
  const core::Clock& clock;
};

inspection::Workshop workshop_of(const WorkerArguments& arguments, const Ground& ground) {
  return {.blobs = ground.blobs,
          .database = ground.database,
          .decoder = ground.decoder,
          .instruments = ground.instruments,
          .clock = ground.clock,
          .limits = picture_limits(arguments),
          .raster_side = static_cast<std::int32_t>(arguments.number("raster-side")),
          .without = arguments.list("without"),
          .critical_classes = arguments.list("critical-classes"),
          .content_kept = std::chrono::days(arguments.number("cache-days"))};
}

care::Housekeeping house_of(const WorkerArguments& arguments, const Ground& ground, database::CurrentRun& run) {
  return {.blobs = ground.blobs,
          .database = ground.database,
          .clock = ground.clock,
          .trash_kept = std::chrono::days(arguments.number("trash-days")),
          .tasks_kept = std::chrono::days(arguments.number("keep-days")),
          .run = &run};
}

void add_inspection_handlers(queue::TaskHandlers& handlers, inspection::Workshop& workshop,
                             inspection::Budget& budget) {
  handlers["process_inspection_photo"] = [&workshop](const core::Task& task, queue::TaskContext& context) {
    if (workshop.outside != nullptr) workshop.outside->is_urgent = task.queue == core::TaskQueue::high_priority;
    return inspection::process_photo(workshop, task,
                                     {.log = context.log, .should_stop = [&context] { return context.should_stop(); }});
  };
  handlers[std::string(inspection::critical_task_kind)] = [](const core::Task& task, queue::TaskContext& context) {
    const auto now = context.clock.now();
    const auto complete = [&](database::Session& session, std::string_view result) {
      return queue::complete(session, task.id, context.owner, result, now);
    };
    return inspection::tell_critical(context.database, task, complete, now);
  };
  handlers[std::string(inspection::read_meters_kind)] = [&workshop](const core::Task& task,
                                                                    queue::TaskContext& context) {
    return inspection::read_photo_meters(
        workshop, task, {.log = context.log, .should_stop = [&context] { return context.should_stop(); }});
  };
  handlers["check_drift"] = [&workshop](const core::Task&, queue::TaskContext& context) {
    return inspection::check_drift({.models = *workshop.trained,
                                    .database = context.database,
                                    .clock = context.clock,
                                    .log = context.log,
                                    .should_stop = [&context] { return context.should_stop(); }});
  };
  handlers["image_pull.pull_all_sources"] = pulls::pull_all_sources();
  handlers["check_budget_usage"] = [&budget](const core::Task&, queue::TaskContext&) { return budget.check(); };
}

}  // namespace

imaging::Limits picture_limits(const WorkerArguments& arguments) {
  return {.max_bytes = arguments.number("max-bytes"), .max_pixels = arguments.number("max-pixels")};
}

Result<void> work_on_tasks(const WorkerArguments& arguments) {
  const std::filesystem::path data = arguments.text("data");
  const auto options = worker_options(arguments);
  const core::SystemClock clock;
  auto s3 = take_s3_from_environment(data);
  const char* const url = std::getenv(database_url_variable);
  const std::string database_url = url == nullptr ? "" : url;
  const auto google = take_google_from_environment();
  // Before the files of the system are shut: it may be a library that is looked for in several places.
  inspection::RegisteredModels models(clock);
  SG_ASSIGN(const auto engine, vision::Engine::open(engine_plan(arguments), models, clock));
  // Before anything starts a thread. The server has the database open, so that all its files are there.
  SG_ASSIGN(auto plan, sandbox_plan(data, database_url, s3, options.max_memory_bytes));
  if (google) std::ranges::copy(ports_of(*google), std::back_inserter(plan.tcp_ports));
  // The data directory itself stays shut: what lies in it is reached from here.
  SG_ASSIGN(const auto blobs, open_blobs(data, std::move(s3), clock));
  SG_ASSIGN(const auto sandbox, runtime::enter_worker_sandbox(plan));
  telemetry::log_info("task worker is confined", {{"owner", options.owner}, {"sandbox", sandbox}});
  SG_ASSIGN(const auto database, open_store(database_url, data / "sightglass.db", {.readers = 2, .connections = 3}));
  const imaging::Limits limits = picture_limits(arguments);
  imaging::DecoderPool decoder({.executable = worker_program(),
                                .arguments = imaging::decode_arguments(limits),
                                .environment = without_secrets(),
                                .max_children = 1,
                                .starts_one_at_once = false});
  models.use(*database, *blobs);
  SG_ASSIGN(const auto outside, open_outside(google, *database, clock));
  auto workshop = workshop_of(arguments, {*blobs, *database, decoder, *engine, clock});
  if (outside) workshop.outside = &outside->asked;
  inspection::TrainedModels trained(*database, *blobs);
  workshop.trained = &trained;
  // Only the node itself begins another run, and then replaces its workers.
  const auto run_id = database::RunId::parse(arguments.text("run"));
  if (!run_id) throw std::invalid_argument("--run is no run");
  database::CurrentRun run(*run_id);
  const auto house = house_of(arguments, {*blobs, *database, decoder, *engine, clock}, run);
  inspection::Budget budget(*database, clock, google ? google->budget : inspection::BudgetPlan{});
  queue::TaskHandlers handlers = care::housekeeping_handlers(house);
  add_inspection_handlers(handlers, workshop, budget);
  handlers.merge(inspection::training::training_handlers(workshop, data / "incoming"));
  std::mt19937 random{std::random_device{}()};
  queue::Worker worker(*database, clock, std::move(handlers), options,
                       [&random] { return std::uniform_real_distribution<double>(0, 1)(random); });
  stop_on_sigterm(worker);
  worker.run();
  return {};
}

}  // namespace sightglass::app
