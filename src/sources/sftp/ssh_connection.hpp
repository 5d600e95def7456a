// One connection to an SSH server, signed in, with a channel that speaks SFTP: bytes there and back.
#pragma once

#include <libssh/libssh.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

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
  void operator()(ssh_session session) const;
};
struct EndChannel {
  void operator()(ssh_channel channel) const { ::ssh_channel_free(channel); }
};
using Session = std::unique_ptr<ssh_session_struct, EndSession>;
using Channel = std::unique_ptr<ssh_channel_struct, EndChannel>;

using ShouldStop = std::function<bool()>;

// Not thread-safe. After a failure it is of no more use. Failures concern the source.
class SshConnection {
 public:
  SshConnection(const SshConnection&) = delete;
  SshConnection& operator=(const SshConnection&) = delete;

  // Connects, checks the server's key, signs in, and asks for SFTP. `seen_key` is told the key's fingerprint, whatever
  // comes of it. Blocks.
  static Remote<std::unique_ptr<SshConnection>> open(const Target& target, const ShouldStop& should_stop,
                                                     std::string& seen_key);

  // Blocks until all of it is on its way.
  Remote<void> send(std::string_view bytes);
  // As much of it as goes without waiting; for farewells.
  void send_if_possible(std::string_view bytes);
  // Between one byte and `most`: blocks until there are some, `patience` at most.
  Remote<std::size_t> receive(char* into, std::size_t most, std::chrono::milliseconds patience);

  // Who may end what is being waited for; borrowed until the next call.
  void obey(const ShouldStop& should_stop) { should_stop_ = &should_stop; }
  const Target& target() const { return target_; }

 private:
  SshConnection(const Target& target, const ShouldStop& should_stop) : target_(target), should_stop_(&should_stop) {}

  Remote<void> shake_hands(const std::vector<std::string>& key_methods);
  bool set_options(const std::vector<std::string>& key_methods);
  Remote<void> begin_sftp();

  Remote<void> sign_in();
  Remote<int> sign_in_with_password();
  Remote<int> answer_questions();
  Remote<int> sign_in_with_key();
  std::unexpected<Failure> wrong_credentials() const;

  // Repeats `call` while it says that the other side must speak first; its result then.
  template <typename Call>
  Remote<int> wait_for(Call call) {
    const auto until = std::chrono::steady_clock::now() + target_.limits.answer;
    while (true) {
      const int result = call();
      if (result != SSH_AGAIN && result != SSH_AUTH_AGAIN) return result;
      if (auto waited = wait_for_socket(until); !waited) return std::unexpected(std::move(waited).error());
    }
  }
  // Returns now and then, for another try. `timeout`, `stopped`.
  Remote<void> wait_for_socket(std::chrono::steady_clock::time_point until) const;
  std::unexpected<Failure> broke_off() const;
  std::string words_of_library() const;

  const Target& target_;
  const ShouldStop* should_stop_;
  runtime::UnixFd socket_{};
  Session session_{};
  Channel channel_{};
};

}  // namespace sightglass::sources::sftp
