#include "sources/sftp/ssh_session.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/result.hpp"
#include "sources/failures.hpp"
#include "sources/guarded_socket.hpp"
#include "sources/sftp/ssh_texts.hpp"

namespace sightglass::sources::sftp {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds longest_nap{100};  // between two looks at should_stop
constexpr std::uint16_t ssh_port = 22;
constexpr std::size_t longest_name = 4096;
constexpr long longest_goodbye_ms = 2000;

// What servers have today first. An RSA key is checked with SHA-1 by this library, which many have switched off.
const std::vector<std::string>& all_key_methods() {
  static const std::vector<std::string> methods{"ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384",
                                                "ecdsa-sha2-nistp521", "ssh-rsa"};
  return methods;
}

bool is_library_ready() {
  static const bool is_ready = ::libssh2_init(0) == 0;
  return is_ready;
}

std::string base64_without_padding(std::string_view bytes) {
  static constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char byte : bytes) {
    bits = bits << 8U | static_cast<unsigned char>(byte);
    for (count += 8; count >= 6; count -= 6) text += digits[bits >> static_cast<unsigned>(count - 6) & 63U];
  }
  if (count > 0) text += digits[bits << static_cast<unsigned>(6 - count) & 63U];
  return text;
}

std::string method_of(LIBSSH2_SESSION* session) {
  const char* method = ::libssh2_session_methods(session, LIBSSH2_METHOD_HOSTKEY);
  return method == nullptr ? std::string() : std::string(method);
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text.append(text.empty() ? "" : ",").append(word);
  return text;
}

// Asked for instead of a password by servers that leave it to PAM. The session's `abstract` is the password.
void answer_prompts(const char*, int, const char*, int, int prompts, const LIBSSH2_USERAUTH_KBDINT_PROMPT*,
                    LIBSSH2_USERAUTH_KBDINT_RESPONSE* answers, void** abstract) {
  const auto& password = *static_cast<const std::string*>(*abstract);
  for (int i = 0; i < prompts; ++i) {
    answers[i].text = ::strdup(password.c_str());  // freed by the library
    answers[i].length = static_cast<unsigned int>(password.size());
  }
}

}  // namespace

void EndSession::operator()(LIBSSH2_SESSION* session) const { ::libssh2_session_free(session); }
void EndSftp::operator()(LIBSSH2_SFTP* sftp) const { ::libssh2_sftp_shutdown(sftp); }

// Waits for the answer: unread, it would stay in the session's memory for as long as that lives.
void EndHandle::operator()(LIBSSH2_SFTP_HANDLE* handle) const {
  ::libssh2_session_set_blocking(session, 1);
  ::libssh2_session_set_timeout(session, longest_goodbye_ms);
  ::libssh2_sftp_close_handle(handle);
  ::libssh2_session_set_blocking(session, 0);
}

// Once the socket is shut down nothing waits for the other side any more, and everything is freed.
SshSession::~SshSession() {
  if (!session_) return;
  ::libssh2_session_disconnect(session_.get(), "done");
  ::shutdown(socket_.get(), SHUT_RDWR);
  ::libssh2_session_set_blocking(session_.get(), 1);
  ::libssh2_session_set_timeout(session_.get(), longest_goodbye_ms);
  sftp_.reset();
  session_.reset();
}

Remote<std::unique_ptr<SshSession>> SshSession::open(const Target& target, const ShouldStop& should_stop,
                                                     std::string& seen_key) {
  if (!is_library_ready()) return source_fails(Trouble::other, "libssh2 cannot be started.");
  auto methods = all_key_methods();
  while (true) {
    std::unique_ptr<SshSession> session(new SshSession(target, should_stop));
    auto met = session->shake_hands(joined(methods));
    // No further kind of key: the one that is expected is not among them.
    if (!met && (methods.size() == all_key_methods().size() || met.error().trouble == Trouble::stopped))
      return std::unexpected(std::move(met).error());
    const auto& expected = target.access.host_key;
    if (met) {
      seen_key = session->fingerprint();
      if (expected.empty() || is_same_fingerprint(expected, seen_key)) {
        SG_TRY(session->sign_in());
        SG_TRY(session->begin_sftp());
        return session;
      }
      std::erase(methods, method_of(session->session_.get()));
    }
    // A server has several keys, of which the client's order picks one.
    if (met && !methods.empty() && methods.size() < all_key_methods().size()) continue;
    return source_fails(Trouble::address,
                        fmt::format("{} shows the key {}, and not the one that is known of it. If it was set up anew, "
                                    "change the key here; else somebody else answers.",
                                    target.address.host, seen_key),
                        "settings.host_key");
  }
}

Remote<void> SshSession::shake_hands(const std::string& key_methods) {
  const auto& address = target_.address;
  SG_ASSIGN(socket_, connect_guarded({.host = address.host,
                                      .port = address.port == 0 ? ssh_port : address.port,
                                      .allows_private_addresses = target_.access.allows_private_addresses,
                                      .deadline = target_.limits.connect,
                                      .should_stop = *should_stop_}));
  session_.reset(
      ::libssh2_session_init_ex(nullptr, nullptr, nullptr, const_cast<std::string*>(&target_.access.secret)));
  if (!session_) return source_fails(Trouble::other, "There was no memory left for a connection.");
  ::libssh2_session_set_blocking(session_.get(), 0);
  ::libssh2_session_method_pref(session_.get(), LIBSSH2_METHOD_HOSTKEY, key_methods.c_str());
  const auto wait =
      wait_for(target_.limits.answer, [this] { return ::libssh2_session_handshake(session_.get(), socket_.get()); });
  if (!wait) return std::unexpected(wait.error());
  if (*wait == 0) return {};
  return source_fails(Trouble::unreachable,
                      fmt::format("{} answers, but no connection by SSH comes about.", address.host), "base_url",
                      words_of_library());
}

std::string SshSession::fingerprint() const {
  const char* hash = ::libssh2_hostkey_hash(session_.get(), LIBSSH2_HOSTKEY_HASH_SHA256);
  return hash == nullptr ? std::string() : "SHA256:" + base64_without_padding({hash, 32});
}

Remote<void> SshSession::sign_in() {
  return target_.access.sign_in == SignIn::key ? sign_in_with_key() : sign_in_with_password();
}

Remote<void> SshSession::sign_in_with_password() {
  const std::string& name = target_.access.username;
  const std::string& secret = target_.access.secret;
  SG_ASSIGN(const char* methods, wait_for(target_.limits.answer, [&] {
              return ::libssh2_userauth_list(session_.get(), name.c_str(), static_cast<unsigned>(name.size()));
            }));
  if (methods == nullptr && ::libssh2_userauth_authenticated(session_.get()) == 1) return {};
  const std::string_view offered = methods == nullptr ? "" : methods;
  int code = LIBSSH2_ERROR_AUTHENTICATION_FAILED;
  if (offered.contains("password")) {
    SG_ASSIGN(code, wait_for(target_.limits.answer, [&] {
                return ::libssh2_userauth_password_ex(session_.get(), name.c_str(), static_cast<unsigned>(name.size()),
                                                      secret.c_str(), static_cast<unsigned>(secret.size()), nullptr);
              }));
  }
  if (code != 0 && offered.contains("keyboard-interactive")) {
    SG_ASSIGN(code, wait_for(target_.limits.answer, [&] {
                return ::libssh2_userauth_keyboard_interactive_ex(session_.get(), name.c_str(),
                                                                  static_cast<unsigned>(name.size()), &answer_prompts);
              }));
  }
  if (code == 0) return {};
  return is_lost_connection(code) ? failure_of(code) : wrong_credentials();
}

Remote<void> SshSession::sign_in_with_key() {
  const auto& access = target_.access;
  SG_ASSIGN(const int code, wait_for(target_.limits.answer, [&] {
              return ::libssh2_userauth_publickey_frommemory(session_.get(), access.username.c_str(),
                                                             access.username.size(), nullptr, 0, access.secret.c_str(),
                                                             access.secret.size(), nullptr);
            }));
  if (code == 0) return {};
  return is_lost_connection(code) ? failure_of(code) : wrong_credentials();
}

std::unexpected<Failure> SshSession::wrong_credentials() const {
  const bool has_key = target_.access.sign_in == SignIn::key;
  return source_fails(Trouble::credentials,
                      has_key ? fmt::format("{} does not let this user in with this key. Keys of the kind Ed25519 are "
                                            "understood everywhere, RSA keys only where the server still takes SHA-1.",
                                            target_.address.host)
                              : fmt::format("{} does not let this user in with this password.", target_.address.host),
                      "auth_password", words_of_library());
}

Remote<void> SshSession::begin_sftp() {
  SG_ASSIGN(LIBSSH2_SFTP * sftp,
            wait_for(target_.limits.answer, [this] { return ::libssh2_sftp_init(session_.get()); }));
  sftp_.reset(sftp);
  if (sftp_) return {};
  return source_fails(Trouble::unreachable, fmt::format("{} lets us in, but offers no SFTP.", target_.address.host),
                      "base_url", words_of_library());
}

Remote<Handle> SshSession::open_handle(const std::string& path, int kind) {
  SG_ASSIGN(LIBSSH2_SFTP_HANDLE * handle, wait_for(target_.limits.answer, [&] {
              return ::libssh2_sftp_open_ex(sftp_.get(), path.c_str(), static_cast<unsigned>(path.size()),
                                            LIBSSH2_FXF_READ, 0, kind);
            }));
  if (handle == nullptr) return failure_of(::libssh2_session_last_errno(session_.get()));
  return Handle(handle, EndHandle{.session = session_.get()});
}

Remote<LIBSSH2_SFTP_ATTRIBUTES> SshSession::attributes_of(const Handle& handle) {
  LIBSSH2_SFTP_ATTRIBUTES attributes{};
  SG_ASSIGN(const int code,
            wait_for(target_.limits.answer, [&] { return ::libssh2_sftp_fstat_ex(handle.get(), &attributes, 0); }));
  if (code != 0) return failure_of(code);
  return attributes;
}

Remote<bool> SshSession::read_entry(const Handle& handle, std::string& name, LIBSSH2_SFTP_ATTRIBUTES& attributes) {
  name.resize(longest_name);
  SG_ASSIGN(const int length, wait_for(target_.limits.answer, [&] {
              return ::libssh2_sftp_readdir_ex(handle.get(), name.data(), name.size(), nullptr, 0, &attributes);
            }));
  if (length < 0) return failure_of(length);
  name.resize(static_cast<std::size_t>(length));
  return length > 0;
}

Remote<std::size_t> SshSession::read(const Handle& handle, char* into, std::size_t most) {
  SG_ASSIGN(const ssize_t got,
            wait_for(target_.limits.stall, [&] { return ::libssh2_sftp_read(handle.get(), into, most); }));
  if (got < 0) return failure_of(static_cast<int>(got));
  return static_cast<std::size_t>(got);
}

template <typename Call>
Remote<decltype(std::declval<Call>()())> SshSession::wait_for(std::chrono::milliseconds patience, Call call) {
  const auto until = Clock::now() + patience;
  while (true) {
    const auto result = call();
    if constexpr (std::is_pointer_v<decltype(result)>) {
      if (result != nullptr || ::libssh2_session_last_errno(session_.get()) != LIBSSH2_ERROR_EAGAIN) return result;
    } else {
      if (result != LIBSSH2_ERROR_EAGAIN) return result;
    }
    SG_TRY(wait_for_socket(until));
  }
}

Remote<void> SshSession::wait_for_socket(Clock::time_point until) const {
  while (true) {
    if (*should_stop_ && (*should_stop_)()) return stopped();
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now());
    if (left.count() <= 0)
      return source_fails(Trouble::timeout, fmt::format("{} did not answer in time.", target_.address.host));
    const int directions = ::libssh2_session_block_directions(session_.get());
    const auto events = static_cast<short>(
        ((directions & LIBSSH2_SESSION_BLOCK_OUTBOUND) != 0 ? POLLOUT : 0) |
        ((directions & LIBSSH2_SESSION_BLOCK_OUTBOUND) == 0 || (directions & LIBSSH2_SESSION_BLOCK_INBOUND) != 0
             ? POLLIN
             : 0));
    pollfd waiting{.fd = socket_.get(), .events = events, .revents = 0};
    if (::poll(&waiting, 1, static_cast<int>(std::min(left, longest_nap).count())) > 0) return {};
  }
}

std::string SshSession::words_of_library() const {
  char* words = nullptr;
  ::libssh2_session_last_error(session_.get(), &words, nullptr, 0);
  return words == nullptr ? std::string() : std::string(words);
}

std::unexpected<Failure> SshSession::failure_of(int code) const {
  const auto status = code == LIBSSH2_ERROR_SFTP_PROTOCOL ? ::libssh2_sftp_last_error(sftp_.get()) : 0;
  return describe_failure(code, status, target_.address.host, words_of_library());
}

}  // namespace sightglass::sources::sftp
