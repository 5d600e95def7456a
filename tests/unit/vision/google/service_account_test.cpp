#include "vision/google/service_account.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "unit/vision/google/test_account.hpp"

namespace sightglass::vision::google {
namespace {

std::string from_base64url(std::string_view text) {
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string bytes;
  std::uint32_t held = 0;
  int bits = 0;
  for (const char c : text) {
    held = held << 6 | static_cast<std::uint32_t>(digits.find(c));
    if ((bits += 6) < 8) continue;
    bits -= 8;
    bytes += static_cast<char>(held >> bits & 0xff);
  }
  return bytes;
}

std::string without(std::string_view member) {
  auto json = boost::json::parse(test_account()).as_object();
  json.erase(member);
  return boost::json::serialize(json);
}

TEST(ServiceAccount, signs_a_statement_that_its_public_key_verifies) {
  const auto account = ServiceAccount::parse(test_account());
  ASSERT_TRUE(account) << account.error().message;
  const auto jwt = account->assertion("the scope", core::from_micros(1'700'000'000'000'000));
  ASSERT_TRUE(jwt);
  const auto first = jwt->find('.');
  const auto second = jwt->rfind('.');
  const auto claims = boost::json::parse(from_base64url(jwt->substr(first + 1, second - first - 1)));
  EXPECT_EQ(claims.at("iss").as_string(), "inspector@example.iam");
  EXPECT_EQ(claims.at("scope").as_string(), "the scope");
  EXPECT_EQ(claims.at("aud").as_string(), "https://oauth2.example/token");
  EXPECT_EQ(claims.at("iat").as_int64(), 1'700'000'000);
  EXPECT_EQ(claims.at("exp").as_int64(), 1'700'003'600);
  const std::string signature = from_base64url(jwt->substr(second + 1));
  const std::string text = jwt->substr(0, second);
  const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  ASSERT_EQ(EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, test_key()), 1);
  EXPECT_EQ(EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(signature.data()), signature.size(),
                             reinterpret_cast<const unsigned char*>(text.data()), text.size()),
            1);
}

TEST(ServiceAccount, names_the_member_that_is_missing) {
  for (const auto* member : {"type", "client_email", "private_key_id", "private_key", "token_uri"}) {
    const auto account = ServiceAccount::parse(without(member));
    ASSERT_FALSE(account) << member;
    EXPECT_EQ(account.error().code, core::ErrorCode::invalid_input);
    EXPECT_EQ(account.error().field, member);
  }
}

TEST(ServiceAccount, sends_its_statement_over_https_or_to_this_machine_alone) {
  EXPECT_FALSE(ServiceAccount::parse(test_account("http://tokens.example/token")));
  EXPECT_FALSE(ServiceAccount::parse(test_account("http://127.0.0.1.example/token")));
  EXPECT_TRUE(ServiceAccount::parse(test_account("http://127.0.0.1:8080/token")));
}

TEST(ServiceAccount, refuses_what_is_no_key_file) {
  for (const auto* text : {"", "[]", "{", "null", R"({"type":"authorized_user"})"})
    EXPECT_FALSE(ServiceAccount::parse(text)) << text;
  auto json = boost::json::parse(test_account()).as_object();
  json["private_key"] = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
  const auto account = ServiceAccount::parse(boost::json::serialize(json));
  ASSERT_FALSE(account);
  EXPECT_EQ(account.error().field, "private_key");
}

}  // namespace
}  // namespace sightglass::vision::google
