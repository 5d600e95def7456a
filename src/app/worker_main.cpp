// sightglass-worker: the processes beside the server. `decode` reads strangers' pictures in a sandbox, `tasks` works on
// the queue. Both are started by the server and end with it.
#include <fmt/format.h>

#include <charconv>
#include <csignal>
#include <map>
#include <random>
#include <string>
#include <string_view>

#include "app/log_settings.hpp"
#include "app/program_files.hpp"
#include "care/housekeeping.hpp"
#include "database/sqlite/sqlite_database.hpp"
#include "imaging/decoder_pool.hpp"
#include "imaging/worker/decode_loop.hpp"
#include "inspection/process_photo.hpp"
#include "queue/worker.hpp"
#include "runtime/child_process.hpp"
#include "storage/disk/disk_blob_store.hpp"

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

Result<void> work_on_tasks(const Arguments& arguments) {
  const std::filesystem::path data = arguments.text("data");
  const core::SystemClock clock;
  SG_ASSIGN(const auto database, database::sqlite::open_sqlite(data / "sightglass.db", {.readers = 1}));
  SG_ASSIGN(const auto blobs, storage::disk::DiskBlobStore::open(data));
  const imaging::Limits limits = limits_from(arguments);
  imaging::DecoderPool decoder({.executable = app::worker_program(),
                                .arguments = imaging::decode_arguments(limits),
                                .max_children = 1,
                                .starts_one_at_once = false});
  inspection::Workshop workshop{
      .blobs = *blobs, .database = *database, .decoder = decoder, .clock = clock, .limits = limits};
  const care::Housekeeping house{.blobs = *blobs,
                                 .database = *database,
                                 .clock = clock,
                                 .trash_kept = std::chrono::days(arguments.number("trash-days"))};
  queue::TaskHandlers handlers = care::housekeeping_handlers(house);
  handlers["process_inspection_photo"] = [&workshop](const core::Task& task, queue::TaskContext&) {
    return inspection::process_photo(workshop, task);
  };
  std::mt19937 random{std::random_device{}()};
  queue::Worker worker(*database, clock, std::move(handlers),
                       {.owner = arguments.text("owner"),
                        .lease = std::chrono::seconds(arguments.number("lease-seconds")),
                        .wake_fd = static_cast<int>(arguments.number("wake-fd"))},
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
