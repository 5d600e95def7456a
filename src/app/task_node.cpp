#include "app/task_node.hpp"

#include <algorithm>
#include <utility>

#include "app/node_workers.hpp"
#include "app/program_files.hpp"
#include "app/provider_environment.hpp"
#include "ingest/settle.hpp"
#include "inspection/model_install.hpp"
#include "queue/maintenance.hpp"
#include "queue/schedules/built_in.hpp"
#include "queue/schedules/run_due.hpp"
#include "telemetry/log.hpp"

namespace sightglass::app {
namespace {

using core::Result;
using database::Session;
using std::chrono::steady_clock;
using namespace std::chrono_literals;
namespace runs = database::runs;

// After journals resisted: whatever keeps them from being settled lasts a while.
constexpr auto settling_pause = 1min;
constexpr std::chrono::hours lost_nodes_shown{24};
constexpr std::chrono::hours ended_runs_kept{7 * 24};

void log_failure(std::string_view event, const Result<void>& outcome) {
  if (!outcome) telemetry::log_error(event, {{"message", outcome.error().message}, {"cause", outcome.error().cause}});
}

void log_settled(const ingest::SettleReport& report) {
  telemetry::log_info("settled what an earlier run left", {{"finished", report.finished},
                                                           {"adopted", report.adopted},
                                                           {"discarded", report.discarded},
                                                           {"deletions", report.deletions},
                                                           {"turns", report.turns},
                                                           {"temporaries", report.temporaries},
                                                           {"unsettled", report.unsettled}});
}

// Whether any task was started: the workers are told.
bool run_due_schedules(Parts& parts) {
  const auto report = queue::schedules::run_due_schedules(parts.database(), parts.clock());
  if (!report) telemetry::log_error("looking for due schedules failed", {{"cause", report.error().cause}});
  return report && report->started > 0;
}

Result<void> forget_the_old(Parts& parts) {
  return parts.database().write([&](Session& session) -> Result<void> {
    const auto now = parts.clock().now();
    SG_TRY(queue::prune_nodes(session, now, lost_nodes_shown));
    SG_TRY(runs::prune(session, now - ended_runs_kept));
    return {};
  });
}

Result<void> note_settled(Parts& parts, const std::vector<database::RunId>& ids) {
  return parts.database().write([&](Session& session) -> Result<void> {
    for (const auto id : ids) SG_TRY(runs::set_settled(session, id, parts.clock().now()));
    return {};
  });
}

Result<std::vector<database::RunId>> unsettled_runs(Parts& parts) {
  return parts.database().read([](Session& session) { return runs::list_unsettled(session); });
}

}  // namespace

TaskNode::TaskNode(const DataDirectory& directory, const Settings& settings, std::string role, PoolSize pool)
    : role_(std::move(role)),
      workers_(supervisor_plan(directory, settings), [this](const std::string& owner) { rescue(owner); }),
      leases_(std::chrono::seconds(settings.task_lease_seconds)),
      pool_(pool.threads, pool.queued),
      periodic_(pool_) {}

Result<void> TaskNode::begin(DataDirectory directory, const Settings& settings) {
  SG_ASSIGN(parts_, Parts::build(std::move(directory), settings, Parts::Purpose::serving, [this] { workers_.wake(); }));
  // What the workers will be given: a wrong key or a mistyped word is for whoever starts this, not for each photo.
  if (const auto google = google_plan(settings, parts_->directory().path()); !google) return core::fail(google.error());
  SG_TRY(end_last_runs());
  SG_TRY(begin_runs());
  SG_TRY(settle_at_start());
  SG_TRY(queue::schedules::register_built_in(parts_->database(), parts_->clock()));
  return install_models();
}

// A model that cannot be used is no reason not to serve: photos wait for one, and are measured meanwhile.
Result<void> TaskNode::install_models() {
  if (!parts_->settings().vision_enabled) return {};
  SG_ASSIGN(const auto report, inspection::install_defaults(
                                   {.database = parts_->database(), .blobs = parts_->blobs(), .clock = parts_->clock()},
                                   bundled_models()));
  for (const auto& model : report.installed) telemetry::log_info("installed a model", {{"model", model}});
  for (const auto& why : report.refused) telemetry::log_warning("a model was not installed", {{"cause", why}});
  return {};
}

// Nobody else serves in this directory, so that its last runs are over, however young their signs of life are.
Result<void> TaskNode::end_last_runs() {
  for (const auto& [role, id] : parts_->directory().last_runs())
    SG_TRY(parts_->database().write([&](Session& session) -> Result<void> {
      SG_ASSIGN(const auto run, runs::find(session, id));
      if (run) SG_TRY(queue::declare_over(session, *run, std::nullopt, parts_->clock().now()));
      return {};
    }));
  return {};
}

Result<void> TaskNode::begin_runs() {
  run_ = std::make_unique<queue::NodeRun>(
      parts_->database(), parts_->clock(), current_,
      queue::NodeRun::Plan{.name = node_name(parts_->settings()),
                           .role = role_,
                           .version = SIGHTGLASS_VERSION,
                           .is_node = true,
                           .beat = beat_of_runs(parts_->settings()),
                           .when_begun = [this](const runs::Run& run) { begin_worker_run(run); }});
  SG_TRY(run_->begin());
  run_->keep();
  return parts_->begin_run([this](const runs::Run& run) { note_run("intake", run); });
}

void TaskNode::begin_worker_run(const runs::Run& run) {
  note_run("node", run);
  workers_.begin_run({.id = run.id.to_string(), .owner_prefix = queue::owner_prefix(run)});
}

void TaskNode::note_run(const std::string& role, const runs::Run& run) {
  const std::lock_guard lock(noted_mutex_);
  noted_[role] = run.id;
  log_failure("the next start will not know of this run", parts_->directory().note_runs(noted_));
}

std::map<std::string, database::RunId> TaskNode::own_runs() {
  const std::lock_guard lock(noted_mutex_);
  return noted_;
}

Result<void> TaskNode::settle_at_start() {
  // With a database of its own nobody else can be there but commands in this directory, which the lock tells of.
  const bool is_embedded = parts_->settings().database_url.empty();
  SG_TRY(is_embedded && parts_->directory().try_exclude_intake() ? settle_alone() : settle_beside_others());
  // What tiles left half-written; the bucket's own were among the others.
  if (parts_->s3()) SG_TRY(parts_->local_blobs().remove_abandoned());
  SG_TRY(parts_->directory().share_intake());
  if (!is_embedded) return {};
  // No worker runs yet: whatever is in work is a dead one's.
  SG_ASSIGN(const auto released, queue::release_interrupted_tasks(parts_->database(), "", parts_->clock()));
  if (released > 0) telemetry::log_info("gave back tasks that an earlier run had in work", {{"tasks", released}});
  return {};
}

Result<void> TaskNode::settle_alone() {
  const auto own = own_runs();
  SG_TRY(parts_->database().write([&](Session& session) -> Result<void> {
    SG_ASSIGN(auto others, runs::list_living(session));
    std::erase_if(others, [&](const runs::Run& run) {
      return std::ranges::any_of(own, [&](const auto& one) { return one.second == run.id; });
    });
    for (const runs::Run& run : others) SG_TRY(queue::declare_over(session, run, std::nullopt, parts_->clock().now()));
    return {};
  }));
  SG_ASSIGN(const auto ids, unsettled_runs(*parts_));
  SG_ASSIGN(const auto report, ingest::settle(parts_->blobs(), parts_->database(), parts_->clock(), &parts_->decoder(),
                                              parts_->ingest().policy().limits));
  log_settled(report);
  return report.unsettled == 0 ? note_settled(*parts_, ids) : Result<void>{};
}

Result<void> TaskNode::settle_beside_others() {
  SG_TRY(parts_->blobs().remove_abandoned());
  SG_ASSIGN(const bool has_unnamed, parts_->database().read([&](Session& session) {
    return queue::has_unnamed_nodes(session, parts_->clock().now());
  }));
  const bool takes_unnamed = !parts_->settings().database_url.empty() && !has_unnamed;
  SG_ASSIGN(const auto ids, unsettled_runs(*parts_));
  SG_ASSIGN(const auto report,
            ingest::settle_ended_runs(parts_->blobs(), parts_->database(), parts_->clock(),
                                      takes_unnamed ? ingest::Unnamed::settled : ingest::Unnamed::left_alone));
  log_settled(report);
  return report.unsettled == 0 ? note_settled(*parts_, ids) : Result<void>{};
}

void TaskNode::care_for_runs() {
  const auto over = watch_.look(parts_->database(), parts_->clock(), steady_clock::now());
  if (!over)
    telemetry::log_error("looking for runs that are over failed", {{"cause", over.error().cause}});
  else if (!over->empty())
    workers_.wake();
  if (over && steady_clock::now() >= settle_after_) settle_ended_runs();
}

void TaskNode::settle_ended_runs() {
  const auto ids = unsettled_runs(*parts_);
  if (!ids || ids->empty()) return;
  const auto report = ingest::settle_ended_runs(parts_->blobs(), parts_->database(), parts_->clock());
  if (report) log_settled(*report);
  if (report && report->unsettled == 0 && note_settled(*parts_, *ids)) return;
  settle_after_ = steady_clock::now() + settling_pause;
  if (!report) telemetry::log_error("what runs left is not settled yet", {{"cause", report.error().cause}});
}

void TaskNode::add_periodic(std::string name, std::chrono::milliseconds interval, std::function<void()> work) {
  periodic_.add(std::move(name), interval, std::move(work));
}

void TaskNode::start() {
  add_periodic("runs", queue::run_beat, [this] { care_for_runs(); });
  add_periodic("presence", queue::presence_beat, [this] { report_presence(); });
  add_periodic("task rescue", 5s, [this] { rescue_hung(); });
  add_periodic("old nodes", 1h, [this] { log_failure("old nodes were not forgotten", forget_the_old(*parts_)); });
  add_periodic("schedules", 1s, [this] {
    if (run_due_schedules(*parts_)) workers_.wake();
  });
  workers_.start();  // before the first word of presence, which tells of them
  periodic_.start();
  // Tasks that other nodes enqueue; our own wake the workers at once.
  task_signals_ = parts_->signals().subscribe([this](database::Channel channel, std::string_view) {
    if (channel == database::Channel::tasks) workers_.wake();
  });
}

void TaskNode::stop_work() {
  periodic_.stop();
  workers_.stop();
}

void TaskNode::end() {
  pool_.stop();
  parts_->end_run();
  log_failure("the others are not told that this node ends", run_->end());
}

// A rescued task waits for its next attempt like any other; the workers look for it by themselves.
void TaskNode::rescue_hung() {
  const auto rescued = leases_.look(parts_->database(), parts_->clock(), std::chrono::steady_clock::now());
  if (!rescued) telemetry::log_error("rescuing tasks failed", {{"cause", rescued.error().cause}});
}

void TaskNode::rescue(const std::string& owner) {
  const auto rescued = queue::rescue_tasks_of(parts_->database(), owner, parts_->clock());
  if (!rescued) telemetry::log_error("a dead worker's tasks could not be rescued", {{"owner", owner}});
}

void TaskNode::report_presence() {
  const auto run = run_->run();
  const auto workers = workers_.report();
  const queue::NodePresence node{.name = run.name,
                                 .role = role_,
                                 .version = SIGHTGLASS_VERSION,
                                 .started_at = run.started_at,
                                 .seen_at = parts_->clock().now(),
                                 .run = run.id};
  log_failure("the node's presence was not written", parts_->database().write([&](Session& session) {
    return queue::report_presence(session, node, workers);
  }));
}

}  // namespace sightglass::app
