#include "runtime/sandbox.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "runtime/sandbox_layers.hpp"

namespace sightglass::runtime {
namespace {

// Written once, before strangers' bytes are read.
std::string& active_layers() {
  static std::string text = "none";
  return text;
}

// RLIMIT_NOFILE below a descriptor in use would not close it, but dup and recvmsg count from it.
std::int32_t highest_descriptor() {
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(::opendir("/proc/self/fd"), &::closedir);
  std::int32_t highest = 0;
  while (const dirent* entry = folder ? ::readdir(folder.get()) : nullptr) {
    highest = std::max(highest, static_cast<std::int32_t>(std::strtol(entry->d_name, nullptr, 10)));
  }
  return highest;
}

core::Result<void> set_limits(const SandboxPlan& plan) {
#ifndef SIGHTGLASS_SANITIZED
  SG_TRY(limit_resource(RLIMIT_AS, plan.address_space_bytes, "address space"));
#endif
  // A log redirected to a file must not end the decoder with SIGXFSZ; its writes then fail with EFBIG.
  ::signal(SIGXFSZ, SIG_IGN);
  SG_TRY(limit_resource(RLIMIT_FSIZE, 0, "file size"));
  SG_TRY(limit_resource(RLIMIT_NOFILE, std::max(plan.open_files, highest_descriptor() + 8), "open files"));
  // A core file would bring a stranger's picture onto the disk.
  return limit_resource(RLIMIT_CORE, 0, "core size");
}

// Of those who need no network. Opening for reading too: threads made before Landlock came are stopped only here.
constexpr std::array denied_to_the_offline{SCMP_SYS(open),   SCMP_SYS(openat), SCMP_SYS(openat2),
                                           SCMP_SYS(socket), SCMP_SYS(bind),   SCMP_SYS(connect)};

constexpr std::array denied_calls{
    // files
    SCMP_SYS(creat), SCMP_SYS(open_by_handle_at), SCMP_SYS(unlink), SCMP_SYS(unlinkat), SCMP_SYS(rename),
    SCMP_SYS(renameat), SCMP_SYS(renameat2), SCMP_SYS(link), SCMP_SYS(linkat), SCMP_SYS(symlink), SCMP_SYS(symlinkat),
    SCMP_SYS(mkdir), SCMP_SYS(mkdirat), SCMP_SYS(rmdir), SCMP_SYS(mknod), SCMP_SYS(mknodat), SCMP_SYS(chmod),
    SCMP_SYS(fchmod), SCMP_SYS(fchmodat), SCMP_SYS(chown), SCMP_SYS(fchown), SCMP_SYS(lchown), SCMP_SYS(fchownat),
    SCMP_SYS(truncate), SCMP_SYS(ftruncate), SCMP_SYS(fallocate), SCMP_SYS(utimensat), SCMP_SYS(setxattr),
    SCMP_SYS(lsetxattr), SCMP_SYS(fsetxattr), SCMP_SYS(memfd_create), SCMP_SYS(inotify_init1), SCMP_SYS(fanotify_init),
    // the network
    SCMP_SYS(socketpair), SCMP_SYS(listen), SCMP_SYS(accept), SCMP_SYS(accept4),
    // programs and other processes
    SCMP_SYS(execve), SCMP_SYS(execveat), SCMP_SYS(fork), SCMP_SYS(vfork), SCMP_SYS(ptrace), SCMP_SYS(tkill),
    SCMP_SYS(process_vm_readv), SCMP_SYS(process_vm_writev), SCMP_SYS(process_madvise), SCMP_SYS(pidfd_open),
    SCMP_SYS(pidfd_getfd), SCMP_SYS(pidfd_send_signal), SCMP_SYS(kcmp), SCMP_SYS(rt_sigqueueinfo),
    SCMP_SYS(rt_tgsigqueueinfo), SCMP_SYS(setpgid), SCMP_SYS(setsid), SCMP_SYS(setpriority),
    SCMP_SYS(sched_setscheduler), SCMP_SYS(sched_setparam), SCMP_SYS(sched_setattr), SCMP_SYS(sched_setaffinity),
    SCMP_SYS(ioprio_set), SCMP_SYS(move_pages), SCMP_SYS(migrate_pages),
    // the machine
    SCMP_SYS(mount), SCMP_SYS(umount2), SCMP_SYS(pivot_root), SCMP_SYS(chroot), SCMP_SYS(unshare), SCMP_SYS(setns),
    SCMP_SYS(fsopen), SCMP_SYS(fsmount), SCMP_SYS(move_mount), SCMP_SYS(open_tree), SCMP_SYS(keyctl), SCMP_SYS(add_key),
    SCMP_SYS(request_key), SCMP_SYS(bpf), SCMP_SYS(perf_event_open), SCMP_SYS(userfaultfd), SCMP_SYS(io_uring_setup),
    SCMP_SYS(io_uring_enter), SCMP_SYS(io_uring_register), SCMP_SYS(init_module), SCMP_SYS(finit_module),
    SCMP_SYS(delete_module), SCMP_SYS(kexec_load), SCMP_SYS(kexec_file_load), SCMP_SYS(reboot), SCMP_SYS(swapon),
    SCMP_SYS(swapoff), SCMP_SYS(acct), SCMP_SYS(sethostname), SCMP_SYS(settimeofday), SCMP_SYS(clock_settime),
    SCMP_SYS(adjtimex), SCMP_SYS(quotactl), SCMP_SYS(syslog), SCMP_SYS(personality), SCMP_SYS(setuid), SCMP_SYS(setgid),
    SCMP_SYS(setreuid), SCMP_SYS(setregid), SCMP_SYS(setresuid), SCMP_SYS(setresgid), SCMP_SYS(setgroups),
    SCMP_SYS(capset)};

// Of calls that must stay: typing into a terminal, and sending signals by way of a descriptor. The kernel looks at 32
// bits of these numbers, so the filter must not look at more.
constexpr std::array denied_ioctls{TIOCSTI, TIOCLINUX, FIOSETOWN, SIOCSPGRP};
constexpr std::array denied_fcntls{F_SETOWN, F_SETOWN_EX, F_SETSIG};
constexpr std::uint64_t low_half = 0xffffffff;

// What the C library reads to look up names, and TLS to trust certificates.
constexpr std::array network_files{"/etc/resolv.conf",
                                   "/etc/hosts",
                                   "/etc/host.conf",
                                   "/etc/nsswitch.conf",
                                   "/etc/gai.conf",
                                   "/etc/services",
                                   "/etc/ld.so.cache",
                                   "/etc/ssl/certs",
                                   "/etc/gnutls",
                                   "/etc/ssl/openssl.cnf",
                                   "/run/systemd/resolve",
                                   "/usr/share/ca-certificates",
                                   "/usr/local/share/ca-certificates",
                                   "/usr/lib",
                                   "/lib",
                                   "/dev/urandom"};

LandlockPlan landlock_plan(const SandboxPlan& plan) {
  LandlockPlan rules;
  if (plan.tcp_port == 0) return rules;
  for (const char* path : network_files) rules.paths.push_back({path, PathRule::Access::read});
  rules.tcp_ports = {plan.tcp_port};
  return rules;
}

// Neither sockets of this machine's services nor raw packets.
void deny_other_families(CallFilter& filter) {
  for (int family = 0; family < AF_MAX; ++family) {
    if (family == AF_INET || family == AF_INET6 || family == AF_NETLINK) continue;
    filter.deny_when(SCMP_SYS(socket), {{.index = 0, .mask = low_half, .value = static_cast<std::uint64_t>(family)}},
                     EPERM);
  }
}

core::Result<void> enter_filter(const SandboxPlan& plan) {
  CallFilter filter;
  filter.deny(denied_calls);
  if (plan.tcp_port == 0) filter.deny(denied_to_the_offline);
  if (plan.tcp_port != 0) deny_other_families(filter);
  // Threads stay possible, processes do not. clone3 hides its flags in memory no filter can read: "not there" makes
  // the C library fall back to clone.
  filter.deny_when(SCMP_SYS(clone), {{.index = 0, .mask = CLONE_THREAD, .value = 0}}, EPERM);
  filter.deny_when(SCMP_SYS(clone3), {}, ENOSYS);
  // abort() and assertions send to ourselves.
  const auto self = static_cast<std::uint64_t>(::getpid());
  filter.deny_when(SCMP_SYS(kill), {{.index = 0, .value = self, .is_opposite = true}}, EPERM);
  filter.deny_when(SCMP_SYS(tgkill), {{.index = 0, .value = self, .is_opposite = true}}, EPERM);
  filter.deny_when(SCMP_SYS(prlimit64), {{.index = 0, .value = 0, .is_opposite = true}}, EPERM);
  for (const auto request : denied_ioctls)
    filter.deny_when(SCMP_SYS(ioctl), {{.index = 1, .mask = low_half, .value = static_cast<std::uint64_t>(request)}},
                     EPERM);
  for (const int command : denied_fcntls)
    filter.deny_when(SCMP_SYS(fcntl), {{.index = 1, .mask = low_half, .value = static_cast<std::uint64_t>(command)}},
                     EPERM);
  // A shared mapping writes to its file past every limit. Private ones and memory of no file stay.
  filter.deny_when(SCMP_SYS(mmap),
                   {{.index = 2, .mask = PROT_WRITE, .value = PROT_WRITE},
                    {.index = 3, .mask = MAP_SHARED | MAP_ANONYMOUS, .value = MAP_SHARED}},
                   EPERM);
  return filter.enter();
}

}  // namespace

core::Result<void> enter_decoder_sandbox(const SandboxPlan& plan) {
  SG_TRY(forbid_new_privileges());
  // In this order: counting descriptors needs /proc, which Landlock and the filter close.
  SG_TRY(set_limits(plan));
  SG_ASSIGN(const int landlock_version, enter_landlock(landlock_plan(plan)));
  SG_TRY(enter_filter(plan));
  active_layers() =
      landlock_version > 0 ? "seccomp, landlock " + std::to_string(landlock_version) + ", limits" : "seccomp, limits";
  return {};
}

std::string describe_sandbox() { return active_layers(); }

}  // namespace sightglass::runtime
