#include "app/serve.hpp"

#include <fmt/format.h>
#include <malloc.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "app/descriptor_limit.hpp"
#include "app/handlers.hpp"
#include "app/log_settings.hpp"
#include "app/open_store.hpp"
#include "app/photo_store.hpp"
#include "app/process_metrics.hpp"
#include "app/program_files.hpp"
#include "app/s3_environment.hpp"
#include "app/worker_supervisor.hpp"
#include "http/dispatch.hpp"
#include "http/photo_archives.hpp"
#include "http/transport.hpp"
#include "ingest/settle.hpp"
#include "queue/maintenance.hpp"
#include "queue/presence.hpp"
#include "queue/schedules/built_in.hpp"
#include "queue/schedules/run_due.hpp"
#include "runtime/blocking_pool.hpp"
#include "runtime/periodic.hpp"
#include "telemetry/log.hpp"

namespace sightglass::app {
namespace {

using core::Result;
using namespace std::chrono_literals;

constexpr PoolSize request_pool_size{.threads = 32, .queued = 512};
constexpr std::size_t most_upload_threads = 256;  // beyond them uploads wait for one another

// SIGTERM and SIGINT are blocked before any thread starts, so that only wait() takes them.
class StopSignals {
 public:
  StopSignals() {
    ::sigemptyset(&set_);
    ::sigaddset(&set_, SIGTERM);
    ::sigaddset(&set_, SIGINT);
    ::pthread_sigmask(SIG_BLOCK, &set_, nullptr);
    ::signal(SIGPIPE, SIG_IGN);
  }
  // Blocks until one comes.
  int wait() const {
    int signal_number = 0;
    ::sigwait(&set_, &signal_number);
    return signal_number;
  }

 private:
  sigset_t set_{};
};

// A flood in one queue must not make another wait for a worker: high priority has one of its own, and training, which
// takes hours, keeps to its own.
std::vector<WorkerLane> lanes(const Settings& settings) {
  if (settings.workers == 0) return {};
  return {{.queues = "high_priority,normal,batch", .workers = settings.workers},
          {.queues = "high_priority", .workers = settings.express_workers},
          {.queues = "ml_training", .workers = settings.training_workers}};
}

// Only to be read by people: owners of leases are unique by the process.
std::string node_name() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0) return "node";
  return name.data();
}

// What is wrong with the settings of the bucket, Parts::build() says.
std::vector<std::pair<std::string, std::string>> worker_environment(const DataDirectory& directory,
                                                                    const Settings& settings) {
  std::vector<std::pair<std::string, std::string>> variables{{database_url_variable, settings.database_url}};
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
                        "--log-level",
                        settings.log_level,
                        "--log-format",
                        settings.log_format},
          .environment = worker_environment(directory, settings),
          .node = node_name(),
          .lanes = lanes(settings)};
}

Result<void> settle_what_a_crash_left(Parts& parts) {
  if (parts.directory().try_exclude_intake()) {
    SG_ASSIGN(const auto report, ingest::settle(parts.blobs(), parts.database(), parts.clock(), &parts.decoder(),
                                                parts.ingest().policy().limits));
    telemetry::log_info("settled what an earlier run left", {{"finished", report.finished},
                                                             {"adopted", report.adopted},
                                                             {"discarded", report.discarded},
                                                             {"deletions", report.deletions},
                                                             {"turns", report.turns},
                                                             {"temporaries", report.temporaries},
                                                             {"unsettled", report.unsettled}});
    // What tiles left half-written; the bucket's own were among the others.
    if (parts.s3()) SG_TRY(parts.local_blobs().remove_abandoned());
  } else {
    telemetry::log_warning("another process takes pictures in: what an earlier run left is settled at a later start");
  }
  return parts.directory().share_intake();
}

// A thread for each upload, and one for each request that makes a lost picture again and each archive.
PoolSize upload_pool_size(const Settings& settings) {
  const auto uploads = static_cast<std::size_t>(settings.max_uploads);
  const auto patient = static_cast<std::size_t>(http::ServerOptions{}.max_patient + http::most_archives_sent);
  return {.threads = std::min(uploads, most_upload_threads) + patient, .queued = uploads + patient};
}

Result<http::ServerOptions> server_options(const Settings& settings) {
  SG_ASSIGN(auto proxies, http::TrustedProxies::parse(settings.trusted_proxies));
  return http::ServerOptions{.listen = settings.listen,
                             .tls_certificate = settings.tls_certificate,
                             .tls_key = settings.tls_key,
                             .threads = settings.threads,
                             .max_connections = connections_within(raise_descriptor_limit(), settings.max_connections),
                             .max_connections_per_address = settings.max_connections_per_address,
                             .trusted_proxies = std::move(proxies),
                             .max_uploads = settings.max_uploads};
}

void log_failure(std::string_view event, const Result<void>& outcome) {
  if (!outcome) telemetry::log_error(event, {{"message", outcome.error().message}, {"cause", outcome.error().cause}});
}

// A rescued task waits for its next attempt like any other; the workers look for it by themselves.
void rescue_tasks(Parts& parts) {
  const auto rescued = queue::rescue_lost_tasks(parts.database(), parts.clock());
  if (!rescued) telemetry::log_error("rescuing tasks failed", {{"cause", rescued.error().cause}});
}

Result<void> release_tasks(Parts& parts) {
  // A database of its own may have other nodes at work on it, whose owners' names begin with their own name.
  const std::string prefix = parts.settings().database_url.empty() ? "" : node_name() + ":";
  SG_ASSIGN(const auto released, queue::release_interrupted_tasks(parts.database(), prefix, parts.clock()));
  if (released > 0) telemetry::log_info("gave back tasks that an earlier run had in work", {{"tasks", released}});
  return {};
}

// Whether any task was started: the workers are told.
bool run_due_schedules(Parts& parts) {
  const auto report = queue::schedules::run_due_schedules(parts.database(), parts.clock());
  if (!report) telemetry::log_error("looking for due schedules failed", {{"cause", report.error().cause}});
  return report && report->started > 0;
}

void print_first_run(Parts& parts, std::uint16_t port) {
  const auto code = parts.administration().prepare_first_run();
  if (!code) {
    telemetry::log_error("the first-run code could not be made", {{"message", code.error().message}});
    return;
  }
  if (!*code) return;
  const auto& listen = parts.settings().listen;
  const std::string scheme = parts.settings().tls_certificate.empty() ? "http" : "https";
  fmt::print("\n  Welcome. Make the first administrator at {}://{}:{}/setup\n  with this one-time code:  {}\n\n",
             scheme, listen.substr(0, listen.rfind(':')), port, **code);
  std::fflush(stdout);
}

// The running server. Members are destroyed, and so stopped, in reverse order.
class RunningServer {
 public:
  explicit RunningServer(DataDirectory& directory, const Settings& settings)
      : workers_(supervisor_plan(directory, settings), [this](const std::string& owner) { rescue(owner); }),
        pool_(request_pool_size.threads, request_pool_size.queued),
        upload_pool_(upload_pool_size(settings).threads, upload_pool_size(settings).queued),
        periodic_(pool_) {}

  Result<void> start(DataDirectory directory, const Settings& settings) {
    SG_ASSIGN(parts_,
              Parts::build(std::move(directory), settings, Parts::Purpose::serving, [this] { workers_.wake(); }));
    SG_TRY(settle_what_a_crash_left(*parts_));
    SG_TRY(release_tasks(*parts_));
    SG_TRY(queue::schedules::register_built_in(parts_->database(), parts_->clock()));
    handlers_ = std::make_unique<Handlers>(
        *parts_, Surroundings{.wake_workers = [this] { workers_.wake(); }, .worker_state = [this] { return state(); }});
    add_process_metrics(handlers_->metrics());
    add_pool_metrics(handlers_->metrics(), "requests", pool_, request_pool_size);
    add_pool_metrics(handlers_->metrics(), "uploads", upload_pool_, upload_pool_size(settings));
    dispatcher_ = std::make_unique<http::Dispatcher>(handlers_->table(), parts_->authenticator(), handlers_->metrics());
    SG_ASSIGN(auto options, server_options(settings));
    SG_TRY(handlers_->settle_uploads());
    server_ = std::make_unique<http::Server>(std::move(options), *dispatcher_, pool_, upload_pool_);
    SG_ASSIGN(const auto port, server_->start());
    add_periodic_work();
    workers_.start();
    node_ = {.name = node_name(),
             .role = "serve",
             .version = SIGHTGLASS_VERSION,
             .started_at = parts_->clock().now(),
             .seen_at = parts_->clock().now()};
    // Tasks that other nodes enqueue; our own wake the workers at once.
    task_signals_ = parts_->signals().subscribe([this](database::Channel channel, std::string_view) {
      if (channel == database::Channel::tasks) workers_.wake();
    });
    print_first_run(*parts_, port);
    telemetry::log_info("serving", {{"listen", settings.listen},
                                    {"port", std::int32_t{port}},
                                    {"data", parts_->directory().path().string()},
                                    {"version", SIGHTGLASS_VERSION}});
    return {};
  }

  void stop() {
    server_->stop();
    periodic_.stop();
    workers_.stop();
    log_failure("the node's presence was not taken back", parts_->database().write([&](database::Session& session) {
      return queue::forget_node(session, node_.name);
    }));
    upload_pool_.stop();
    pool_.stop();
    log_failure("the audit log could not be flushed", parts_->audit().flush());
  }

 private:
  http::WorkerState state() {
    return {.workers = workers_.alive(), .workers_wanted = workers_.wanted(), .decoders = parts_->decoders().alive()};
  }

  void rescue(const std::string& owner) {
    const auto rescued = queue::rescue_tasks_of(parts_->database(), owner, parts_->clock());
    if (!rescued) telemetry::log_error("a dead worker's tasks could not be rescued", {{"owner", owner}});
  }

  void report_presence() {
    node_.seen_at = parts_->clock().now();
    const auto workers = workers_.report();
    log_failure("the node's presence was not written", parts_->database().write([&](database::Session& session) {
      return queue::report_presence(session, node_, workers);
    }));
  }

  void add_periodic_work() {
    periodic_.add("audit flush", 3s, [this] { log_failure("audit flush failed", parts_->audit().flush()); });
    periodic_.add("presence", queue::presence_beat, [this] { report_presence(); });
    periodic_.add("task rescue", 5s, [this] { rescue_tasks(*parts_); });
    periodic_.add("uploads", 1min, [this] { handlers_->care_for_uploads(); });
    periodic_.add("tiles", 1min, [this] { handlers_->care_for_tiles(); });
    periodic_.add("schedules", 1s, [this] {
      if (run_due_schedules(*parts_)) workers_.wake();
    });
    periodic_.start();
  }

  std::unique_ptr<Parts> parts_;
  queue::NodePresence node_;
  WorkerSupervisor workers_;
  runtime::BlockingPool pool_;
  runtime::BlockingPool upload_pool_;  // a thread for each upload, which waits there for disk, decoder and commit
  runtime::Periodic periodic_;
  std::unique_ptr<Handlers> handlers_;
  std::unique_ptr<http::Dispatcher> dispatcher_;
  std::unique_ptr<http::Server> server_;
  database::Signals::Subscription task_signals_;
};

// Answers of some hundred kilobytes follow each other: above this much a thread hands memory back to the system,
// below it the pages are used again. Handing them back each time would clear them anew for every listing.
constexpr int kept_bytes = 4 << 20;

void keep_memory_between_answers() {
  ::mallopt(M_MMAP_THRESHOLD, kept_bytes);
  ::mallopt(M_TRIM_THRESHOLD, kept_bytes);
}

Result<void> run(const std::filesystem::path& data, const std::map<std::string, std::string>& flags) {
  keep_memory_between_answers();
  const StopSignals signals;
  SG_ASSIGN(const auto settings, load_settings(data, flags));
  configure_log_from(settings.log_level, settings.log_format);
  SG_ASSIGN(auto directory, DataDirectory::open(data));
  SG_TRY(directory.claim_for_serving());
  RunningServer server(directory, settings);
  SG_TRY(server.start(std::move(directory), settings));
  const int signal_number = signals.wait();
  telemetry::log_info("stopping", {{"signal", signal_number}});
  server.stop();
  telemetry::log_info("stopped");
  return {};
}

}  // namespace

int serve(const std::filesystem::path& data, const std::map<std::string, std::string>& flags) {
  const auto outcome = run(data, flags);
  if (outcome) return 0;
  const auto& error = outcome.error();
  fmt::print(stderr, "sightglass: {}{}{}\n", error.message, error.cause.empty() ? "" : ": ", error.cause);
  return error.code == core::ErrorCode::invalid_input ? 2 : 1;
}

}  // namespace sightglass::app
