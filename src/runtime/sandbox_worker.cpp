#include <fcntl.h>
#include <seccomp.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

#include "runtime/sandbox.hpp"
#include "runtime/sandbox_layers.hpp"

namespace sightglass::runtime {
namespace {

using Access = PathRule::Access;

// What a program needs to start on this system, and what starting one more takes: libraries, locales, time zones,
// certificates.
constexpr std::array system_folders{"/usr", "/lib", "/lib64", "/bin", "/etc"};
constexpr std::array system_files{"/proc", "/sys/devices/system/cpu", "/sys/fs/cgroup", "/dev/urandom", "/dev/random"};

LandlockPlan landlock_plan(const WorkerSandboxPlan& plan) {
  LandlockPlan rules{.tcp_ports = plan.tcp_ports};
  for (const char* folder : system_folders) rules.paths.push_back({folder, Access::run});
  for (const char* file : system_files) rules.paths.push_back({file, Access::read});
  rules.paths.push_back({"/dev/null", Access::write});
  for (const auto& path : plan.runnable) rules.paths.push_back({path.string(), Access::run});
  for (const auto& path : plan.writable) rules.paths.push_back({path.string(), Access::write});
  return rules;
}

// Nothing a task does: the machine's set-up, other processes' memory, ways around the filter.
constexpr std::array denied_calls{SCMP_SYS(mount),
                                  SCMP_SYS(umount2),
                                  SCMP_SYS(pivot_root),
                                  SCMP_SYS(chroot),
                                  SCMP_SYS(unshare),
                                  SCMP_SYS(setns),
                                  SCMP_SYS(fsopen),
                                  SCMP_SYS(fsmount),
                                  SCMP_SYS(move_mount),
                                  SCMP_SYS(open_tree),
                                  SCMP_SYS(open_by_handle_at),
                                  SCMP_SYS(keyctl),
                                  SCMP_SYS(add_key),
                                  SCMP_SYS(request_key),
                                  SCMP_SYS(bpf),
                                  SCMP_SYS(perf_event_open),
                                  SCMP_SYS(userfaultfd),
                                  SCMP_SYS(io_uring_setup),
                                  SCMP_SYS(io_uring_enter),
                                  SCMP_SYS(io_uring_register),
                                  SCMP_SYS(init_module),
                                  SCMP_SYS(finit_module),
                                  SCMP_SYS(delete_module),
                                  SCMP_SYS(kexec_load),
                                  SCMP_SYS(kexec_file_load),
                                  SCMP_SYS(reboot),
                                  SCMP_SYS(swapon),
                                  SCMP_SYS(swapoff),
                                  SCMP_SYS(acct),
                                  SCMP_SYS(sethostname),
                                  SCMP_SYS(settimeofday),
                                  SCMP_SYS(clock_settime),
                                  SCMP_SYS(adjtimex),
                                  SCMP_SYS(quotactl),
                                  SCMP_SYS(ptrace),
                                  SCMP_SYS(process_vm_readv),
                                  SCMP_SYS(process_vm_writev),
                                  SCMP_SYS(pidfd_getfd),
                                  SCMP_SYS(kcmp),
                                  SCMP_SYS(listen),
                                  SCMP_SYS(accept),
                                  SCMP_SYS(accept4)};

// Landlock knows of TCP alone, and only on newer kernels.
core::Result<void> enter_filter(const WorkerSandboxPlan& plan) {
  CallFilter filter;
  filter.deny(denied_calls);
  constexpr std::array families{AF_INET, AF_INET6, AF_NETLINK, AF_PACKET, AF_VSOCK};
  for (const int family : families) {
    const bool is_needed = (family == AF_INET || family == AF_INET6 || family == AF_NETLINK) && !plan.tcp_ports.empty();
    if (is_needed) continue;
    filter.deny_when(SCMP_SYS(socket), {{.index = 0, .mask = 0xffffffff, .value = static_cast<std::uint64_t>(family)}},
                     EPERM);
  }
  return filter.enter();
}

}  // namespace

core::Result<std::string> enter_worker_sandbox(const WorkerSandboxPlan& plan) {
  SG_TRY(forbid_new_privileges());
#ifndef SIGHTGLASS_SANITIZED
  if (plan.data_bytes > 0) SG_TRY(limit_resource(RLIMIT_DATA, plan.data_bytes, "memory"));
#endif
  // A core file would bring strangers' pictures onto the disk.
  SG_TRY(limit_resource(RLIMIT_CORE, 0, "core size"));
  SG_ASSIGN(const int version, enter_landlock(landlock_plan(plan)));
  SG_TRY(enter_filter(plan));
  return version > 0 ? "seccomp, landlock " + std::to_string(version) + ", limits" : std::string("seccomp, limits");
}

}  // namespace sightglass::runtime
