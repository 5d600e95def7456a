#include "runtime/sandbox.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <linux/sockios.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <memory>

namespace sightglass::runtime {
namespace {

// Written once, before strangers' bytes are read.
std::string& active_layers() {
  static std::string text = "none";
  return text;
}

core::Error refused(std::string what, int number) {
  return core::unavailable("the decoder cannot enter its sandbox: " + std::move(what), std::strerror(number));
}

core::Result<void> limit(int resource, std::int64_t value, const char* name) {
  const auto bound = static_cast<rlim_t>(value);
  const rlimit both{.rlim_cur = bound, .rlim_max = bound};
  if (::setrlimit(static_cast<__rlimit_resource>(resource), &both) != 0) return core::fail(refused(name, errno));
  return {};
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
  SG_TRY(limit(RLIMIT_AS, plan.address_space_bytes, "address space"));
#endif
  // A log redirected to a file must not end the decoder with SIGXFSZ; its writes then fail with EFBIG.
  ::signal(SIGXFSZ, SIG_IGN);
  SG_TRY(limit(RLIMIT_FSIZE, 0, "file size"));
  SG_TRY(limit(RLIMIT_NOFILE, std::max(plan.open_files, highest_descriptor() + 8), "open files"));
  // A core file would bring a stranger's picture onto the disk.
  return limit(RLIMIT_CORE, 0, "core size");
}

// Every right over files that a version of Landlock knows and denies (kernel documentation, userspace-api/landlock).
// Debian 12's header ends at version 2; the later bits are truncate (3) and ioctl on devices (5).
std::uint64_t handled_file_rights(int version) {
  int bits = 13;
  if (version >= 2) bits = 14;
  if (version >= 3) bits = 15;
  if (version >= 5) bits = 16;
  return (std::uint64_t{1} << bits) - 1;
}

// The ruleset's attributes as they stand since version 4; a kernel that knows less is given less of it.
struct RulesetAttributes {
  std::uint64_t file_rights;
  std::uint64_t network_rights;  // bind and connect over TCP, since version 4
  std::uint64_t scopes;          // abstract Unix sockets and signals, since version 6
};

// The version that was applied, 0 when the kernel has no Landlock.
core::Result<int> enter_landlock() {
  const long version = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  if (version < 1) return 0;
  RulesetAttributes attributes{.file_rights = handled_file_rights(static_cast<int>(version)),
                               .network_rights = version >= 4 ? 3U : 0U,
                               .scopes = version >= 6 ? 3U : 0U};
  std::size_t size = sizeof attributes.file_rights;
  if (version >= 4) size += sizeof attributes.network_rights;
  if (version >= 6) size += sizeof attributes.scopes;
  const long ruleset = ::syscall(SYS_landlock_create_ruleset, &attributes, size, 0);
  if (ruleset < 0) return core::fail(refused("Landlock ruleset", errno));
  // No rule is added: what is handled is denied everywhere.
  const long outcome = ::syscall(SYS_landlock_restrict_self, ruleset, 0);
  const int number = errno;
  ::close(static_cast<int>(ruleset));
  if (outcome != 0) return core::fail(refused("Landlock", number));
  return static_cast<int>(version);
}

// Denied with EPERM, so that a library which tries gets an error it can report instead of a dead process. Opening is
// among them for reading too: threads made before Landlock came are stopped only here.
constexpr std::array denied_calls{
    // files
    SCMP_SYS(open), SCMP_SYS(openat), SCMP_SYS(openat2), SCMP_SYS(creat), SCMP_SYS(open_by_handle_at), SCMP_SYS(unlink),
    SCMP_SYS(unlinkat), SCMP_SYS(rename), SCMP_SYS(renameat), SCMP_SYS(renameat2), SCMP_SYS(link), SCMP_SYS(linkat),
    SCMP_SYS(symlink), SCMP_SYS(symlinkat), SCMP_SYS(mkdir), SCMP_SYS(mkdirat), SCMP_SYS(rmdir), SCMP_SYS(mknod),
    SCMP_SYS(mknodat), SCMP_SYS(chmod), SCMP_SYS(fchmod), SCMP_SYS(fchmodat), SCMP_SYS(chown), SCMP_SYS(fchown),
    SCMP_SYS(lchown), SCMP_SYS(fchownat), SCMP_SYS(truncate), SCMP_SYS(ftruncate), SCMP_SYS(fallocate),
    SCMP_SYS(utimensat), SCMP_SYS(setxattr), SCMP_SYS(lsetxattr), SCMP_SYS(fsetxattr), SCMP_SYS(memfd_create),
    SCMP_SYS(inotify_init1), SCMP_SYS(fanotify_init),
    // the network
    SCMP_SYS(socket), SCMP_SYS(socketpair), SCMP_SYS(bind), SCMP_SYS(connect), SCMP_SYS(listen), SCMP_SYS(accept),
    SCMP_SYS(accept4),
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
constexpr scmp_datum_t low_half = 0xffffffff;

int add_rules(scmp_filter_ctx filter) {
  int outcome = 0;
  const auto deny = [&](int number, int call, std::initializer_list<scmp_arg_cmp> conditions) {
    if (outcome != 0) return;
    outcome = seccomp_rule_add_array(filter, SCMP_ACT_ERRNO(static_cast<std::uint32_t>(number)), call,
                                     static_cast<unsigned>(conditions.size()), conditions.begin());
    // A call this processor's table does not have needs no denying.
    if (outcome == -EDOM) outcome = 0;
  };
  for (const int call : denied_calls) deny(EPERM, call, {});
  // Threads stay possible, processes do not. clone3 hides its flags in memory no filter can read: "not there" makes
  // the C library fall back to clone.
  deny(EPERM, SCMP_SYS(clone), {SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0)});
  deny(ENOSYS, SCMP_SYS(clone3), {});
  // abort() and assertions send to ourselves.
  const auto self = static_cast<scmp_datum_t>(::getpid());
  deny(EPERM, SCMP_SYS(kill), {SCMP_A0(SCMP_CMP_NE, self, 0)});
  deny(EPERM, SCMP_SYS(tgkill), {SCMP_A0(SCMP_CMP_NE, self, 0)});
  deny(EPERM, SCMP_SYS(prlimit64), {SCMP_A0(SCMP_CMP_NE, 0, 0)});
  for (const auto request : denied_ioctls)
    deny(EPERM, SCMP_SYS(ioctl), {SCMP_A1(SCMP_CMP_MASKED_EQ, low_half, static_cast<scmp_datum_t>(request))});
  for (const int command : denied_fcntls)
    deny(EPERM, SCMP_SYS(fcntl), {SCMP_A1(SCMP_CMP_MASKED_EQ, low_half, static_cast<scmp_datum_t>(command))});
  // A shared mapping writes to its file past every limit. Private ones and memory of no file stay.
  deny(EPERM, SCMP_SYS(mmap),
       {SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_WRITE, PROT_WRITE),
        SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_SHARED | MAP_ANONYMOUS, MAP_SHARED)});
  return outcome;
}

core::Result<void> enter_seccomp() {
  const std::unique_ptr<void, void (*)(void*)> filter(seccomp_init(SCMP_ACT_ALLOW), &seccomp_release);
  if (!filter) return core::fail(refused("system call filter", ENOMEM));
  // For the threads that libraries have started already, too.
  int outcome = seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_TSYNC, 1);
  if (outcome == 0) outcome = add_rules(filter.get());
  if (outcome == 0) outcome = seccomp_load(filter.get());
  if (outcome != 0) return core::fail(refused("system call filter", -outcome));
  return {};
}

}  // namespace

core::Result<void> enter_decoder_sandbox(const SandboxPlan& plan) {
  // First: without it the kernel grants Landlock and a filter to privileged processes only.
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return core::fail(refused("no_new_privs", errno));
  // In this order: counting descriptors needs /proc, which Landlock and the filter close.
  SG_TRY(set_limits(plan));
  SG_ASSIGN(const int landlock_version, enter_landlock());
  SG_TRY(enter_seccomp());
  active_layers() =
      landlock_version > 0 ? "seccomp, landlock " + std::to_string(landlock_version) + ", limits" : "seccomp, limits";
  return {};
}

std::string describe_sandbox() { return active_layers(); }

}  // namespace sightglass::runtime
