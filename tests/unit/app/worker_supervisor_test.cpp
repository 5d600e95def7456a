#include "app/worker_supervisor.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <mutex>
#include <thread>

#include "support/stores.hpp"

namespace sightglass::app {
namespace {

// Counts dead workers and lets a test wait for the n-th.
class Deaths {
 public:
  void add(const std::string& owner) {
    const std::scoped_lock lock(mutex_);
    owners_.push_back(owner);
    changed_.notify_all();
  }
  bool wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(20), [&] { return owners_.size() >= count; });
  }
  std::vector<std::string> owners() {
    const std::scoped_lock lock(mutex_);
    return owners_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> owners_;
};

SupervisorPlan shell(const std::string& script, int workers) {
  return {.executable = "/bin/sh",
          .arguments = {"-c", script},
          .lanes = {{.queues = "normal", .workers = workers}},
          .restart_after = std::chrono::milliseconds(1),
          .drain = std::chrono::seconds(5)};
}

TEST(WorkerSupervisor, replaces_a_worker_that_dies_and_names_its_leases) {
  Deaths deaths;
  WorkerSupervisor supervisor(shell("exit 3", 1), [&](const std::string& owner) { deaths.add(owner); });
  supervisor.start();
  ASSERT_TRUE(deaths.wait_for(3));
  supervisor.stop();
  const auto owners = deaths.owners();
  EXPECT_NE(owners[0], owners[1]);
  EXPECT_NE(owners[1], owners[2]);
}

TEST(WorkerSupervisor, a_wake_up_reaches_the_worker) {
  // The worker ends when a byte arrives on its wake pipe.
  Deaths deaths;
  WorkerSupervisor supervisor(shell("dd bs=1 count=1 <&3 >/dev/null 2>&1; exit 3", 1),
                              [&](const std::string& owner) { deaths.add(owner); });
  supervisor.start();
  while (supervisor.alive() < 1) std::this_thread::yield();
  EXPECT_TRUE(deaths.owners().empty());
  supervisor.wake();
  EXPECT_TRUE(deaths.wait_for(1));
  supervisor.stop();
}

TEST(WorkerSupervisor, stopping_ends_every_worker_and_is_no_death) {
  Deaths deaths;
  WorkerSupervisor supervisor(shell("trap 'exit 0' TERM; while :; do sleep 0.01; done", 3),
                              [&](const std::string& owner) { deaths.add(owner); });
  supervisor.start();
  while (supervisor.alive() < 3) std::this_thread::yield();
  supervisor.stop();
  EXPECT_EQ(supervisor.alive(), 0);
  EXPECT_TRUE(deaths.owners().empty());
}

TEST(WorkerSupervisor, replaces_a_worker_that_is_worn_out_or_ended_itself_and_calls_neither_a_death) {
  for (const int status : {worn_out_status, ended_itself_status}) {
    const test::TemporaryDirectory directory;
    const auto runs = (directory.path() / "runs").string();
    Deaths deaths;
    // Two ends that were meant, then one that was not.
    const auto script = fmt::format("echo x >> {0}; [ $(wc -l < {0}) -ge 3 ] && exit 9; exit {1}", runs, status);
    WorkerSupervisor supervisor(shell(script, 1), [&](const std::string& owner) { deaths.add(owner); });
    supervisor.begin_run({.id = "run", .owner_prefix = "here:run:"});
    supervisor.start();
    ASSERT_TRUE(deaths.wait_for(1));
    supervisor.stop();
    EXPECT_TRUE(deaths.owners()[0].starts_with("here:run:")) << deaths.owners()[0];
    EXPECT_TRUE(deaths.owners()[0].ends_with("-3")) << deaths.owners()[0];
  }
}

TEST(WorkerSupervisor, tells_each_worker_the_queues_of_its_lane) {
  const test::TemporaryDirectory directory;
  const auto heard = (directory.path() / "heard").string();
  auto plan = shell("echo \"$@\" >> " + heard + "; trap 'exit 0' TERM; while :; do sleep 0.01; done", 0);
  plan.lanes = {{.queues = "normal,batch", .workers = 2}, {.queues = "high_priority", .workers = 1}};
  WorkerSupervisor supervisor(std::move(plan), [](const std::string&) { FAIL(); });
  EXPECT_EQ(supervisor.wanted(), 3);
  supervisor.start();
  const auto lines = [&] {
    std::ifstream file(heard);
    return std::string(std::istreambuf_iterator<char>(file), {});
  };
  while (std::ranges::count(lines(), '\n') < 3) std::this_thread::yield();
  supervisor.stop();
  const auto text = lines();
  EXPECT_NE(text.find("--queues normal,batch"), std::string::npos) << text;
  EXPECT_NE(text.find("--queues high_priority"), std::string::npos) << text;
}

TEST(WorkerSupervisor, none_wanted_is_none_started) {
  WorkerSupervisor supervisor(shell("exit 1", 0), [](const std::string&) { FAIL(); });
  supervisor.start();
  supervisor.wake();
  supervisor.stop();
  EXPECT_EQ(supervisor.alive(), 0);
}

}  // namespace
}  // namespace sightglass::app
