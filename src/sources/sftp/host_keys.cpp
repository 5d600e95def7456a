#include "sources/sftp/host_keys.hpp"

#include <memory>

namespace sightglass::sources::sftp {
namespace {

std::string_view without_padding(std::string_view text) {
  while (text.ends_with('=')) text.remove_suffix(1);
  return text;
}

struct EndKey {
  void operator()(ssh_key key) const { ::ssh_key_free(key); }
};
struct EndHash {
  void operator()(unsigned char* hash) const { ::ssh_clean_pubkey_hash(&hash); }
};
struct EndText {
  void operator()(char* text) const { ::ssh_string_free_char(text); }
};

std::string fingerprint_of(ssh_key key) {
  unsigned char* bytes = nullptr;
  std::size_t length = 0;
  if (::ssh_get_publickey_hash(key, SSH_PUBLICKEY_HASH_SHA256, &bytes, &length) != 0) return {};
  const std::unique_ptr<unsigned char, EndHash> hash(bytes);
  const std::unique_ptr<char, EndText> text(::ssh_get_fingerprint_hash(SSH_PUBLICKEY_HASH_SHA256, bytes, length));
  return text ? std::string(text.get()) : std::string();
}

}  // namespace

// An RSA key signed with SHA-1 comes last: only machines that know nothing newer are left to it.
const std::vector<std::string>& all_key_methods() {
  static const std::vector<std::string> methods{"ssh-ed25519",
                                                "ecdsa-sha2-nistp256",
                                                "ecdsa-sha2-nistp384",
                                                "ecdsa-sha2-nistp521",
                                                "rsa-sha2-512",
                                                "rsa-sha2-256",
                                                "ssh-rsa"};
  return methods;
}

bool remove_methods_of(const HostKey& key, std::vector<std::string>& methods) {
  const bool is_rsa = key.kind == "ssh-rsa";
  return std::erase_if(methods, [&](const std::string& method) {
           return method == key.kind || (is_rsa && method.starts_with("rsa-"));
         }) > 0;
}

HostKey host_key_of(ssh_session session) {
  ssh_key shown = nullptr;
  if (::ssh_get_server_publickey(session, &shown) != SSH_OK) return {};
  const std::unique_ptr<ssh_key_struct, EndKey> key(shown);
  const char* kind = ::ssh_key_type_to_char(::ssh_key_type(key.get()));
  return {.kind = kind == nullptr ? std::string() : std::string(kind), .fingerprint = fingerprint_of(key.get())};
}

bool is_same_fingerprint(std::string_view a, std::string_view b) { return without_padding(a) == without_padding(b); }

}  // namespace sightglass::sources::sftp
