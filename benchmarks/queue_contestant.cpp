// Our own queue under load, for ./bench queue: worker processes that do nothing with tasks of 800 bytes.
//   queue_contestant drain STORE TASKS     enqueues, then lets two workers run everything
//   queue_contestant latency STORE TASKS   one task at a time: how long enqueuing takes, until an idle worker begins it
//   queue_contestant priority STORE TASKS  how long a task of high priority waits while TASKS of batch stand in line
// STORE is a folder for an embedded store, or the address of an empty PostgreSQL database; then the process id of its
// server comes behind TASKS, whose CPU time counts as ours.
//   queue_contestant work …              one worker; started by the others
// Prints one JSON object. Durable: each enqueue and each claim is a commit that was synced.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "core/time.hpp"
#include "database/postgres/postgres_database.hpp"
#include "database/sqlite/sqlite_database.hpp"
#include "queue/task_queue.hpp"
#include "queue/worker.hpp"
#include "runtime/child_process.hpp"
#include "runtime/unix_fd.hpp"
#include "telemetry/log.hpp"

namespace {

using namespace sightglass;
using database::Session;
using std::chrono::steady_clock;

constexpr int workers = 2;
constexpr std::size_t argument_bytes = 800;
constexpr auto batch_task_time = std::chrono::milliseconds(5);
const core::SystemClock system_clock_;

template <typename T>
T must(core::Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message + " " + result.error().cause);
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

std::int64_t now_ns() { return steady_clock::now().time_since_epoch().count(); }

double cpu_seconds(int who) {
  rusage usage{};
  ::getrusage(who, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// User and system time of a process, of those it has started, and of those among them that ended (proc_pid_stat(5)).
double tree_cpu_seconds(const std::string& pid) {
  std::ifstream stat("/proc/" + pid + "/stat");
  std::string text(std::istreambuf_iterator<char>(stat), {});
  std::istringstream fields(text.substr(std::min(text.size(), text.rfind(')') + 1)));
  std::vector<std::string> values{std::istream_iterator<std::string>(fields), {}};
  double ticks = 0;
  for (std::size_t field = 11; field < 15 && field < values.size(); ++field) ticks += std::stod(values[field]);
  double seconds = ticks / static_cast<double>(::sysconf(_SC_CLK_TCK));
  std::ifstream children("/proc/" + pid + "/task/" + pid + "/children");
  for (std::string child; children >> child;) seconds += tree_cpu_seconds(child);
  return seconds;
}

double quantile(std::vector<double> values, double q) {
  std::ranges::sort(values);
  return values.at(static_cast<std::size_t>(q * static_cast<double>(values.size() - 1)));
}

std::string arguments_of_size(std::size_t bytes) {
  std::string text = R"({"padding":")";
  text.resize(bytes - 2, 'x');
  return text + "\"}";
}

// Worker processes with their wake-up pipes, as the server keeps them.
class Crew {
 public:
  explicit Crew(const std::string& store, const std::string& second_queues) {
    for (int i = 0; i < workers; ++i) {
      int ends[2];
      if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
      const runtime::UnixFd reading(ends[0]);
      pipes_.emplace_back(ends[1]);
      children_.push_back(must(
          runtime::ChildProcess::spawn({.executable = std::filesystem::read_symlink("/proc/self/exe"),
                                        .arguments = {"work", store, std::to_string(i), i == 0 ? "all" : second_queues},
                                        .inherited_fds = {reading.get()}})));
    }
  }
  void wake() {
    for (const auto& pipe : pipes_)
      if (::write(pipe.get(), "w", 1) != 1) throw std::runtime_error("a worker is gone");
  }
  // Lets them end by themselves, so that their CPU time counts as our children's.
  void finish() {
    pipes_.clear();
    for (auto& child : children_)
      if (!child.wait_for(std::chrono::seconds(30))) throw std::runtime_error("a worker does not end");
  }

 private:
  std::vector<runtime::UnixFd> pipes_;
  std::vector<runtime::ChildProcess> children_;
};

std::unique_ptr<database::Database> connect(const std::string& store, std::size_t readers) {
  if (store.starts_with("postgres")) return must(database::postgres::open_postgres(store));
  return must(database::sqlite::open_sqlite(std::filesystem::path(store) / "queue.db", {.readers = readers}));
}

std::unique_ptr<database::Database> open(const std::string& store) {
  auto database = connect(store, 4);
  must(database->migrate());
  return database;
}

void add(database::Database& database, core::TaskQueue queue, const std::string& kind, const std::string& arguments,
         int count) {
  must(database.write_guarded([&](Session& session) -> core::Result<void> {
    for (int i = 0; i < count; ++i)
      SG_TRY(queue::enqueue(session, {.kind = kind, .queue = queue, .arguments = arguments}, system_clock_.now()));
    return {};
  }));
}

std::int64_t unfinished(database::Database& database, core::TaskQueue queue) {
  const auto counts = must(database.read([](Session& session) { return queue::count_by_state(session); }));
  std::int64_t sum = 0;
  for (const auto& count : counts)
    if (count.queue == queue) sum += count.count;
  return sum;
}

// Each from a caller of its own, as requests are; they share commits.
void enqueue_from_many(database::Database& database, int tasks, const std::string& arguments) {
  constexpr int callers = 16;
  std::vector<std::jthread> threads;
  for (int caller = 0; caller < callers; ++caller)
    threads.emplace_back([&, caller] {
      for (int i = caller; i < tasks; i += callers) add(database, core::TaskQueue::normal, "nothing", arguments, 1);
    });
}

int drain(const std::string& store, int tasks, const std::string& server) {
  const auto database = open(store);
  const auto arguments = arguments_of_size(argument_bytes);
  const auto server_cpu = [&] { return server.empty() ? 0.0 : tree_cpu_seconds(server); };
  const double before_enqueue = server_cpu();
  const auto began = steady_clock::now();
  enqueue_from_many(*database, tasks, arguments);
  const double enqueue_seconds = std::chrono::duration<double>(steady_clock::now() - began).count();
  const double enqueue_cpu = cpu_seconds(RUSAGE_SELF) + server_cpu() - before_enqueue;
  const double before_run = server_cpu();
  Crew crew(store, "all");
  const auto run_began = steady_clock::now();
  crew.wake();
  while (unfinished(*database, core::TaskQueue::normal) > 0) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  const double seconds = std::chrono::duration<double>(steady_clock::now() - run_began).count();
  crew.finish();
  const double run_cpu = cpu_seconds(RUSAGE_CHILDREN) + server_cpu() - before_run;
  fmt::print(R"({{"enqueue_per_second":{},"enqueue_cpu_us":{},"tasks_per_second":{},"run_cpu_us":{}}})",
             tasks / enqueue_seconds, 1e6 * enqueue_cpu / tasks, tasks / seconds, 1e6 * run_cpu / tasks);
  return 0;
}

// Start times as the handler of "stamp" writes them, less the time in the task's arguments.
std::vector<double> waits_ms(database::Database& database) {
  return must(database.read([](Session& session) {
    return session.all("SELECT arguments, result FROM tasks WHERE kind = 'stamp' AND state = 'completed'", {},
                       [](const database::Row& row) {
                         return static_cast<double>(std::stoll(row.string(1)) - std::stoll(row.string(0))) / 1e6;
                       });
  }));
}

int latency(const std::string& store, int tasks) {
  const auto database = open(store);
  Crew crew(store, "all");
  std::vector<double> enqueued_ms;
  for (int i = 0; i < tasks; ++i) {
    const auto began = now_ns();
    add(*database, core::TaskQueue::normal, "stamp", std::to_string(began), 1);
    enqueued_ms.push_back(static_cast<double>(now_ns() - began) / 1e6);
    crew.wake();
    while (unfinished(*database, core::TaskQueue::normal) > 0)
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  crew.finish();
  const auto waits = waits_ms(*database);
  std::vector<double> picked_up;
  for (const double wait : waits) picked_up.push_back(wait);
  fmt::print(R"({{"enqueue_p50_ms":{},"enqueue_p99_ms":{},"begin_p50_ms":{},"begin_p99_ms":{}}})",
             quantile(enqueued_ms, 0.5), quantile(enqueued_ms, 0.99), quantile(picked_up, 0.5),
             quantile(picked_up, 0.99));
  return 0;
}

int priority(const std::string& store, int tasks) {
  const auto database = open(store);
  for (int i = 0; i < tasks; i += 500)
    add(*database, core::TaskQueue::batch, "slow", arguments_of_size(argument_bytes), std::min(500, tasks - i));
  // As in the server: one worker for everything, one for high priority alone.
  Crew crew(store, "high_priority");
  crew.wake();
  for (int i = 0; i < 200; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(25));
    add(*database, core::TaskQueue::high_priority, "stamp", std::to_string(now_ns()), 1);
    crew.wake();
  }
  while (unfinished(*database, core::TaskQueue::high_priority) > 0)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  const auto left = unfinished(*database, core::TaskQueue::batch);
  crew.finish();
  const auto waits = waits_ms(*database);
  fmt::print(R"({{"waiting_batch":{},"begin_p50_ms":{},"begin_p99_ms":{},"begin_max_ms":{}}})", left,
             quantile(waits, 0.5), quantile(waits, 0.99), quantile(waits, 1));
  return 0;
}

int work(const std::string& store, const std::string& name, const std::string& queues) {
  telemetry::configure_log(telemetry::Level::error, telemetry::LogFormat::text);
  const auto database = connect(store, 2);
  queue::TaskHandlers handlers;
  handlers["nothing"] = [](const core::Task&, queue::TaskContext&) { return core::Result<std::string>("null"); };
  handlers["stamp"] = [](const core::Task&, queue::TaskContext&) {
    return core::Result<std::string>(std::to_string(now_ns()));
  };
  handlers["slow"] = [](const core::Task&, queue::TaskContext&) {
    std::this_thread::sleep_for(batch_task_time);
    return core::Result<std::string>("null");
  };
  queue::WorkerOptions options{.owner = "bench:" + name, .wake_fd = 3};
  if (queues != "all") options.queues = {core::TaskQueue::high_priority};
  queue::Worker(*database, system_clock_, std::move(handlers), std::move(options), [] { return 0.5; }).run();
  return 0;
}

int run(const std::vector<std::string>& arguments) {
  if (arguments.size() == 4 && arguments[0] == "work") return work(arguments[1], arguments[2], arguments[3]);
  if (arguments.size() != 3 && arguments.size() != 4)
    throw std::runtime_error("usage: queue_contestant drain|latency|priority STORE TASKS [PID]");
  const int tasks = std::stoi(arguments[2]);
  if (arguments[0] == "drain") return drain(arguments[1], tasks, arguments.size() == 4 ? arguments[3] : "");
  if (arguments[0] == "latency") return latency(arguments[1], tasks);
  return priority(arguments[1], tasks);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    fmt::print(stderr, "queue_contestant: {}\n", error.what());
    return 1;
  }
}
