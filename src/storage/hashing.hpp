// Computes SHA-256 over bytes as they come.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
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

core::Sha256 sha256_of(std::string_view bytes);
// Of a whole regular file, read from offset 0 whatever the descriptor's position. Blocks.
// internal when reading fails.
core::Result<core::Sha256> sha256_of_file(int fd);

}  // namespace sightglass::storage
