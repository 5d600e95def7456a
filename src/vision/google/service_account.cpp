#include "vision/google/service_account.hpp"

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <boost/json.hpp>

#include <vector>

#include "core/json_writer.hpp"

namespace sightglass::vision::google {
namespace {

using core::Result;

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
struct FreeBio {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
struct FreeKey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};

// RFC 4648, section 5, without padding.
std::string base64url(std::string_view bytes) {
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string text;
  std::uint32_t held = 0;
  int bits = 0;
  for (const char byte : bytes) {
    held = held << 8 | static_cast<unsigned char>(byte);
    for (bits += 8; bits >= 6; bits -= 6) text += digits[held >> (bits - 6) & 63];
  }
  if (bits > 0) text += digits[held << (6 - bits) & 63];
  return text;
}

core::Error wrong(std::string_view member, std::string_view why) {
  return core::invalid_input(std::string(member),
                             fmt::format("the key file of the service account: {} {}", member, why));
}

Result<std::string> text_of(const boost::json::object& from, std::string_view member) {
  const auto* value = from.if_contains(member);
  if (value == nullptr || !value->is_string() || value->as_string().empty())
    return core::fail(wrong(member, "is missing"));
  return std::string(value->as_string());
}

// What anybody on the way could read is sent nowhere but to this machine itself.
bool is_safe_address(std::string_view url) {
  return url.starts_with("https://") || url.starts_with("http://127.0.0.1:") || url.starts_with("http://[::1]:") ||
         url.starts_with("http://localhost:");
}

}  // namespace

struct ServiceAccount::Key {
  std::unique_ptr<EVP_PKEY, FreeKey> key{};
};

Result<ServiceAccount> ServiceAccount::parse(std::string_view json) {
  boost::system::error_code error;
  const auto value = boost::json::parse(json, error);
  if (error || !value.is_object()) return core::fail(wrong("the file", "is no JSON object"));
  const auto& root = value.as_object();
  SG_ASSIGN(const auto type, text_of(root, "type"));
  if (type != "service_account") return core::fail(wrong("type", "must be service_account"));
  ServiceAccount account;
  SG_ASSIGN(account.email_, text_of(root, "client_email"));
  SG_ASSIGN(account.key_id_, text_of(root, "private_key_id"));
  SG_ASSIGN(account.token_uri_, text_of(root, "token_uri"));
  if (!is_safe_address(account.token_uri_)) return core::fail(wrong("token_uri", "must begin with https://"));
  SG_ASSIGN(const auto pem, text_of(root, "private_key"));
  const std::unique_ptr<BIO, FreeBio> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  auto key = std::make_shared<Key>();
  key->key.reset(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr));
  if (!key->key || EVP_PKEY_base_id(key->key.get()) != EVP_PKEY_RSA)
    return core::fail(wrong("private_key", "is no RSA key in PEM"));
  account.key_ = std::move(key);
  return account;
}

Result<std::string> ServiceAccount::assertion(std::string_view scope, core::Instant now) const {
  constexpr std::int64_t lifetime = 3600;  // seconds; the longest that Google takes
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
  std::string header;
  core::JsonWriter(header)
      .begin_object()
      .member("alg", "RS256")
      .member("typ", "JWT")
      .member("kid", key_id_)
      .end_object();
  std::string claims;
  core::JsonWriter(claims)
      .begin_object()
      .member("iss", email_)
      .member("scope", scope)
      .member("aud", token_uri_)
      .member("iat", seconds)
      .member("exp", seconds + lifetime)
      .end_object();
  std::string text = base64url(header) + "." + base64url(claims);
  const std::unique_ptr<EVP_MD_CTX, FreeContext> context(EVP_MD_CTX_new());
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  std::size_t length = 0;
  if (!context || EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_->key.get()) != 1 ||
      EVP_DigestSign(context.get(), nullptr, &length, bytes, text.size()) != 1)
    return core::fail(core::internal_error("the key of the service account cannot sign"));
  std::string signature(length, '\0');
  if (EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &length, bytes, text.size()) !=
      1)
    return core::fail(core::internal_error("the key of the service account cannot sign"));
  signature.resize(length);
  return text + "." + base64url(signature);
}

}  // namespace sightglass::vision::google
