// Secrets of others that this installation must be able to use, such as the password of a broker: in the database they
// are sealed with a key that is in a file beside it.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

#include "core/result.hpp"

namespace sightglass::accounts {

// XChaCha20-Poly1305 with a random nonce before each text. Immutable: thread-safe.
class SealedSecrets {
 public:
  // Of the key in the file (32 bytes, mode 0600), which is made where it is absent. Errors: internal for a file that is
  // no key, or cannot be made or read.
  static core::Result<SealedSecrets> open(const std::filesystem::path& key_file);

  // `purpose` is bound to the sealed text: "output <id>". Not empty.
  std::string seal(std::string_view secret, std::string_view purpose) const;
  // conflict, in words for an administrator, for what was sealed with another key or for another purpose.
  core::Result<std::string> unseal(std::string_view sealed, std::string_view purpose) const;

 private:
  explicit SealedSecrets(std::string key) : key_(std::move(key)) {}
  std::string key_;
};

}  // namespace sightglass::accounts
