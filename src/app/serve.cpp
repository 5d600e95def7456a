#include "app/serve.hpp"

#include <fmt/format.h>
#include <malloc.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <memory>

#include "accounts/signing_key.hpp"
#include "app/descriptor_limit.hpp"
#include "app/handlers.hpp"
#include "app/log_settings.hpp"
#include "app/node_process.hpp"
#include "app/process_metrics.hpp"
#include "app/task_node.hpp"
#include "http/dispatch.hpp"
#include "http/live_pictures.hpp"
#include "http/photo_archives.hpp"
#include "http/transport.hpp"
#include "runtime/blocking_pool.hpp"
#include "telemetry/log.hpp"

namespace sightglass::app {
namespace {

using core::Result;
using namespace std::chrono_literals;

constexpr PoolSize request_pool_size{.threads = 32, .queued = 512};
constexpr std::size_t most_upload_threads = 256;  // beyond them uploads wait for one another

// A thread for each upload, and one for each request that takes long, each archive and each who watches a camera.
PoolSize upload_pool_size(const Settings& settings) {
  const auto uploads = static_cast<std::size_t>(settings.max_uploads);
  const auto patient =
      static_cast<std::size_t>(http::ServerOptions{}.max_patient + http::most_archives_sent + http::most_live_viewers);
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

// A node that goes on with a replaced key signs tokens that the others refuse.
void check_signing_key(Parts& parts) {
  const auto is_ours = accounts::is_registered(parts.access_tokens(), parts.database());
  if (is_ours && !*is_ours)
    telemetry::log_error("the signing key was replaced: give this node the new one and start it anew");
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
  RunningServer(const DataDirectory& directory, const Settings& settings)
      : node_(directory, settings, "serve", request_pool_size),
        upload_pool_(upload_pool_size(settings).threads, upload_pool_size(settings).queued) {}

  Result<void> start(DataDirectory directory, const Settings& settings) {
    SG_TRY(node_.begin(std::move(directory), settings));
    auto& parts = node_.parts();
    handlers_ = std::make_unique<Handlers>(parts, Surroundings{.wake_workers = [this] { node_.workers().wake(); },
                                                               .worker_state = [this] { return state(); }});
    add_process_metrics(handlers_->metrics());
    add_pool_metrics(handlers_->metrics(), "requests", node_.pool(), request_pool_size);
    add_pool_metrics(handlers_->metrics(), "uploads", upload_pool_, upload_pool_size(settings));
    dispatcher_ = std::make_unique<http::Dispatcher>(handlers_->table(), parts.authenticator(), handlers_->metrics());
    SG_ASSIGN(auto options, server_options(settings));
    SG_TRY(handlers_->settle_uploads());
    handlers_->care_for_cameras();
    server_ = std::make_unique<http::Server>(std::move(options), *dispatcher_, node_.pool(), upload_pool_);
    SG_ASSIGN(const auto port, server_->start());
    add_periodic_work();
    node_.start();
    handlers_->start_pulling();
    print_first_run(parts, port);
    telemetry::log_info("serving", {{"listen", settings.listen},
                                    {"port", std::int32_t{port}},
                                    {"data", parts.directory().path().string()},
                                    {"version", SIGHTGLASS_VERSION}});
    return {};
  }

  void stop() {
    server_->stop();
    handlers_->stop_pulling();
    node_.stop_work();
    upload_pool_.stop();
    node_.end();
    log_failure("the audit log could not be flushed", node_.parts().audit().flush());
  }

 private:
  http::WorkerState state() {
    return {.workers = node_.workers().alive(),
            .workers_wanted = node_.workers().wanted(),
            .decoders = node_.parts().decoders().alive(),
            .store_answers = store_answers_};
  }

  void add_periodic_work() {
    node_.add_periodic("audit flush", 3s, [this] { log_failure("audit flush failed", node_.parts().audit().flush()); });
    node_.add_periodic("signing key", 1min, [this] { check_signing_key(node_.parts()); });
    node_.add_periodic("uploads", 1min, [this] { handlers_->care_for_uploads(); });
    node_.add_periodic("cameras", 10s, [this] { handlers_->care_for_cameras(); });
    node_.add_periodic("stations", 1h, [this] { handlers_->care_for_stations(); });
    node_.add_periodic("tiles", 1min, [this] { handlers_->care_for_tiles(); });
    if (node_.parts().s3()) node_.add_periodic("bucket", 10s, [this] { look_at_bucket(); });
  }

  // Ahead of the health checks, which must be answered at once.
  void look_at_bucket() {
    const auto answered = node_.parts().blobs().probe();
    if (store_answers_.exchange(answered.has_value()) == answered.has_value()) return;
    if (answered) telemetry::log_info("the bucket answers again");
    log_failure("the bucket cannot be reached", answered);
  }

  std::atomic<bool> store_answers_{true};
  TaskNode node_;
  runtime::BlockingPool upload_pool_;  // a thread for each upload, which waits there for disk, decoder and commit
  std::unique_ptr<Handlers> handlers_;
  std::unique_ptr<http::Dispatcher> dispatcher_;
  std::unique_ptr<http::Server> server_;
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
  return exit_code_of(run(data, flags));
}

}  // namespace sightglass::app
