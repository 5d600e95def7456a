// A Google service account: its key file, and the signed statements that are exchanged for access tokens.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "core/time.hpp"

namespace sightglass::vision::google {

// Immutable: thread-safe. Never printed.
class ServiceAccount {
 public:
  // The JSON that Google's console gives out: "type" service_account, client_email, private_key (PEM, PKCS #8),
  // private_key_id, token_uri. Errors: invalid_input naming the member; the token_uri must be https, or http on
  // loopback.
  static core::Result<ServiceAccount> parse(std::string_view json);

  const std::string& email() const { return email_; }
  const std::string& token_uri() const { return token_uri_; }
  // A JWT (RFC 7519) signed with RS256 (RFC 7515, appendix A.2) that asks for `scope`, good for an hour from `now`.
  // Errors: internal when the key cannot sign.
  core::Result<std::string> assertion(std::string_view scope, core::Instant now) const;

 private:
  struct Key;
  std::string email_{}, key_id_{}, token_uri_{};
  std::shared_ptr<const Key> key_{};  // shared by copies: OpenSSL's keys are counted anyway
};

}  // namespace sightglass::vision::google
