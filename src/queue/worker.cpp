#include "queue/worker.hpp"

#include <poll.h>
#include <unistd.h>

#include <exception>
#include <utility>

#include "queue/heartbeat.hpp"
#include "telemetry/log.hpp"

namespace sightglass::queue {
namespace {

bool is_pointless(core::ErrorCode code) {
  using enum core::ErrorCode;
  return code == corrupt_image || code == unsupported_format || code == too_large || code == invalid_input ||
         code == not_found || code == permission_denied;
}

}  // namespace

std::array<core::TaskQueue, 4> queue_order(std::uint64_t turn) {
  using enum core::TaskQueue;
  if (turn % 8 == 3) return {normal, high_priority, batch, ml_training};
  if (turn % 8 == 7) return {batch, ml_training, high_priority, normal};
  return {high_priority, normal, batch, ml_training};
}

Worker::Worker(database::Database& database, const core::Clock& clock, TaskHandlers handlers, WorkerOptions options,
               std::function<double()> random)
    : database_(database),
      clock_(clock),
      handlers_(std::move(handlers)),
      options_(std::move(options)),
      random_(std::move(random)) {}

void Worker::run() {
  while (!is_stopping_) {
    const auto worked = run_one();
    if (!worked)
      telemetry::log_error("a worker could not reach the queue",
                           {{"message", worked.error().message}, {"cause", worked.error().cause}});
    if (!worked || !*worked) wait_for_work();
  }
}

core::Result<bool> Worker::run_one() {
  SG_ASSIGN(const auto task, claim_next());
  if (!task) return false;
  core::Result<std::string> outcome;
  {
    Heartbeat heartbeat(database_, clock_, task->id, options_.owner, options_.lease);
    TaskContext context{database_, clock_, options_.owner, heartbeat.progress(), heartbeat.is_lost()};
    outcome = perform(*task, context);
  }
  SG_TRY(record(*task, outcome));
  return true;
}

core::Result<std::optional<core::Task>> Worker::claim_next() {
  // A look without a write first: idle workers must not keep the disk and the one writer busy.
  SG_ASSIGN(const bool is_any_due, database_.read([&](database::Session& session) -> core::Result<bool> {
    SG_ASSIGN(const auto due,
              session.first("SELECT 1 FROM tasks WHERE state IN ('available', 'scheduled', 'retryable') AND kind <> "
                            "'batch_process_images' AND run_at <= $1 LIMIT 1",
                            {clock_.now()}, [](const database::Row&) { return true; }));
    return due.has_value();
  }));
  if (!is_any_due) return std::optional<core::Task>{};
  const auto order = queue_order(turn_++);
  return database_.write_guarded([&](database::Session& session) -> core::Result<std::optional<core::Task>> {
    for (const core::TaskQueue queue : order) {
      SG_ASSIGN(auto tasks, claim(session, queue, options_.owner, 1, options_.lease, clock_.now()));
      if (!tasks.empty()) return std::optional(std::move(tasks.front()));
    }
    return std::optional<core::Task>{};
  });
}

// The border where exceptions end: a bug in a handler costs one attempt of one task.
core::Result<std::string> Worker::perform(const core::Task& task, TaskContext& context) {
  const auto handler = handlers_.find(task.kind);
  if (handler == handlers_.end())
    return core::fail(core::ErrorCode::invalid_input, "No worker knows tasks of the kind \"" + task.kind + "\".");
  try {
    return handler->second(task, context);
  } catch (const std::exception& exception) {
    return core::fail(core::internal_error("The task failed unexpectedly.", exception.what()));
  }
}

core::Result<void> Worker::record(const core::Task& task, const core::Result<std::string>& outcome) {
  SG_ASSIGN(const bool is_kept, database_.write([&](database::Session& session) -> core::Result<bool> {
    if (outcome) return complete(session, task.id, options_.owner, *outcome, clock_.now());
    const Retry retry = is_pointless(outcome.error().code) ? Retry::pointless : Retry::may_pass;
    return fail(session, task.id, options_.owner, outcome.error().message, retry, clock_.now());
  }));
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
  if (!is_kept)
    telemetry::log_warning("a task's lease went to another worker before it was done", {{"task", task.id.to_string()}});
  return {};
}

void Worker::wait_for_work() {
  // So that idle workers do not all look at the same moment.
  const double stretch = 0.75 + 0.5 * random_();
  const int timeout_ms = static_cast<int>(static_cast<double>(options_.poll.count()) * stretch);
  pollfd wake{.fd = options_.wake_fd, .events = POLLIN, .revents = 0};  // a negative descriptor only waits
  if (::poll(&wake, 1, timeout_ms) <= 0) return;
  std::array<char, 256> bytes{};  // all wake-ups so far are answered by one look
  if (::read(options_.wake_fd, bytes.data(), bytes.size()) == 0) stop();
}

}  // namespace sightglass::queue
