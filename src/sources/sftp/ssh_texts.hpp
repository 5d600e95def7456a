// What libssh2's numbers mean to us, and how fingerprints compare.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "sources/gateway.hpp"

namespace sightglass::sources::sftp {

// "SHA256:…" as ssh-keygen -l shows it, with or without the padding of base64.
bool is_same_fingerprint(std::string_view a, std::string_view b);

// Whether an error of libssh2 says that nobody is at the other end any more.
bool is_lost_connection(int code);

// `status` is SFTP's own number where `code` says that there is one.
std::unexpected<Failure> describe_failure(int code, unsigned long status, std::string_view host, std::string cause);

}  // namespace sightglass::sources::sftp
