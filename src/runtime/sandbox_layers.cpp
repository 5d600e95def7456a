#include "runtime/sandbox_layers.hpp"

#include <fcntl.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "runtime/unix_fd.hpp"

namespace sightglass::runtime {
namespace {

core::Error refused(std::string what, int number) {
  return core::unavailable("the process cannot enter its sandbox: " + std::move(what), std::strerror(number));
}

// Rights over files that Debian 12's header does not name yet (kernel documentation, userspace-api/landlock).
constexpr std::uint64_t truncate_right = 1ULL << 14;  // since version 3
constexpr std::uint64_t device_right = 1ULL << 15;    // ioctl on devices, since version 5
constexpr std::uint64_t connect_right = 1ULL << 1;    // TCP, since version 4; the bit below it is bind
constexpr std::uint64_t network_rights = 3;
constexpr std::uint64_t all_scopes = 3;  // abstract Unix sockets and signals, since version 6

// Every right over files that a version of Landlock knows.
std::uint64_t handled_file_rights(int version) {
  int bits = 13;
  if (version >= 2) bits = 14;
  if (version >= 3) bits = 15;
  if (version >= 5) bits = 16;
  return (std::uint64_t{1} << bits) - 1;
}

constexpr std::uint64_t rights_over_a_file = LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE |
                                             LANDLOCK_ACCESS_FS_READ_FILE | truncate_right | device_right;

std::uint64_t rights_of(PathRule::Access access) {
  const std::uint64_t read = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
  if (access == PathRule::Access::read) return read;
  if (access == PathRule::Access::run) return read | LANDLOCK_ACCESS_FS_EXECUTE;
  return read | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |
         LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_REFER | truncate_right;
}

// The ruleset's attributes as they stand since version 6; a kernel that knows less is given less of it.
struct RulesetAttributes {
  std::uint64_t file_rights;
  std::uint64_t network_rights;
  std::uint64_t scopes;
};

struct PortAttributes {
  std::uint64_t rights;
  std::uint64_t port;
};
constexpr int port_rule = 2;

core::Result<void> allow_path(int ruleset, const PathRule& rule, std::uint64_t known_rights) {
  const UnixFd path(::open(rule.path.c_str(), O_PATH | O_CLOEXEC));
  if (!path) return {};
  struct stat status{};
  if (::fstat(path.get(), &status) != 0) return core::fail(refused("Landlock rule for " + rule.path, errno));
  const std::uint64_t possible = S_ISDIR(status.st_mode) ? known_rights : known_rights & rights_over_a_file;
  const landlock_path_beneath_attr attributes{.allowed_access = rights_of(rule.access) & possible,
                                              .parent_fd = path.get()};
  if (::syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &attributes, 0) != 0)
    return core::fail(refused("Landlock rule for " + rule.path, errno));
  return {};
}

core::Result<void> allow_port(int ruleset, std::uint16_t port) {
  const PortAttributes attributes{.rights = connect_right, .port = port};
  if (::syscall(SYS_landlock_add_rule, ruleset, port_rule, &attributes, 0) != 0)
    return core::fail(refused("Landlock rule for port " + std::to_string(port), errno));
  return {};
}

core::Result<void> allow(int ruleset, const LandlockPlan& plan, int version) {
  for (const PathRule& rule : plan.paths) SG_TRY(allow_path(ruleset, rule, handled_file_rights(version)));
  if (version >= 4)
    for (const std::uint16_t port : plan.tcp_ports) SG_TRY(allow_port(ruleset, port));
  return {};
}

}  // namespace

core::Result<void> forbid_new_privileges() {
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return core::fail(refused("no_new_privs", errno));
  return {};
}

core::Result<void> limit_resource(int resource, std::int64_t value, const char* name) {
  const auto bound = static_cast<rlim_t>(value);
  const rlimit both{.rlim_cur = bound, .rlim_max = bound};
  if (::setrlimit(static_cast<__rlimit_resource>(resource), &both) != 0) return core::fail(refused(name, errno));
  return {};
}

core::Result<int> enter_landlock(const LandlockPlan& plan) {
  const auto version =
      static_cast<int>(::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION));
  if (version < 1) return 0;
  RulesetAttributes attributes{.file_rights = handled_file_rights(version),
                               .network_rights = version >= 4 ? network_rights : 0U,
                               .scopes = version >= 6 ? all_scopes : 0U};
  std::size_t size = sizeof attributes.file_rights;
  if (version >= 4) size += sizeof attributes.network_rights;
  if (version >= 6) size += sizeof attributes.scopes;
  const UnixFd ruleset(static_cast<int>(::syscall(SYS_landlock_create_ruleset, &attributes, size, 0)));
  if (!ruleset) return core::fail(refused("Landlock ruleset", errno));
  SG_TRY(allow(ruleset.get(), plan, version));
  if (::syscall(SYS_landlock_restrict_self, ruleset.get(), 0) != 0) return core::fail(refused("Landlock", errno));
  return version;
}

CallFilter::CallFilter() : filter_(seccomp_init(SCMP_ACT_ALLOW)) {
  outcome_ = filter_ == nullptr ? -ENOMEM : seccomp_attr_set(filter_, SCMP_FLTATR_CTL_TSYNC, 1);
}

CallFilter::~CallFilter() { seccomp_release(filter_); }

void CallFilter::deny(std::span<const int> calls) {
  for (const int call : calls) deny_when(call, {}, EPERM);
}

void CallFilter::deny_when(int call, std::initializer_list<Argument> arguments, int error_number) {
  if (outcome_ != 0) return;
  std::vector<scmp_arg_cmp> comparisons;
  for (const Argument& argument : arguments)
    comparisons.push_back(argument.is_opposite
                              ? scmp_arg_cmp{argument.index, SCMP_CMP_NE, argument.value, 0}
                              : scmp_arg_cmp{argument.index, SCMP_CMP_MASKED_EQ, argument.mask, argument.value});
  outcome_ = seccomp_rule_add_array(filter_, SCMP_ACT_ERRNO(static_cast<std::uint32_t>(error_number)), call,
                                    static_cast<unsigned>(comparisons.size()), comparisons.data());
  if (outcome_ == -EDOM) outcome_ = 0;
}

core::Result<void> CallFilter::enter() {
  if (outcome_ == 0) outcome_ = seccomp_load(filter_);
  if (outcome_ != 0) return core::fail(refused("system call filter", -outcome_));
  return {};
}

}  // namespace sightglass::runtime
