// One connection to an SSH server, signed in and ready for SFTP.
#pragma once

#include <libssh2.h>
#include <libssh2_sftp.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "runtime/unix_fd.hpp"
#include "sources/gateway.hpp"
#include "sources/server_address.hpp"
#include "sources/source_address.hpp"

namespace sightglass::sources::sftp {

struct Target {
  ServerAddress address{};
  Access access{};
  GatewayLimits limits{};
};

struct EndSession {
  void operator()(LIBSSH2_SESSION* session) const;
};
struct EndSftp {
  void operator()(LIBSSH2_SFTP* sftp) const;
};
struct EndHandle {
  LIBSSH2_SESSION* session = nullptr;
  void operator()(LIBSSH2_SFTP_HANDLE* handle) const;
};
using Handle = std::unique_ptr<LIBSSH2_SFTP_HANDLE, EndHandle>;

using ShouldStop = std::function<bool()>;

// Not thread-safe. After a failure of the connection it is of no more use.
class SshSession {
 public:
  ~SshSession();
  SshSession(const SshSession&) = delete;
  SshSession& operator=(const SshSession&) = delete;

  // Connects, checks the server's key, signs in. `seen_key` is told the key's fingerprint, whatever comes of it.
  // Failures concern the source. Blocks.
  static Remote<std::unique_ptr<SshSession>> open(const Target& target, const ShouldStop& should_stop,
                                                  std::string& seen_key);

  // Opens a file or directory: LIBSSH2_SFTP_OPENFILE or LIBSSH2_SFTP_OPENDIR. `gone`, `refused` and others of the file.
  Remote<Handle> open_handle(const std::string& path, int kind);
  Remote<LIBSSH2_SFTP_ATTRIBUTES> attributes_of(const Handle& handle);
  // The next name and what is said of it; false at the end.
  Remote<bool> read_entry(const Handle& handle, std::string& name, LIBSSH2_SFTP_ATTRIBUTES& attributes);
  // As many bytes as came, 0 at the end.
  Remote<std::size_t> read(const Handle& handle, char* into, std::size_t most);

  // Who may end what is being waited for; borrowed until the next call.
  void obey(const ShouldStop& should_stop) { should_stop_ = &should_stop; }

 private:
  SshSession(const Target& target, const ShouldStop& should_stop) : target_(target), should_stop_(&should_stop) {}

  Remote<void> shake_hands(const std::string& key_methods);
  Remote<void> sign_in();
  Remote<void> sign_in_with_password();
  Remote<void> sign_in_with_key();
  Remote<void> begin_sftp();
  std::string fingerprint() const;
  // Repeats `call` while it says that the other side must speak first; its result then.
  template <typename Call>
  Remote<decltype(std::declval<Call>()())> wait_for(std::chrono::milliseconds patience, Call call);
  Remote<void> wait_for_socket(std::chrono::steady_clock::time_point until) const;
  std::unexpected<Failure> failure_of(int code) const;
  std::unexpected<Failure> wrong_credentials() const;
  std::string words_of_library() const;

  const Target& target_;
  const ShouldStop* should_stop_;
  runtime::UnixFd socket_{};
  std::unique_ptr<LIBSSH2_SESSION, EndSession> session_{};
  std::unique_ptr<LIBSSH2_SFTP, EndSftp> sftp_{};
};

}  // namespace sightglass::sources::sftp
