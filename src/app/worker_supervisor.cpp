#include "app/worker_supervisor.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>

#include "telemetry/log.hpp"

namespace sightglass::app {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds longest_delay{30'000};
constexpr std::chrono::seconds quick_death{10};  // a worker that lived longer starts again without waiting long

}  // namespace

WorkerSupervisor::WorkerSupervisor(SupervisorPlan plan, std::function<void(const std::string&)> when_dead)
    : plan_(std::move(plan)), when_dead_(std::move(when_dead)), stop_event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  for (const WorkerLane& lane : plan_.lanes)
    for (int i = 0; i < lane.workers; ++i) {
      workers_.emplace_back();
      workers_.back().queues = lane.queues;
      workers_.back().delay = plan_.restart_after;
    }
}

WorkerSupervisor::~WorkerSupervisor() { stop(); }

void WorkerSupervisor::begin_run(WorkerRun run) {
  const std::scoped_lock lock(mutex_);
  run_ = std::move(run);
  for (const auto& worker : workers_)
    if (worker.process) worker.process->signal(SIGTERM);
}

void WorkerSupervisor::start() {
  if (!workers_.empty()) thread_ = std::thread([this] { supervise(); });
}

void WorkerSupervisor::stop() {
  is_stopping_ = true;
  const std::uint64_t one = 1;
  if (::write(stop_event_.get(), &one, sizeof one) < 0)
    telemetry::log_warning("the worker supervisor could not be told to stop");
  if (thread_.joinable()) thread_.join();
}

void WorkerSupervisor::wake() {
  const std::scoped_lock lock(mutex_);
  for (const auto& worker : workers_) {
    // A full pipe means that wake-ups wait there already, and a broken one that its worker is being replaced.
    if (worker.wake_pipe && ::write(worker.wake_pipe.get(), "w", 1) < 0) continue;
  }
}

std::vector<queue::WorkerPresence> WorkerSupervisor::report() {
  const std::scoped_lock lock(mutex_);
  std::vector<queue::WorkerPresence> report;
  for (const auto& worker : workers_)
    if (worker.process)
      report.push_back({.owner = worker.owner,
                        .queues = worker.queues,
                        .pid = worker.process->pid(),
                        .started_at = worker.started_at,
                        .memory_bytes = worker.process->resident_bytes()});
  return report;
}

void WorkerSupervisor::supervise() {
  while (!is_stopping_) {
    start_due_workers();
    wait_for_news();
    reap_dead_workers();
  }
  drain_workers();
}

void WorkerSupervisor::start_due_workers() {
  for (auto& worker : workers_)
    if (!worker.process && Clock::now() >= worker.start_again) spawn(worker);
}

void WorkerSupervisor::spawn(Worker& worker) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0 || ::fcntl(ends[1], F_SETFL, O_NONBLOCK) != 0) {
    telemetry::log_error("no pipe could be made for a task worker");
    worker.start_again = Clock::now() + worker.delay;
    return;
  }
  runtime::UnixFd for_worker(ends[0]);
  runtime::UnixFd for_us(ends[1]);
  // Held until the process is known: a run that begins meanwhile would not end it.
  const std::scoped_lock lock(mutex_);
  const std::string owner = fmt::format("{}{}-{}", run_.owner_prefix, ::getpid(), ++spawned_);
  runtime::ChildPlan plan{.executable = plan_.executable,
                          .arguments = plan_.arguments,
                          .environment = plan_.environment,
                          .inherited_fds = {for_worker.get()},
                          .own_process_group = false};
  plan.arguments.insert(plan.arguments.end(),
                        {"--owner", owner, "--run", run_.id, "--queues", worker.queues, "--wake-fd", "3"});
  auto child = runtime::ChildProcess::spawn(plan);
  worker.started = Clock::now();
  if (!child) {
    telemetry::log_error("a task worker could not be started", {{"cause", child.error().cause}});
    worker.start_again = Clock::now() + worker.delay;
    return;
  }
  worker.owner = owner;
  worker.started_at = core::SystemClock().now();
  worker.process = std::move(*child);
  worker.wake_pipe = std::move(for_us);
  ++alive_;
  telemetry::log_info("task worker started", {{"owner", owner}, {"pid", worker.process->pid()}});
}

void WorkerSupervisor::wait_for_news() const {
  std::vector<pollfd> watched{{stop_event_.get(), POLLIN, 0}};
  for (const auto& worker : workers_)
    if (worker.process) watched.push_back({worker.process->pidfd(), POLLIN, 0});
  const bool all_run = watched.size() == workers_.size() + 1;
  ::poll(watched.data(), watched.size(), all_run ? -1 : 100);
}

void WorkerSupervisor::reap_dead_workers() {
  for (auto& worker : workers_) {
    if (!worker.process || worker.process->is_running()) continue;
    const auto exit = worker.process->wait_for(std::chrono::milliseconds(0)).value_or(runtime::ChildExit{});
    {
      const std::scoped_lock lock(mutex_);
      worker.process.reset();
      worker.wake_pipe.reset();
    }
    --alive_;
    if (!is_stopping_) plan_next(worker, exit);
  }
}

void WorkerSupervisor::plan_next(Worker& worker, runtime::ChildExit exit) {
  const auto lived = Clock::now() - worker.started;
  const bool is_expected = exit.signal == 0 && (exit.status == worn_out_status || exit.status == ended_itself_status);
  // Also one that ends as it should must not be started in a circle; one that is worn out soon has only been busy.
  const bool is_worn_out = is_expected && exit.status == worn_out_status;
  worker.delay = lived > quick_death || is_worn_out ? plan_.restart_after : std::min(longest_delay, worker.delay * 2);
  worker.start_again = is_expected && lived > quick_death ? Clock::now() : Clock::now() + worker.delay;
  if (is_expected) {
    telemetry::log_info("task worker is replaced", {{"owner", worker.owner}, {"status", exit.status}});
    return;
  }
  telemetry::log_warning("task worker died",
                         {{"owner", worker.owner}, {"status", exit.status}, {"signal", exit.signal}});
  when_dead_(worker.owner);
}

void WorkerSupervisor::drain_workers() {
  for (auto& worker : workers_)
    if (worker.process) worker.process->signal(SIGTERM);
  const auto deadline = Clock::now() + plan_.drain;
  for (auto& worker : workers_) {
    if (!worker.process) continue;
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
    if (!worker.process->wait_for(std::max(left, std::chrono::milliseconds(0)))) {
      telemetry::log_warning("a task worker did not finish in time and is killed", {{"owner", worker.owner}});
      worker.process->kill();
    }
    const std::scoped_lock lock(mutex_);
    worker.process.reset();
    worker.wake_pipe.reset();
    --alive_;
  }
}

}  // namespace sightglass::app
