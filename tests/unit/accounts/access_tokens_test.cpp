#include "accounts/access_tokens.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "accounts/secrets.hpp"
#include "unit/accounts/tests_support.hpp"

namespace sightglass::accounts {
namespace {

const std::string key(32, 'k');
const core::Instant now = core::from_micros(1'790'000'000'000'000);

AccessClaims claims() {
  return {.user = core::UserId::make(now),
          .name = "ada",
          .role = core::Role::reviewer,
          .generation = 3,
          .session = core::SessionId::make(now),
          .issued_at = now,
          .expires_at = now + std::chrono::minutes(15)};
}

std::string forged(std::string_view header, std::string_view payload, std::string_view signing_key) {
  const auto text = to_base64url(header) + "." + to_base64url(payload);
  return text + "." + to_base64url(hmac_sha256(signing_key, text));
}

std::string payload_of(const AccessClaims& c, std::string_view issuer = "sightglass") {
  return R"({"sub":")" + c.user.to_string() + R"(","name":"ada","role":"administrator","gen":3,"sid":")" +
         c.session.to_string() + R"(","iat":1790000000,"exp":1790000900,"iss":")" + std::string(issuer) + R"("})";
}

bool is_refused(const core::Result<AccessClaims>& result) {
  return !result && result.error().code == core::ErrorCode::unauthenticated;
}

TEST(AccessTokens, say_what_was_signed) {
  const AccessTokens tokens(key);
  const auto signed_claims = claims();
  const auto read = tokens.verify(tokens.sign(signed_claims).value(), now).value();
  EXPECT_EQ(read.user, signed_claims.user);
  EXPECT_EQ(read.name, "ada");
  EXPECT_EQ(read.role, core::Role::reviewer);
  EXPECT_EQ(read.generation, 3);
  EXPECT_EQ(read.session, signed_claims.session);
  EXPECT_EQ(read.issued_at, now);
  EXPECT_EQ(read.expires_at, now + std::chrono::minutes(15));
}

TEST(AccessTokens, of_equal_claims_differ) {
  const AccessTokens tokens(key);
  const auto same = claims();
  EXPECT_NE(tokens.sign(same).value(), tokens.sign(same).value());
}

TEST(AccessTokens, accept_a_token_in_the_form_others_write_too) {
  const AccessTokens tokens(key);
  EXPECT_TRUE(tokens.verify(forged(R"({"alg":"HS256","typ":"JWT"})", payload_of(claims()), key), now).has_value());
}

TEST(AccessTokens, refuse_another_key) {
  const AccessTokens tokens(key);
  const AccessTokens stranger(std::string(32, 'x'));
  EXPECT_TRUE(is_refused(tokens.verify(stranger.sign(claims()).value(), now)));
}

TEST(AccessTokens, refuse_the_algorithm_none_with_and_without_a_signature) {
  const AccessTokens tokens(key);
  for (const auto* header : {R"({"alg":"none","typ":"JWT"})", R"({"alg":"None"})", R"({"typ":"JWT"})"}) {
    const auto unsigned_text = to_base64url(header) + "." + to_base64url(payload_of(claims()));
    EXPECT_TRUE(is_refused(tokens.verify(unsigned_text + ".", now)));
    EXPECT_TRUE(is_refused(tokens.verify(unsigned_text, now)));
    EXPECT_TRUE(is_refused(tokens.verify(forged(header, payload_of(claims()), key), now)));
    EXPECT_TRUE(is_refused(tokens.verify(forged(header, payload_of(claims()), ""), now)));
  }
}

TEST(AccessTokens, refuse_other_algorithms_even_when_signed_with_the_right_key) {
  const AccessTokens tokens(key);
  for (const auto* header : {R"({"alg":"RS256","typ":"JWT"})", R"({"alg":"HS512","typ":"JWT"})", R"({"alg":"ES256"})",
                             R"({"alg":7})", R"({"alg":["HS256"]})"})
    EXPECT_TRUE(is_refused(tokens.verify(forged(header, payload_of(claims()), key), now))) << header;
}

TEST(AccessTokens, refuse_another_issuer_and_missing_or_mistyped_claims) {
  const AccessTokens tokens(key);
  const std::string header = R"({"alg":"HS256","typ":"JWT"})";
  EXPECT_TRUE(is_refused(tokens.verify(forged(header, payload_of(claims(), "somebody"), key), now)));
  for (const auto* payload : {"{}", "[]", "7", "null", "not json", R"({"sub":7})",
                              R"({"sub":"x","name":"a","role":"king","gen":0,"sid":"x","iat":1,"exp":2})"})
    EXPECT_TRUE(is_refused(tokens.verify(forged(header, payload, key), now))) << payload;
}

TEST(AccessTokens, end_when_they_say_give_or_take_the_leeway) {
  const AccessTokens tokens(key);
  const auto token = tokens.sign(claims()).value();
  const auto end = now + std::chrono::minutes(15);
  EXPECT_TRUE(tokens.verify(token, end + std::chrono::seconds(4)).has_value());
  EXPECT_TRUE(is_refused(tokens.verify(token, end + std::chrono::seconds(5))));
  EXPECT_TRUE(tokens.verify(token, now - std::chrono::seconds(5)).has_value());
  EXPECT_TRUE(is_refused(tokens.verify(token, now - std::chrono::seconds(6))));
}

TEST(AccessTokens, refuse_any_changed_character) {
  const AccessTokens tokens(key);
  const auto token = tokens.sign(claims()).value();
  for (std::size_t at = 0; at < token.size(); ++at) {
    auto changed = token;
    changed[at] = changed[at] == 'A' ? 'B' : 'A';
    EXPECT_TRUE(is_refused(tokens.verify(changed, now))) << at;
  }
}

TEST(AccessTokens, refuse_garbage) {
  const AccessTokens tokens(key);
  const auto good = tokens.sign(claims()).value();
  for (const std::string& text : {std::string(), std::string("."), std::string(".."), std::string("..."),
                                  std::string("a.b.c"), std::string("\xff\xfe.\x80.x"), std::string(3, '\0'),
                                  good + ".", good + "=", good + " ", "." + good, std::string(4096, '.')})
    EXPECT_TRUE(is_refused(tokens.verify(text, now)));
}

TEST(AccessTokens, refuse_a_token_of_more_than_four_kilobytes) {
  const AccessTokens tokens(key);
  auto large = claims();
  large.name.assign(5000, 'a');
  const auto token = tokens.sign(large).value();
  ASSERT_GT(token.size(), AccessTokens::max_token_bytes);
  EXPECT_TRUE(is_refused(tokens.verify(token, now)));
}

TEST(AccessTokens, derive_keys_that_differ_by_purpose) {
  const AccessTokens tokens(key);
  EXPECT_EQ(tokens.derive_key("a").size(), 32U);
  EXPECT_NE(tokens.derive_key("a"), tokens.derive_key("b"));
  EXPECT_NE(tokens.derive_key("a"), key);
}

class SigningKeyFile : public testing::Test {
 protected:
  TemporaryFolder folder_;
  std::filesystem::path file_ = folder_.path() / "keys" / "jwt.key";

  unsigned mode_of(const std::filesystem::path& path) {
    struct stat status{};
    EXPECT_EQ(::stat(path.c_str(), &status), 0);
    return status.st_mode & 07777U;
  }
};

TEST_F(SigningKeyFile, is_made_once_and_only_for_its_owner) {
  const auto first = AccessTokens::open(file_).value();
  EXPECT_EQ(mode_of(file_), 0600U);
  EXPECT_EQ(mode_of(file_.parent_path()), 0700U);
  EXPECT_EQ(std::filesystem::file_size(file_), 32U);
  const auto second = AccessTokens::open(file_).value();
  EXPECT_TRUE(second.verify(first.sign(claims()).value(), now).has_value());
}

TEST_F(SigningKeyFile, leaves_no_temporary_file) {
  ASSERT_TRUE(AccessTokens::open(file_).has_value());
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(file_.parent_path()), {}), 1);
}

TEST_F(SigningKeyFile, is_refused_when_others_may_read_it) {
  ASSERT_TRUE(AccessTokens::open(file_).has_value());
  ::chmod(file_.c_str(), 0644);
  const auto opened = AccessTokens::open(file_);
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().code, core::ErrorCode::permission_denied);
  EXPECT_NE(opened.error().message.find("chmod 600"), std::string::npos);
}

TEST_F(SigningKeyFile, is_refused_when_it_is_too_short) {
  std::filesystem::create_directories(file_.parent_path());
  std::ofstream(file_) << "short";
  ::chmod(file_.c_str(), 0600);
  const auto opened = AccessTokens::open(file_);
  ASSERT_FALSE(opened.has_value());
  EXPECT_NE(opened.error().message.find("5 bytes"), std::string::npos);
}

TEST_F(SigningKeyFile, is_refused_when_it_is_a_link_or_a_folder) {
  std::filesystem::create_directories(file_);
  EXPECT_FALSE(AccessTokens::open(file_).has_value());
  std::filesystem::remove(file_);
  std::ofstream(folder_.path() / "elsewhere") << std::string(32, 'e');
  std::filesystem::create_symlink(folder_.path() / "elsewhere", file_);
  EXPECT_FALSE(AccessTokens::open(file_).has_value());
}

}  // namespace
}  // namespace sightglass::accounts
