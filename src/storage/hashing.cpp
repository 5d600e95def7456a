#include "storage/hashing.hpp"

#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <vector>

namespace sightglass::storage {
namespace {

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using ContextHandle = std::unique_ptr<EVP_MD_CTX, FreeContext>;

// OpenSSL only fails here when memory is gone or its providers are broken: nothing a caller could handle.
void require(bool succeeded) {
  if (!succeeded) throw std::runtime_error("OpenSSL could not compute a hash");
}

ContextHandle make_context() {
  ContextHandle context(EVP_MD_CTX_new());
  require(context != nullptr);
  return context;
}

}  // namespace

struct Sha256Hasher::Context {
  ContextHandle handle = make_context();
};

Sha256Hasher::Sha256Hasher() : context_(std::make_unique<Context>()) {
  require(EVP_DigestInit_ex(context_->handle.get(), EVP_sha256(), nullptr) == 1);
}
Sha256Hasher::Sha256Hasher(Sha256Hasher&&) noexcept = default;
Sha256Hasher& Sha256Hasher::operator=(Sha256Hasher&&) noexcept = default;
Sha256Hasher::~Sha256Hasher() = default;

void Sha256Hasher::update(std::span<const std::byte> bytes) {
  require(EVP_DigestUpdate(context_->handle.get(), bytes.data(), bytes.size()) == 1);
}

core::Sha256 Sha256Hasher::value() const {
  // Finishing ends a context, so a copy is finished and the hasher goes on.
  const ContextHandle copy = make_context();
  require(EVP_MD_CTX_copy_ex(copy.get(), context_->handle.get()) == 1);
  core::Sha256 hash;
  require(EVP_DigestFinal_ex(copy.get(), hash.bytes.data(), nullptr) == 1);
  return hash;
}

struct Digest::Context {
  ContextHandle handle = make_context();
};

Digest::Digest(DigestKind kind) : context_(std::make_unique<Context>()) {
  const EVP_MD* algorithm = kind == DigestKind::sha1 ? EVP_sha1() : EVP_sha256();
  require(EVP_DigestInit_ex(context_->handle.get(), algorithm, nullptr) == 1);
}
Digest::Digest(Digest&&) noexcept = default;
Digest& Digest::operator=(Digest&&) noexcept = default;
Digest::~Digest() = default;

void Digest::update(std::string_view bytes) {
  require(EVP_DigestUpdate(context_->handle.get(), bytes.data(), bytes.size()) == 1);
}

std::string Digest::value() const {
  const ContextHandle copy = make_context();
  require(EVP_MD_CTX_copy_ex(copy.get(), context_->handle.get()) == 1);
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned int length = 0;
  require(EVP_DigestFinal_ex(copy.get(), bytes.data(), &length) == 1);
  return {reinterpret_cast<const char*>(bytes.data()), length};
}

core::Sha256 sha256_of(std::string_view bytes) {
  Sha256Hasher hasher;
  hasher.update(bytes);
  return hasher.value();
}

core::Sha256 hmac_sha256(std::string_view key, std::string_view text) {
  core::Sha256 code;
  require(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
               reinterpret_cast<const unsigned char*>(text.data()), text.size(), code.bytes.data(),
               nullptr) != nullptr);
  return code;
}

core::Result<core::Sha256> sha256_of_file(int fd) {
  Sha256Hasher hasher;
  std::vector<std::byte> buffer(256 << 10);
  for (off_t offset = 0;;) {
    const ssize_t got = ::pread(fd, buffer.data(), buffer.size(), offset);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return core::fail(core::internal_error("A stored file could not be read.", std::strerror(errno)));
    if (got == 0) return hasher.value();
    hasher.update(std::span(buffer).first(static_cast<std::size_t>(got)));
    offset += got;
  }
}

}  // namespace sightglass::storage
