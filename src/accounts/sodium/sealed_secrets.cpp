#include "accounts/sealed_secrets.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include <stdexcept>

#include "accounts/secret_file.hpp"
#include "accounts/secrets.hpp"

namespace sightglass::accounts {
namespace {

constexpr std::size_t key_bytes = crypto_aead_xchacha20poly1305_ietf_KEYBYTES;
constexpr std::size_t nonce_bytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t tag_bytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
// Before the nonce, so that another scheme can be told from this one some day.
constexpr char scheme = 1;

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* bytes_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

std::unexpected<core::Error> not_ours() {
  return core::fail(core::ErrorCode::conflict,
                    "A stored secret cannot be opened: it was sealed with another key than this server's "
                    "keys/secrets.key. Bring that file back, or enter the secret anew.");
}

}  // namespace

core::Result<SealedSecrets> SealedSecrets::open(const std::filesystem::path& key_file) {
  if (sodium_init() < 0) throw std::runtime_error("libsodium cannot start");
  SG_ASSIGN(auto key, read_or_make_secret(key_file, [] { return random_bytes(key_bytes); }));
  if (key.size() != key_bytes)
    return core::fail(core::internal_error(
        fmt::format("{} is no key: it has {} bytes instead of {}.", key_file.string(), key.size(), key_bytes)));
  return SealedSecrets(std::move(key));
}

std::string SealedSecrets::seal(std::string_view secret, std::string_view purpose) const {
  std::string sealed(1 + nonce_bytes + secret.size() + tag_bytes, '\0');
  sealed[0] = scheme;
  unsigned char* const nonce = bytes_of(sealed) + 1;
  randombytes_buf(nonce, nonce_bytes);
  crypto_aead_xchacha20poly1305_ietf_encrypt(nonce + nonce_bytes, nullptr, bytes_of(secret), secret.size(),
                                             bytes_of(purpose), purpose.size(), nullptr, nonce, bytes_of(key_));
  return sealed;
}

core::Result<std::string> SealedSecrets::unseal(std::string_view sealed, std::string_view purpose) const {
  if (sealed.size() < 1 + nonce_bytes + tag_bytes || sealed[0] != scheme) return not_ours();
  const auto text = sealed.substr(1 + nonce_bytes);
  std::string secret(text.size() - tag_bytes, '\0');
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(bytes_of(secret), nullptr, nullptr, bytes_of(text), text.size(),
                                                 bytes_of(purpose), purpose.size(), bytes_of(sealed) + 1,
                                                 bytes_of(key_)) != 0)
    return not_ours();
  return secret;
}

}  // namespace sightglass::accounts
