#include <sodium.h>

#include <stdexcept>

#include "accounts/credential_cache.hpp"

namespace sightglass::accounts {

static_assert(crypto_shorthash_siphashx24_BYTES == sizeof(CredentialHash::Value));

CredentialHash::CredentialHash() {
  static_assert(crypto_shorthash_siphashx24_KEYBYTES == sizeof(key_));
  if (sodium_init() < 0) throw std::runtime_error("libsodium cannot start");
  randombytes_buf(key_.data(), key_.size());
}

CredentialHash::Value CredentialHash::operator()(std::string_view credential) const {
  Value value;
  crypto_shorthash_siphashx24(reinterpret_cast<unsigned char*>(value.data()),
                              reinterpret_cast<const unsigned char*>(credential.data()), credential.size(),
                              key_.data());
  return value;
}

}  // namespace sightglass::accounts
