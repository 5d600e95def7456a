#include "queue/worker.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <exception>
#include <utility>

#include "core/lost_file.hpp"
#include "queue/attempt.hpp"
#include "queue/queue_limits.hpp"
#include "queue/task_rates.hpp"
#include "runtime/process_memory.hpp"
#include "telemetry/log.hpp"

namespace sightglass::queue {
namespace {

using core::Result;
using database::Session;
using std::chrono::steady_clock;

// A claim of one takes suspects along, which claims of several leave: every so many turns they get theirs.
constexpr std::uint64_t turns_between_single_claims = 8;
constexpr std::uint64_t turns_between_weights = 256;  // how often changed weights are read

bool is_pointless(core::ErrorCode code) {
  using enum core::ErrorCode;
  return code == corrupt_image || code == unsupported_format || code == too_large || code == invalid_input ||
         code == not_found || code == permission_denied;
}

// As people are told what kind of error it was.
std::string_view code_of(const core::Error& error, StopReason stop) {
  if (stop == StopReason::too_slow) return "timeout";
  return core::is_lost_file(error) ? "file_lost" : core::name_of(error.code);
}

Retry retry_of(core::ErrorCode code, bool is_late) {
  if (is_pointless(code)) return Retry::pointless;
  return code == core::ErrorCode::unavailable && !is_late ? Retry::surroundings : Retry::may_pass;
}

KeeperOptions keeper_options(const WorkerOptions& options) {
  return {.owner = options.owner, .lease = options.lease, .beat = options.beat, .end_process = options.end_process};
}

void log_outcome(const core::Task& task, const Result<std::string>& outcome) {
  if (!outcome)
    telemetry::log_warning("a task failed", {{"task", task.id.to_string()},
                                             {"kind", task.kind},
                                             {"attempt", task.attempts},
                                             {"request", task.request_id},
                                             {"message", outcome.error().message},
                                             {"cause", outcome.error().cause}});
  else
    telemetry::log_info("a task is done",
                        {{"task", task.id.to_string()}, {"kind", task.kind}, {"request", task.request_id}});
}

}  // namespace

Worker::Worker(database::Database& database, const core::Clock& clock, TaskHandlers handlers, WorkerOptions options,
               std::function<double()> random)
    : database_(database),
      clock_(clock),
      handlers_(std::move(handlers)),
      options_(std::move(options)),
      random_(std::move(random)),
      turns_(options_.queues),
      keeper_(database, clock, keeper_options(options_)) {}

Worker::Ending Worker::run() {
  while (!is_stopping_) {
    const auto worked = run_some();
    if (!worked)
      telemetry::log_error("a worker could not reach the queue",
                           {{"message", worked.error().message}, {"cause", worked.error().cause}});
    if (is_worn_out()) break;
    // Also while there is always work: a parent that is gone shows nowhere else.
    wait_for_work(worked && *worked ? Wait::not_at_all : Wait::until_woken);
  }
  if (const auto recorded = record(); !recorded)
    telemetry::log_error("what a worker did last was not recorded; it will be done again",
                         {{"message", recorded.error().message}});
  return is_stopping_ ? Ending::stopped : Ending::worn_out;
}

Result<bool> Worker::run_some() {
  SG_ASSIGN(const auto tasks, record_and_claim());
  keeper_.hold(!tasks.empty());
  const auto began = steady_clock::now();
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    // Stopped, or slower than thought: who waits for these tasks gets another worker.
    if (i > 0 && (is_stopping_ || steady_clock::now() - began > 4 * options_.at_once)) {
      give_back_from(tasks, i);
      break;
    }
    perform(tasks[i]);
  }
  // With nothing more to claim nothing would record them.
  if (!tasks.empty() && tasks.size() < static_cast<std::size_t>(how_many())) SG_TRY(record());
  return !tasks.empty();
}

// A look without a write: idle workers must not keep the disk and the one writer busy.
Result<bool> Worker::is_any_due() {
  return database_.read([&](Session& session) -> Result<bool> {
    SG_ASSIGN(const auto open, open_queues(session));
    for (const core::TaskQueue queue : open) {
      if (std::ranges::find(options_.queues, queue) == options_.queues.end()) continue;
      SG_ASSIGN(const bool is_due, queue::is_any_due(session, queue, clock_.now()));
      if (is_due) return true;
    }
    return false;
  });
}

// One transaction for both: under load, half the commits.
Result<Worker::Tasks> Worker::record_and_claim() {
  if (ended_.empty() && !may_hold_unknown_) {
    SG_ASSIGN(const bool is_due, is_any_due());
    if (!is_due) return Tasks{};
  }
  const auto order = turns_.next();
  auto tasks = database_.write_guarded([&](Session& session) -> Result<Tasks> {
    SG_TRY(record_in(session));
    // All that it knows of is recorded now.
    if (may_hold_unknown_) SG_TRY(give_back_all(session, options_.owner, clock_.now()));
    if (claims_ % turns_between_weights == 0) {
      SG_ASSIGN(const auto states, queue_states(session));
      turns_.weigh(states);
    }
    return claim_in(session, order);
  });
  // What was claimed may be kept although the answer is lost.
  may_hold_unknown_ = !tasks;
  if (!tasks) return tasks;
  ++claims_;
  ended_.clear();
  return tasks;
}

Result<Worker::Tasks> Worker::claim_in(Session& session, const std::vector<core::TaskQueue>& order) {
  const std::int32_t count = claims_ % turns_between_single_claims == 0 ? 1 : how_many();
  SG_TRY(hold_limited(session, order));
  for (const std::int32_t wanted : {count, 1}) {
    for (const core::TaskQueue queue : order) {
      SG_ASSIGN(auto tasks, claim(session, queue, options_.owner, wanted, options_.lease, clock_.now()));
      if (!tasks.empty()) return tasks;
    }
    if (count == 1) break;
  }
  return Tasks{};
}

// Runs again as a whole when the transaction does.
Result<void> Worker::record_in(Session& session) {
  if (ended_.empty()) return {};
  RateTally tally;
  SG_TRY(record_done(session, tally));
  for (const Ended& ended : ended_) {
    if (!ended.outcome) SG_TRY(record_failed(session, ended, tally));
    SG_TRY(keep_log(session, ended.task.id, ended.task.attempts, ended.said));
  }
  return tally.write(session, options_.owner);
}

Result<void> Worker::record_done(Session& session, RateTally& tally) {
  const auto now = clock_.now();
  std::vector<Done> done;
  for (const Ended& ended : ended_)
    if (ended.outcome) done.push_back({.id = ended.task.id, .result = *ended.outcome});
  SG_ASSIGN(const auto kept, complete_all(session, options_.owner, done, now));
  const bool is_every = kept == static_cast<std::int64_t>(done.size());
  if (!is_every)
    telemetry::log_warning("leases went to other workers before their tasks were done",
                           {{"tasks", static_cast<std::int64_t>(done.size()) - kept}});
  for (const Ended& ended : ended_) {
    if (!ended.outcome) continue;
    // What may have been recorded before is not counted again.
    if (!is_every && may_hold_unknown_) continue;
    SG_ASSIGN(const bool is_ours, is_every ? Result<bool>(true) : is_completed_here(session, ended.task.id));
    if (is_ours) tally.add(ended.task, core::TaskState::completed, ended.began, ended.ran, now);
  }
  return {};
}

// Seldom asked: a handler that completed its task itself, in a transaction of its own, did so as well.
Result<bool> Worker::is_completed_here(Session& session, core::TaskId id) {
  SG_ASSIGN(const auto found,
            session.first("SELECT 1 FROM tasks WHERE id = $1 AND state = 'completed' AND ended_by = $2",
                          {id, options_.owner}, [](const database::Row&) { return true; }));
  return found.has_value();
}

Result<void> Worker::record_failed(Session& session, const Ended& ended, RateTally& tally) {
  const auto now = clock_.now();
  if (ended.stop == StopReason::cancelled) {
    SG_ASSIGN(const bool is_stopped, stop_cancelled(session, ended.task.id, options_.owner, now));
    if (is_stopped) tally.add(ended.task, core::TaskState::cancelled, ended.began, ended.ran, now);
    return {};
  }
  const auto& error = ended.outcome.error();
  const bool is_late = ended.stop == StopReason::too_slow;
  SG_ASSIGN(
      const auto failed,
      fail_held(session, ended.task.id, options_.owner,
                {.message = error.message, .code = code_of(error, ended.stop), .retry = retry_of(error.code, is_late)},
                now));
  if (failed) tally.add(ended.task, failed->state, ended.began, ended.ran, now);
  return {};
}

Result<void> Worker::record() {
  if (ended_.empty()) return {};
  SG_TRY(database_.write_guarded([&](Session& session) { return record_in(session); }));
  ended_.clear();
  keeper_.hold(false);
  return {};
}

void Worker::perform(core::Task task) {
  const auto began = steady_clock::now();
  const auto began_at = clock_.now();
  TaskSignals signals;
  TaskLog log(clock_, task.id);
  TaskContext context{database_, clock_, options_.owner, signals, log};
  keeper_.watch(task, signals);
  auto outcome = call_handler(task, context);
  keeper_.finish();
  const auto took = steady_clock::now() - began;
  learn(took);
  log_outcome(task, outcome);
  ++performed_;
  ended_.push_back({.task = std::move(task),
                    .outcome = std::move(outcome),
                    .stop = signals.stop.load(),
                    .said = log.lines(),
                    .began = began_at,
                    .ran = std::chrono::duration_cast<std::chrono::microseconds>(took)});
}

// The border where exceptions end: a bug in a handler costs one attempt of one task.
Result<std::string> Worker::call_handler(const core::Task& task, TaskContext& context) {
  const auto handler = handlers_.find(task.kind);
  if (handler == handlers_.end())
    return core::fail(core::ErrorCode::invalid_input, "No worker knows tasks of the kind \"" + task.kind + "\".");
  try {
    return handler->second(task, context);
  } catch (const std::exception& exception) {
    return core::fail(core::internal_error("The task failed unexpectedly.", exception.what()));
  }
}

void Worker::learn(steady_clock::duration took) {
  const double took_ms = std::chrono::duration<double, std::milli>(took).count();
  // Upwards at once, downwards slowly: one long task among short ones must not be taken along with many others.
  mean_ms_ = took_ms > mean_ms_ ? took_ms : 0.8 * mean_ms_ + 0.2 * took_ms;
}

std::int32_t Worker::how_many() const {
  const double fit = static_cast<double>(options_.at_once.count()) / std::max(mean_ms_, 0.01);
  return static_cast<std::int32_t>(std::clamp(fit, 1.0, static_cast<double>(options_.most_at_once)));
}

void Worker::give_back_from(const Tasks& tasks, std::size_t first) {
  const auto given = database_.write_guarded([&](Session& session) -> Result<void> {
    for (std::size_t i = first; i < tasks.size(); ++i)
      SG_TRY(give_back(session, tasks[i].id, options_.owner, clock_.now()));
    return {};
  });
  if (given) return;
  may_hold_unknown_ = true;
  telemetry::log_warning("tasks not begun are given back later", {{"cause", given.error().cause}});
}

bool Worker::is_worn_out() const {
  if (options_.max_tasks > 0 && performed_ >= options_.max_tasks) return true;
  // Reading it costs a system call or two, which is much beside a short task.
  return options_.max_memory_bytes > 0 && claims_ % 16 == 0 &&
         runtime::resident_memory_bytes() > options_.max_memory_bytes;
}

void Worker::wait_for_work(Wait wait) {
  // So that idle workers do not all look at the same moment.
  const double stretch = 0.75 + 0.5 * random_();
  const int pause_ms = static_cast<int>(static_cast<double>(options_.poll.count()) * stretch);
  const int timeout_ms = wait == Wait::not_at_all ? 0 : pause_ms;
  pollfd wake{.fd = options_.wake_fd, .events = POLLIN, .revents = 0};  // a negative descriptor only waits
  if (::poll(&wake, 1, timeout_ms) <= 0) return;
  std::array<char, 256> bytes{};  // all wake-ups so far are answered by one look
  if (::read(options_.wake_fd, bytes.data(), bytes.size()) == 0) stop();
}

}  // namespace sightglass::queue
