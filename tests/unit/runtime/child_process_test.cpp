#include "runtime/child_process.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <string>

namespace sightglass::runtime {
namespace {

using namespace std::chrono_literals;

ChildPlan shell(std::string script) {
  return {.executable = "/bin/sh", .arguments = {"-c", std::move(script)}, .own_process_group = true};
}

// Runs a script whose descriptor 3 is a pipe, and gives what it wrote there.
std::string output_of(ChildPlan plan) {
  std::array<int, 2> ends{};
  EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  const UnixFd reading(ends[0]);
  UnixFd writing(ends[1]);
  plan.inherited_fds.insert(plan.inherited_fds.begin(), writing.get());
  auto child = ChildProcess::spawn(plan);
  EXPECT_TRUE(child);
  writing.reset();
  std::string text;
  std::array<char, 512> buffer{};
  ssize_t count = 0;
  while ((count = ::read(reading.get(), buffer.data(), buffer.size())) > 0) {
    text.append(buffer.data(), static_cast<std::size_t>(count));
  }
  return text;
}

TEST(ChildProcess, reports_how_a_child_exited) {
  auto child = ChildProcess::spawn(shell("exit 7"));
  ASSERT_TRUE(child);
  const auto exit = child->wait_for(10s);
  ASSERT_TRUE(exit);
  EXPECT_EQ(exit->status, 7);
  EXPECT_EQ(exit->signal, 0);
  EXPECT_FALSE(exit->is_success());
  EXPECT_FALSE(child->is_running());
  EXPECT_EQ(child->wait_for(0ms)->status, 7) << "asking again gives the same answer";
}

TEST(ChildProcess, reports_the_signal_that_ended_a_child) {
  auto child = ChildProcess::spawn(shell("kill -ABRT $$"));
  ASSERT_TRUE(child);
  const auto exit = child->wait_for(10s);
  ASSERT_TRUE(exit);
  EXPECT_EQ(exit->signal, SIGABRT);
}

TEST(ChildProcess, gives_up_waiting_when_the_time_is_over) {
  auto sleeper = ChildProcess::spawn({.executable = "/bin/sleep", .arguments = {"60"}});
  ASSERT_TRUE(sleeper);
  EXPECT_FALSE(sleeper->wait_for(10ms));
  EXPECT_TRUE(sleeper->is_running());
  EXPECT_GT(sleeper->resident_bytes(), 0);
  EXPECT_EQ(sleeper->kill().signal, SIGKILL);
  EXPECT_EQ(sleeper->resident_bytes(), 0);
}

TEST(ChildProcess, says_which_program_cannot_be_started) {
  const auto child = ChildProcess::spawn({.executable = "/nonexistent/program"});
  ASSERT_FALSE(child);
  EXPECT_EQ(child.error().code, core::ErrorCode::unavailable);
  EXPECT_NE(child.error().message.find("/nonexistent/program"), std::string::npos);
}

TEST(ChildProcess, hands_over_descriptors_in_order_and_no_other) {
  const UnixFd leaked(::fcntl(STDERR_FILENO, F_DUPFD, 40));  // without close-on-exec, as a careless library would
  ASSERT_TRUE(leaked);
  const UnixFd second(::open("/dev/zero", O_RDONLY | O_CLOEXEC));
  auto plan = shell("ls -l /proc/self/fd | sed -n 's/.* \\([0-9]*\\) -> /\\1 /p' >&3");
  plan.inherited_fds = {second.get()};
  const auto text = output_of(std::move(plan));
  EXPECT_NE(text.find("0 /dev/null"), std::string::npos) << text;
  EXPECT_NE(text.find("4 /dev/zero"), std::string::npos) << text;
  EXPECT_EQ(text.find("40 "), std::string::npos) << text;
}

TEST(ChildProcess, hands_over_descriptors_whose_numbers_are_taken_by_others) {
  // 3 and 4 swapped: a plain dup2 in order would overwrite the second before it is copied.
  auto plan = shell("readlink /proc/self/fd/4 >&3");
  std::array<UnixFd, 3> padding{UnixFd(::open("/dev/zero", O_RDONLY)), UnixFd(::open("/dev/full", O_RDONLY)),
                                UnixFd(::open("/dev/zero", O_RDONLY))};
  plan.inherited_fds = {padding[0].get()};
  EXPECT_EQ(output_of(std::move(plan)), "/dev/zero\n");
}

TEST(ChildProcess, adds_to_the_environment_and_replaces_in_it) {
  ::setenv("SIGHTGLASS_TEST_VALUE", "old", 1);
  auto plan = shell("echo $SIGHTGLASS_TEST_VALUE $SIGHTGLASS_TEST_OTHER $SIGHTGLASS_PARENT_PID >&3");
  plan.environment = {{"SIGHTGLASS_TEST_VALUE", "new"}, {"SIGHTGLASS_TEST_OTHER", "added"}};
  EXPECT_EQ(output_of(std::move(plan)), "new added " + std::to_string(::getpid()) + "\n");
}

TEST(ChildProcess, kills_and_reaps_its_child_when_destroyed) {
  pid_t pid = -1;
  {
    auto child = ChildProcess::spawn({.executable = "/bin/sleep", .arguments = {"60"}});
    ASSERT_TRUE(child);
    pid = child->pid();
  }
  EXPECT_EQ(::kill(pid, 0), -1);
  EXPECT_EQ(::waitpid(pid, nullptr, WNOHANG), -1);
}

TEST(ChildProcess, ends_a_child_that_holds_on_to_a_gone_parent) {
  // A middle process starts a child that ties itself to it, and exits; the pipe closes when the child is dead.
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  const pid_t middle = ::fork();
  if (middle == 0) {
    ::setenv("SIGHTGLASS_PARENT_PID", std::to_string(::getpid()).c_str(), 1);
    std::array<int, 2> tied{};
    if (::pipe2(tied.data(), O_CLOEXEC) != 0) ::_exit(1);
    if (::fork() == 0) {
      die_with_parent();
      [[maybe_unused]] const auto told = ::write(tied[1], "t", 1);
      while (true) ::pause();
    }
    char byte = 0;
    [[maybe_unused]] const auto heard = ::read(tied[0], &byte, 1);
    ::_exit(0);
  }
  const UnixFd reading(ends[0]);
  ::close(ends[1]);
  char byte = 0;
  EXPECT_EQ(::read(reading.get(), &byte, 1), 0) << "the grandchild still holds the pipe";
  EXPECT_EQ(::waitpid(middle, nullptr, 0), middle);
}

TEST(ChildProcess, can_have_a_session_and_so_no_terminal_of_its_own) {
  const auto child =
      ChildProcess::spawn({.executable = "/bin/sh", .arguments = {"-c", "exec sleep 60"}, .own_session = true});
  ASSERT_TRUE(child) << child.error().message;
  EXPECT_EQ(::getsid(child->pid()), child->pid());
  EXPECT_EQ(::getpgid(child->pid()), child->pid());
}

}  // namespace
}  // namespace sightglass::runtime
