// sightglass-worker: the processes beside the server. `decode` reads strangers' pictures in a sandbox, `tasks` works on
// the queue. Both are started by the server and end with it.
#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "app/log_settings.hpp"
#include "app/open_store.hpp"
#include "app/program_files.hpp"
#include "app/s3_environment.hpp"
#include "app/worker_supervisor.hpp"
#include "care/housekeeping.hpp"
#include "database/current_run.hpp"
#include "imaging/decoder_pool.hpp"
#include "imaging/worker/decode_loop.hpp"
#include "inspection/process_photo.hpp"
#include "queue/worker.hpp"
#include "runtime/child_process.hpp"
#include "runtime/sandbox.hpp"
#include "storage/disk/disk_blob_store.hpp"
#include "storage/s3/s3_blob_store.hpp"
#include "telemetry/log.hpp"

namespace {

using namespace sightglass;
using core::Result;

// "--name value" pairs; the server writes them, so a fault in them is a bug and says so.
class Arguments {
 public:
  Arguments(int argc, char** argv) {
    for (int i = 2; i + 1 < argc; i += 2) values_[std::string(argv[i]).substr(2)] = argv[i + 1];
  }
  std::string text(const std::string& name) const {
    const auto found = values_.find(name);
    if (found == values_.end()) throw std::invalid_argument("--" + name + " is missing");
    return found->second;
  }
  std::int64_t number(const std::string& name) const {
    const std::string value = text(name);
    std::int64_t parsed = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), parsed);
    if (error != std::errc{} || end != value.data() + value.size())
      throw std::invalid_argument("--" + name + " is no number: " + value);
    return parsed;
  }

 private:
  std::map<std::string, std::string> values_;
};

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

imaging::Limits limits_from(const Arguments& arguments) {
  return {.max_bytes = arguments.number("max-bytes"), .max_pixels = arguments.number("max-pixels")};
}

std::vector<core::TaskQueue> queues_from(const std::string& list) {
  std::vector<core::TaskQueue> queues;
  for (std::size_t from = 0; from < list.size();) {
    const auto to = std::min(list.find(',', from), list.size());
    const auto queue = core::task_queue_from_name(std::string_view(list).substr(from, to - from));
    if (!queue) throw std::invalid_argument("--queues names a queue that is none: " + list);
    queues.push_back(*queue);
    from = to + 1;
  }
  return queues;
}

// Of the data directory only what tasks work on: the keys stay out of reach, and so does everything else of the
// machine. Of the network only what the store needs.
Result<runtime::WorkerSandboxPlan> sandbox_plan(const std::filesystem::path& data, const std::string& database_url,
                                                const std::optional<storage::s3::S3Options>& s3,
                                                std::int64_t max_memory_bytes) {
  runtime::WorkerSandboxPlan plan{.runnable = {app::worker_program().parent_path()},
                                  .data_bytes = 2 * max_memory_bytes};
  SG_ASSIGN(plan.tcp_ports, app::ports_of_store(database_url));
  if (s3) plan.tcp_ports.push_back(storage::s3::port_of(*s3));
  for (const char* name : {"sightglass.db", "sightglass.db-wal", "sightglass.db-shm", "incoming", "images", "photos",
                           "catalogue", "cache", "quarantine", "spool"})
    plan.writable.push_back(data / name);
  return plan;
}

queue::WorkerOptions worker_options(const Arguments& arguments) {
  return {.owner = arguments.text("owner"),
          .queues = queues_from(arguments.text("queues")),
          .lease = std::chrono::seconds(arguments.number("lease-seconds")),
          .wake_fd = static_cast<int>(arguments.number("wake-fd")),
          .max_tasks = arguments.number("max-tasks"),
          .max_memory_bytes = arguments.number("max-memory-mb") << 20,
          .end_process = [](queue::StopReason) { ::_exit(app::ended_itself_status); }};
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

Result<void> work_on_tasks(const Arguments& arguments) {
  const std::filesystem::path data = arguments.text("data");
  const auto options = worker_options(arguments);
  const core::SystemClock clock;
  auto s3 = app::take_s3_from_environment(data);
  const char* const url = std::getenv(app::database_url_variable);
  const std::string database_url = url == nullptr ? "" : url;
  // Before anything starts a thread. The server has the database open, so that all its files are there.
  SG_ASSIGN(const auto plan, sandbox_plan(data, database_url, s3, options.max_memory_bytes));
  // The data directory itself stays shut: what lies in it is reached from here.
  SG_ASSIGN(const auto blobs, open_blobs(data, std::move(s3), clock));
  SG_ASSIGN(const auto sandbox, runtime::enter_worker_sandbox(plan));
  telemetry::log_info("task worker is confined", {{"owner", options.owner}, {"sandbox", sandbox}});
  SG_ASSIGN(const auto database,
            app::open_store(database_url, data / "sightglass.db", {.readers = 2, .connections = 3}));
  const imaging::Limits limits = limits_from(arguments);
  imaging::DecoderPool decoder({.executable = app::worker_program(),
                                .arguments = imaging::decode_arguments(limits),
                                .environment = app::without_secrets(),
                                .max_children = 1,
                                .starts_one_at_once = false});
  inspection::Workshop workshop{
      .blobs = *blobs, .database = *database, .decoder = decoder, .clock = clock, .limits = limits};
  // Only the node itself begins another run, and then replaces its workers.
  const auto run_id = database::RunId::parse(arguments.text("run"));
  if (!run_id) throw std::invalid_argument("--run is no run");
  database::CurrentRun run(*run_id);
  const care::Housekeeping house{.blobs = *blobs,
                                 .database = *database,
                                 .clock = clock,
                                 .trash_kept = std::chrono::days(arguments.number("trash-days")),
                                 .tasks_kept = std::chrono::days(arguments.number("keep-days")),
                                 .run = &run};
  queue::TaskHandlers handlers = care::housekeeping_handlers(house);
  handlers["process_inspection_photo"] = [&workshop](const core::Task& task, queue::TaskContext& context) {
    return inspection::process_photo(workshop, task, context.log);
  };
  std::mt19937 random{std::random_device{}()};
  queue::Worker worker(*database, clock, std::move(handlers), options,
                       [&random] { return std::uniform_real_distribution<double>(0, 1)(random); });
  stop_on_sigterm(worker);
  worker.run();
  return {};
}

int run(int argc, char** argv) {
  const std::string_view mode = argc > 1 ? argv[1] : "";
  runtime::die_with_parent();
  const Arguments arguments(argc, argv);
  if (mode == "decode")
    return imaging::worker::run_decode_loop(static_cast<int>(arguments.number("fd")), limits_from(arguments));
  if (mode != "tasks") {
    fmt::print(stderr, "sightglass-worker is started by sightglass; it has no use of its own\n");
    return 2;
  }
  app::configure_log_from(arguments.text("log-level"), arguments.text("log-format"));
  const auto outcome = work_on_tasks(arguments);
  if (!outcome) fmt::print(stderr, "sightglass-worker: {} {}\n", outcome.error().message, outcome.error().cause);
  return outcome ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "sightglass-worker: {}\n", error.what());
    return 1;
  }
}
