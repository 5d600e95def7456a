// Computes SHA-256, and the digests that clients may choose, over bytes as they come.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "core/sha256.hpp"

namespace sightglass::storage {

// Not thread-safe. Moved-from hashers must not be used.
class Sha256Hasher {
 public:
  Sha256Hasher();
  Sha256Hasher(Sha256Hasher&&) noexcept;
  Sha256Hasher& operator=(Sha256Hasher&&) noexcept;
  ~Sha256Hasher();

  void update(std::span<const std::byte> bytes);
  void update(std::string_view bytes) { update(std::as_bytes(std::span(bytes))); }
  // Of everything so far; more may follow.
  core::Sha256 value() const;

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

// What a client may send along to prove bytes whole.
enum class DigestKind : std::uint8_t { sha1, sha256 };

// Not thread-safe. Moved-from digests must not be used.
class Digest {
 public:
  explicit Digest(DigestKind kind);
  Digest(Digest&&) noexcept;
  Digest& operator=(Digest&&) noexcept;
  ~Digest();

  void update(std::string_view bytes);
  // Of everything so far, as raw bytes: 20 for SHA-1, 32 for SHA-256.
  std::string value() const;

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

core::Sha256 sha256_of(std::string_view bytes);
// HMAC (RFC 2104) with SHA-256. Key and text are any bytes.
core::Sha256 hmac_sha256(std::string_view key, std::string_view text);
// Of a whole regular file, read from offset 0 whatever the descriptor's position. Blocks.
// internal when reading fails.
core::Result<core::Sha256> sha256_of_file(int fd);

}  // namespace sightglass::storage
