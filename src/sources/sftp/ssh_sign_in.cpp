// How one signs in at an SSH server.
#include <fmt/format.h>

#include "core/result.hpp"
#include "sources/failures.hpp"
#include "sources/sftp/ssh_connection.hpp"

namespace sightglass::sources::sftp {
namespace {

constexpr int most_questions = 10;  // rounds of them; a server could ask for ever

struct EndKey {
  void operator()(ssh_key key) const { ::ssh_key_free(key); }
};
using Key = std::unique_ptr<ssh_key_struct, EndKey>;

// Called for a key that is locked, by a library that would otherwise ask at the terminal.
int refuse_passphrase(const char*, char*, std::size_t, int, int, void* is_locked) {
  *static_cast<bool*>(is_locked) = true;
  return -1;
}

std::unexpected<Failure> unreadable_key(bool is_locked) {
  return source_fails(Trouble::credentials,
                      is_locked ? "The private key is locked with a passphrase. Give it without one: it is sealed here."
                                : "The private key cannot be read. Keys in PEM or OpenSSH's format are taken.",
                      "auth_password");
}

}  // namespace

Remote<void> SshConnection::sign_in() {
  // What no password is needed for says so; and only then is it known what the server would take.
  SG_ASSIGN(int code, wait_for([this] { return ::ssh_userauth_none(session_.get(), nullptr); }));
  if (code != SSH_AUTH_SUCCESS && code != SSH_AUTH_ERROR) {
    SG_ASSIGN(code, target_.access.sign_in == SignIn::key ? sign_in_with_key() : sign_in_with_password());
  }
  if (code == SSH_AUTH_SUCCESS) return {};
  return ::ssh_is_connected(session_.get()) == 0 ? broke_off() : wrong_credentials();
}

Remote<int> SshConnection::sign_in_with_password() {
  const auto offered = static_cast<unsigned>(::ssh_userauth_list(session_.get(), nullptr));
  int code = SSH_AUTH_DENIED;
  if ((offered & SSH_AUTH_METHOD_PASSWORD) != 0) {
    SG_ASSIGN(code, wait_for([this] {
                return ::ssh_userauth_password(session_.get(), nullptr, target_.access.secret.c_str());
              }));
  }
  if (code == SSH_AUTH_SUCCESS || code == SSH_AUTH_ERROR || (offered & SSH_AUTH_METHOD_INTERACTIVE) == 0) return code;
  return answer_questions();
}

// Asked for instead of a password by servers that leave it to PAM.
Remote<int> SshConnection::answer_questions() {
  for (int round = 0; round < most_questions; ++round) {
    SG_ASSIGN(const int code, wait_for([this] { return ::ssh_userauth_kbdint(session_.get(), nullptr, nullptr); }));
    if (code != SSH_AUTH_INFO) return code;
    const int prompts = ::ssh_userauth_kbdint_getnprompts(session_.get());
    for (int i = 0; i < prompts; ++i)
      ::ssh_userauth_kbdint_setanswer(session_.get(), static_cast<unsigned>(i), target_.access.secret.c_str());
  }
  return SSH_AUTH_DENIED;
}

Remote<int> SshConnection::sign_in_with_key() {
  bool is_locked = false;
  ssh_key read = nullptr;
  const int outcome =
      ::ssh_pki_import_privkey_base64(target_.access.secret.c_str(), nullptr, &refuse_passphrase, &is_locked, &read);
  const Key key(read);
  if (outcome != SSH_OK) return unreadable_key(is_locked);
  return wait_for([&] { return ::ssh_userauth_publickey(session_.get(), nullptr, key.get()); });
}

std::unexpected<Failure> SshConnection::wrong_credentials() const {
  const auto* const means = target_.access.sign_in == SignIn::key ? "key" : "password";
  return source_fails(Trouble::credentials,
                      fmt::format("{} does not let this user in with this {}.", target_.address.host, means),
                      "auth_password", words_of_library());
}

}  // namespace sightglass::sources::sftp
