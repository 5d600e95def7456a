// The keys that SSH servers show, and how they are told apart.
#pragma once

#include <libssh/libssh.h>

#include <string>
#include <string_view>
#include <vector>

namespace sightglass::sources::sftp {

struct HostKey {
  std::string kind{};         // "ssh-ed25519", "ssh-rsa", …
  std::string fingerprint{};  // "SHA256:…" as ssh-keygen -l shows it
};

// All by which a server may show that a key is its own, the ones to prefer first.
const std::vector<std::string>& all_key_methods();
// Takes out those that such a key could be shown by; false when there were none.
bool remove_methods_of(const HostKey& key, std::vector<std::string>& methods);

// Empty before hands were shaken.
HostKey host_key_of(ssh_session session);

// With or without the padding of base64.
bool is_same_fingerprint(std::string_view a, std::string_view b);

}  // namespace sightglass::sources::sftp
