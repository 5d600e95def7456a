#include "sources/sftp/ssh_connection.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <utility>

#include "core/result.hpp"
#include "sources/failures.hpp"
#include "sources/guarded_socket.hpp"
#include "sources/sftp/host_keys.hpp"

namespace sightglass::sources::sftp {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds longest_nap{100};  // between two looks at should_stop
constexpr std::uint16_t ssh_port = 22;

// What the library prefers, and behind it what machines of fifteen years ago have at best.
constexpr const char* key_exchanges =
    "curve25519-sha256,curve25519-sha256@libssh.org,ecdh-sha2-nistp256,ecdh-sha2-nistp384,ecdh-sha2-nistp521,"
    "diffie-hellman-group18-sha512,diffie-hellman-group16-sha512,diffie-hellman-group-exchange-sha256,"
    "diffie-hellman-group14-sha256,diffie-hellman-group14-sha1";
constexpr const char* seals =
    "hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com,hmac-sha2-256,hmac-sha2-512,hmac-sha1";
// The last one is asked for only by servers that do not tell that they know the two before it (RFC 8308, 3.1).
constexpr const char* user_key_methods =
    "ssh-ed25519,ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,ecdsa-sha2-nistp521,rsa-sha2-512,rsa-sha2-256,ssh-rsa";

bool set(ssh_session session, ssh_options_e option, const char* value) {
  return ::ssh_options_set(session, option, value) == SSH_OK;
}

}  // namespace

void EndSession::operator()(ssh_session session) const {
  ::ssh_disconnect(session);
  ::ssh_free(session);
}

Remote<std::unique_ptr<SshConnection>> SshConnection::open(const Target& target, const ShouldStop& should_stop,
                                                           std::string& seen_key) {
  auto methods = all_key_methods();
  while (true) {
    std::unique_ptr<SshConnection> connection(new SshConnection(target, should_stop));
    auto met = connection->shake_hands(methods);
    // No further kind of key: the one that is expected is not among them.
    if (!met && (methods.size() == all_key_methods().size() || met.error().trouble == Trouble::stopped))
      return std::unexpected(std::move(met).error());
    if (met) {
      const HostKey key = host_key_of(connection->session_.get());
      seen_key = key.fingerprint;
      if (target.access.host_key.empty() || is_same_fingerprint(target.access.host_key, seen_key)) {
        SG_TRY(connection->sign_in());
        SG_TRY(connection->begin_sftp());
        return connection;
      }
      // A server has several keys, of which the client's order picks one.
      if (remove_methods_of(key, methods) && !methods.empty()) continue;
    }
    return source_fails(Trouble::address,
                        fmt::format("{} shows the key {}, and not the one that is known of it. If it was set up anew, "
                                    "change the key here; else somebody else answers.",
                                    target.address.host, seen_key),
                        "settings.host_key");
  }
}

Remote<void> SshConnection::shake_hands(const std::vector<std::string>& key_methods) {
  const auto& address = target_.address;
  SG_ASSIGN(socket_, connect_guarded({.host = address.host,
                                      .port = address.port == 0 ? ssh_port : address.port,
                                      .allows_private_addresses = target_.access.allows_private_addresses,
                                      .deadline = target_.limits.connect,
                                      .should_stop = *should_stop_}));
  session_.reset(::ssh_new());
  if (!session_ || !set_options(key_methods))
    return source_fails(Trouble::other, "A connection by SSH cannot be prepared.", "", words_of_library());
  SG_ASSIGN(const int code, wait_for([this] { return ::ssh_connect(session_.get()); }));
  if (code == SSH_OK) return {};
  return source_fails(Trouble::unreachable,
                      fmt::format("{} answers, but no connection by SSH comes about.", address.host), "base_url",
                      words_of_library());
}

// Nothing of this machine's own settings for SSH counts: neither its configuration nor its keys or known hosts.
bool SshConnection::set_options(const std::vector<std::string>& key_methods) {
  auto* const session = session_.get();
  ::ssh_set_blocking(session, 0);
  // The library closes what it is given, and may do so before the end: ours stays.
  const int own = ::fcntl(socket_.get(), F_DUPFD_CLOEXEC, 0);
  if (own < 0) return false;
  if (::ssh_options_set(session, SSH_OPTIONS_FD, &own) != SSH_OK) {
    ::close(own);
    return false;
  }
  const bool reads_configuration = false;
  return ::ssh_options_set(session, SSH_OPTIONS_PROCESS_CONFIG, &reads_configuration) == SSH_OK &&
         set(session, SSH_OPTIONS_SSH_DIR, "/nonexistent") && set(session, SSH_OPTIONS_KNOWNHOSTS, "/dev/null") &&
         set(session, SSH_OPTIONS_GLOBAL_KNOWNHOSTS, "/dev/null") && set(session, SSH_OPTIONS_COMPRESSION, "no") &&
         set(session, SSH_OPTIONS_USER, target_.access.username.c_str()) &&
         set(session, SSH_OPTIONS_HOSTKEYS, fmt::format("{}", fmt::join(key_methods, ",")).c_str()) &&
         set(session, SSH_OPTIONS_KEY_EXCHANGE, key_exchanges) && set(session, SSH_OPTIONS_HMAC_C_S, seals) &&
         set(session, SSH_OPTIONS_HMAC_S_C, seals) &&
         set(session, SSH_OPTIONS_PUBLICKEY_ACCEPTED_TYPES, user_key_methods);
}

Remote<void> SshConnection::begin_sftp() {
  channel_.reset(::ssh_channel_new(session_.get()));
  int code = SSH_ERROR;
  if (channel_) {
    SG_ASSIGN(code, wait_for([this] { return ::ssh_channel_open_session(channel_.get()); }));
  }
  if (code == SSH_OK) {
    SG_ASSIGN(code, wait_for([this] { return ::ssh_channel_request_subsystem(channel_.get(), "sftp"); }));
  }
  if (code == SSH_OK) return {};
  return source_fails(Trouble::unreachable, fmt::format("{} lets us in, but offers no SFTP.", target_.address.host),
                      "base_url", words_of_library());
}

Remote<void> SshConnection::send(std::string_view bytes) {
  const auto until = Clock::now() + target_.limits.answer;
  while (true) {
    const int sent = ::ssh_channel_write(channel_.get(), bytes.data(), static_cast<std::uint32_t>(bytes.size()));
    if (sent < 0 && sent != SSH_AGAIN) return broke_off();
    if (sent > 0) bytes.remove_prefix(static_cast<std::size_t>(sent));
    if (bytes.empty()) return {};
    SG_TRY(wait_for_socket(until));
  }
}

void SshConnection::send_if_possible(std::string_view bytes) {
  ::ssh_channel_write(channel_.get(), bytes.data(), static_cast<std::uint32_t>(bytes.size()));
}

Remote<std::size_t> SshConnection::receive(char* into, std::size_t most, std::chrono::milliseconds patience) {
  const auto until = Clock::now() + patience;
  while (true) {
    const int got = ::ssh_channel_read_nonblocking(channel_.get(), into, static_cast<std::uint32_t>(most), 0);
    if (got > 0) return static_cast<std::size_t>(got);
    if ((got < 0 && got != SSH_AGAIN) || ::ssh_channel_is_eof(channel_.get()) != 0) return broke_off();
    SG_TRY(wait_for_socket(until));
  }
}

Remote<void> SshConnection::wait_for_socket(Clock::time_point until) const {
  if (*should_stop_ && (*should_stop_)()) return stopped();
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now());
  if (left.count() <= 0)
    return source_fails(Trouble::timeout, fmt::format("{} did not answer in time.", target_.address.host));
  const bool has_more_to_say = (::ssh_get_poll_flags(session_.get()) & SSH_WRITE_PENDING) != 0;
  pollfd waiting{
      .fd = socket_.get(), .events = static_cast<short>(POLLIN | (has_more_to_say ? POLLOUT : 0)), .revents = 0};
  ::poll(&waiting, 1, static_cast<int>(std::min(left, longest_nap).count()));
  return {};
}

std::unexpected<Failure> SshConnection::broke_off() const {
  return source_fails(Trouble::unreachable, fmt::format("The connection to {} broke off.", target_.address.host), "",
                      words_of_library());
}

std::string SshConnection::words_of_library() const {
  return session_ ? std::string(::ssh_get_error(session_.get())) : std::string();
}

}  // namespace sightglass::sources::sftp
