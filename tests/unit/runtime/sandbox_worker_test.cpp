#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/landlock.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <functional>

#include "runtime/sandbox.hpp"
#include "runtime/unix_fd.hpp"

namespace sightglass::runtime {
namespace {

namespace fs = std::filesystem;

enum Outcome : int { allowed = 10, refused = 11, other = 12, not_entered = 13 };

bool has_landlock(int version) {
  return ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION) >= version;
}

class WorkerSandbox : public testing::Test {
 protected:
  WorkerSandbox() {
    std::string pattern = (fs::temp_directory_path() / "sightglass-sandbox-XXXXXX").string();
    root_ = ::mkdtemp(pattern.data());
    for (const char* name : {"images", "keys", "elsewhere"}) fs::create_directory(root_ / name);
    std::ofstream(root_ / "keys/jwt.key") << "secret";
    std::ofstream(root_ / "sightglass.db") << "rows";
  }
  ~WorkerSandbox() override { fs::remove_all(root_); }

  // Confined to images/ and the database, in a child; `attempt` returns a system call's result.
  int confined(const std::function<long()>& attempt, std::vector<std::uint16_t> ports = {}) const {
    const pid_t child = ::fork();
    if (child == 0) {
      const auto entered =
          enter_worker_sandbox({.writable = {root_ / "images", root_ / "sightglass.db", root_ / "not there"},
                                .tcp_ports = std::move(ports)});
      if (!entered) ::_exit(not_entered);
      errno = 0;
      if (attempt() >= 0) ::_exit(allowed);
      ::_exit(errno == EPERM || errno == EACCES ? refused : other);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }
  int opening(const fs::path& path, int flags) const {
    return confined([&] { return ::open(path.c_str(), flags, 0600); });
  }

  fs::path root_;
};

TEST_F(WorkerSandbox, opens_what_it_works_on) {
  EXPECT_EQ(opening(root_ / "images/a.jpg", O_CREAT | O_WRONLY), allowed);
  EXPECT_EQ(opening(root_ / "images/a.jpg", O_RDONLY), allowed);
  EXPECT_EQ(opening(root_ / "sightglass.db", O_RDWR), allowed);
  EXPECT_EQ(confined([&] {
              ::mkdir((root_ / "images/job_1").c_str(), 0700);
              return ::rename((root_ / "images/a.jpg").c_str(), (root_ / "images/job_1/a.jpg").c_str());
            }),
            allowed);
  EXPECT_EQ(opening("/etc/passwd", O_RDONLY), allowed) << "the system's own files stay readable";
}

TEST_F(WorkerSandbox, refuses_to_open_a_file_outside_its_directories) {
  if (!has_landlock(1)) GTEST_SKIP() << "this kernel has no Landlock";
  EXPECT_EQ(opening(root_ / "keys/jwt.key", O_RDONLY), refused);
  EXPECT_EQ(opening(root_ / "elsewhere/new", O_CREAT | O_WRONLY), refused);
  EXPECT_EQ(opening(root_ / "new.db", O_CREAT | O_WRONLY), refused);
  EXPECT_EQ(opening("/etc/passwd", O_RDWR), refused);
  EXPECT_EQ(opening(fs::temp_directory_path() / "sightglass-outside", O_CREAT | O_WRONLY), refused);
  EXPECT_EQ(confined([&] { return ::unlink((root_ / "keys/jwt.key").c_str()); }), refused);
  EXPECT_EQ(confined([&] { return ::link((root_ / "sightglass.db").c_str(), (root_ / "elsewhere/copy").c_str()); }),
            refused);
  EXPECT_TRUE(fs::exists(root_ / "keys/jwt.key"));
}

TEST_F(WorkerSandbox, refuses_every_network_socket_when_it_needs_none) {
  EXPECT_EQ(confined([] { return ::socket(AF_INET, SOCK_STREAM, 0); }), refused);
  EXPECT_EQ(confined([] { return ::socket(AF_INET6, SOCK_DGRAM, 0); }), refused);
  EXPECT_EQ(confined([] { return ::socket(AF_NETLINK, SOCK_RAW, 0); }), refused);
  int ends[2];
  EXPECT_EQ(confined([&] { return ::socketpair(AF_UNIX, SOCK_STREAM, 0, ends); }), allowed)
      << "how decoders are spoken to";
}

// A listening socket on loopback, and its port.
struct Listener {
  UnixFd fd{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  sockaddr_in address{};
  Listener() {
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(fd.get(), 4) != 0 || ::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0)
      ADD_FAILURE() << "no listening socket";
  }
  std::uint16_t port() const { return ntohs(address.sin_port); }
  long connect() const {
    const UnixFd client(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    return ::connect(client.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
  }
};

TEST_F(WorkerSandbox, connects_to_the_ports_it_needs_and_no_other) {
  if (!has_landlock(4)) GTEST_SKIP() << "this kernel's Landlock does not know TCP";
  const Listener wanted;
  const Listener unwanted;
  EXPECT_EQ(confined([&] { return wanted.connect(); }, {wanted.port()}), allowed);
  EXPECT_EQ(confined([&] { return unwanted.connect(); }, {wanted.port()}), refused);
}

TEST_F(WorkerSandbox, refuses_to_serve_and_to_reach_for_other_processes_and_the_machine) {
  EXPECT_EQ(confined([] { return ::syscall(SYS_listen, 0, 1); }), refused);
  EXPECT_EQ(confined([] { return ::ptrace(PTRACE_ATTACH, ::getppid(), nullptr, nullptr); }), refused);
  EXPECT_EQ(confined([] { return ::mount("none", "/mnt", "tmpfs", 0, nullptr); }), refused);
  EXPECT_EQ(confined([] { return ::syscall(SYS_bpf, 0, nullptr, 0); }), refused);
}

TEST_F(WorkerSandbox, holds_the_programs_it_starts) {
  if (!has_landlock(1)) GTEST_SKIP() << "this kernel has no Landlock";
  const auto read_with_cat = [&](const fs::path& path) {
    return confined([&]() -> long {
      const pid_t child = ::fork();
      if (child == 0) {
        ::close(1);
        ::open("/dev/null", O_WRONLY);
        ::execl("/bin/cat", "cat", path.c_str(), nullptr);
        ::_exit(1);
      }
      int status = 0;
      ::waitpid(child, &status, 0);
      errno = EACCES;
      return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -1;
    });
  };
  EXPECT_EQ(read_with_cat(root_ / "sightglass.db"), allowed);
  EXPECT_EQ(read_with_cat(root_ / "keys/jwt.key"), refused);
}

}  // namespace
}  // namespace sightglass::runtime
