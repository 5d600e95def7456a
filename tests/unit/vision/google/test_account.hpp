// A service account with a key of its own, made anew for each run of the tests.
#pragma once

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <memory>
#include <string>

#include "core/json_writer.hpp"

namespace sightglass::vision::google {

inline EVP_PKEY* test_key() {
  static const std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key(EVP_RSA_gen(2048), EVP_PKEY_free);
  return key.get();
}

inline std::string test_account(std::string_view token_uri = "https://oauth2.example/token") {
  const std::unique_ptr<BIO, int (*)(BIO*)> bio(BIO_new(BIO_s_mem()), BIO_free);
  PEM_write_bio_PrivateKey(bio.get(), test_key(), nullptr, nullptr, 0, nullptr, nullptr);
  char* text = nullptr;
  const auto length = BIO_get_mem_data(bio.get(), &text);
  std::string json;
  core::JsonWriter(json)
      .begin_object()
      .member("type", "service_account")
      .member("client_email", "inspector@example.iam")
      .member("private_key_id", "key-1")
      .member("private_key", std::string(text, static_cast<std::size_t>(length)))
      .member("token_uri", token_uri)
      .end_object();
  return json;
}

}  // namespace sightglass::vision::google
