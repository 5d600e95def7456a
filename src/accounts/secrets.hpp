// The small cryptographic building blocks of accounts: random bytes, digests, comparison without a timing trace.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/sha256.hpp"

namespace sightglass::accounts {

// From the operating system's generator. Throws std::runtime_error when it fails, which no caller can mend.
std::string random_bytes(std::size_t size);
core::Sha256 sha256_of(std::string_view bytes);
// 32 raw bytes (RFC 2104 with SHA-256).
std::string hmac_sha256(std::string_view key, std::string_view message);
// Takes the same time wherever the first difference is; the lengths are no secret.
bool equal_in_constant_time(std::string_view a, std::string_view b);
bool equal_in_constant_time(const core::Sha256& a, const core::Sha256& b);
// RFC 4648, section 5, without padding: 43 characters for 32 bytes.
std::string to_base64url(std::string_view bytes);

}  // namespace sightglass::accounts
