#include <gtest/gtest.h>

#include "accounts/credential_cache.hpp"
#include "accounts/rate_limit.hpp"
#include "accounts/secrets.hpp"
#include "accounts/token_text.hpp"

namespace sightglass::accounts {
namespace {

using std::chrono::seconds;
const core::Instant start = core::from_micros(1'790'000'000'000'000);

TEST(Secrets, agree_with_published_vectors) {
  // FIPS 180-4 example "abc"; RFC 4231, case 2; RFC 4648, section 10.
  EXPECT_EQ(sha256_of("abc").to_hex(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(to_base64url(hmac_sha256("Jefe", "what do ya want for nothing?")),
            "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM");
  EXPECT_EQ(to_base64url("foob"), "Zm9vYg");
  EXPECT_EQ(to_base64url("\xfb\xff\xfe"), "-__-");
}

TEST(Secrets, compare_whole_texts) {
  EXPECT_TRUE(equal_in_constant_time("abc", "abc"));
  EXPECT_FALSE(equal_in_constant_time("abc", "abd"));
  EXPECT_FALSE(equal_in_constant_time("abc", "ab"));
  EXPECT_TRUE(equal_in_constant_time("", ""));
}

TEST(TokenText, comes_back_as_it_was_written) {
  const auto session = core::SessionId::make(start);
  const std::string secret(43, '_');
  const std::string refresh_secret = std::string(43, '_') + "-";
  const auto written = refresh_text(session, 17, refresh_secret);
  const auto refresh = parse_refresh_text(written).value();
  EXPECT_EQ(refresh.session, session);
  EXPECT_EQ(refresh.rotation, 17);
  EXPECT_EQ(refresh.secret, refresh_secret);
  const auto token = core::ServiceTokenId::make(start);
  const auto service = service_text(token, secret);
  EXPECT_EQ(parse_service_text(service).value().token, token);
  EXPECT_EQ(parse_service_text(service).value().secret, secret);
  const auto cookie = cookie_text(session, secret);
  EXPECT_EQ(parse_cookie_text(cookie).value().session, session);
}

TEST(TokenText, refuses_what_we_never_wrote) {
  const std::string hex(32, '0');
  const std::string secret(43, 'a');
  for (const auto& text :
       {std::string(), std::string("sgr_"), "sgr_" + hex, "sgr_" + hex + "_", "sgr_" + hex + "__" + secret,
        "sgr_" + hex + "_-1_" + secret + "a", "sgr_" + hex + "_1x_" + secret + "a",
        "sgr_" + hex + "_99999999999999999999_" + secret + "a", "sgr_" + hex + "_1_" + secret,
        "sgt_" + hex + "_1_" + secret + "a", "sgr_" + std::string(32, 'g') + "_1_" + secret + "a"})
    EXPECT_FALSE(parse_refresh_text(text).has_value()) << text;
  for (const auto& text :
       {std::string("sgt_"), "sgt_" + hex + secret, "sgt_" + hex + "_" + secret + "a",
        "sgt_" + hex + "_" + std::string(43, '+'), hex + "_" + secret, "sgt_" + std::string(32, '-') + "_" + secret})
    EXPECT_FALSE(parse_service_text(text).has_value()) << text;
}

TEST(TokenText, finds_the_session_cookie_among_others) {
  EXPECT_EQ(session_cookie_in("sightglass_session=abc"), "abc");
  EXPECT_EQ(session_cookie_in("a=1; sightglass_session=abc; b=2"), "abc");
  EXPECT_EQ(session_cookie_in("xsightglass_session=no;sightglass_session=yes"), "yes");
  EXPECT_EQ(session_cookie_in("sightglass_session_old=1"), "");
  EXPECT_EQ(session_cookie_in(";;; ;"), "");
  EXPECT_EQ(session_cookie_in(""), "");
}

TEST(RateLimit, refuses_after_its_capacity_and_says_so_once) {
  RateLimit limit(3);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(limit.take("a", start), RateLimit::Verdict::allowed);
  EXPECT_EQ(limit.take("a", start), RateLimit::Verdict::first_refused);
  EXPECT_EQ(limit.take("a", start), RateLimit::Verdict::refused);
  EXPECT_EQ(limit.take("b", start), RateLimit::Verdict::allowed);
}

TEST(RateLimit, refills_with_time_and_says_how_long) {
  RateLimit limit(3);  // one in 20 s
  for (int i = 0; i < 4; ++i) limit.take("a", start);
  EXPECT_EQ(limit.wait("a", start), seconds(20));
  EXPECT_EQ(limit.wait("a", start + seconds(15)), seconds(5));
  EXPECT_EQ(limit.take("a", start + seconds(19)), RateLimit::Verdict::refused);
  EXPECT_EQ(limit.take("a", start + seconds(20)), RateLimit::Verdict::allowed);
  EXPECT_EQ(limit.take("a", start + seconds(20)), RateLimit::Verdict::first_refused);
  EXPECT_EQ(limit.wait("never seen", start), seconds(0));
}

TEST(RateLimit, never_holds_more_than_its_capacity) {
  RateLimit limit(2);
  limit.give_back("a", start);
  limit.give_back("a", start);
  EXPECT_EQ(limit.take("a", start + std::chrono::hours(1)), RateLimit::Verdict::allowed);
  EXPECT_EQ(limit.take("a", start + std::chrono::hours(1)), RateLimit::Verdict::allowed);
  EXPECT_EQ(limit.take("a", start + std::chrono::hours(1)), RateLimit::Verdict::first_refused);
}

TEST(RateLimit, stays_bounded_and_drops_only_those_who_did_nothing_lately) {
  RateLimit limit(2, 10);
  limit.take("guilty", start);
  limit.take("guilty", start);
  for (int i = 0; i < 100; ++i) limit.take("name " + std::to_string(i), start);
  EXPECT_LE(limit.size(), 11U);
  EXPECT_NE(limit.take("guilty", start), RateLimit::Verdict::allowed);
  EXPECT_NE(limit.take("the hundred and first", start), RateLimit::Verdict::allowed) << "shares the common bucket";
  EXPECT_EQ(limit.take("later", start + std::chrono::minutes(2)), RateLimit::Verdict::allowed);
}

TEST(RateLimit, counts_a_whole_subscriber_network_as_one) {
  EXPECT_EQ(network_of("192.0.2.7"), "192.0.2.7");
  EXPECT_EQ(network_of("2001:db8:1:2:3:4:5:6"), network_of("2001:db8:1:2::99"));
  EXPECT_NE(network_of("2001:db8:1:2::1"), network_of("2001:db8:1:3::1"));
  EXPECT_NE(network_of("::ffff:192.0.2.7"), network_of("::ffff:192.0.2.8"));
  EXPECT_EQ(network_of("unix"), "unix");
}

Remembered entry(const char* name, core::Instant until) {
  Remembered remembered;
  remembered.caller.name = name;
  remembered.until = until;
  return remembered;
}

TEST(CredentialCache, remembers_until_the_time_given) {
  CredentialCache cache;
  cache.remember("token", entry("ada", start + seconds(10)), cache.epoch(), start);
  EXPECT_EQ(cache.find("token", start + seconds(9)).value().caller.name, "ada");
  EXPECT_FALSE(cache.find("token", start + seconds(10)).has_value());
  EXPECT_FALSE(cache.find("tokem", start).has_value());
}

TEST(CredentialCache, forgets_everything_at_once) {
  CredentialCache cache;
  cache.remember("token", entry("ada", start + seconds(10)), cache.epoch(), start);
  cache.forget();
  EXPECT_FALSE(cache.find("token", start).has_value());
}

TEST(CredentialCache, keeps_nothing_that_was_read_before_it_was_told_to_forget) {
  CredentialCache cache;
  const auto epoch = cache.epoch();
  cache.forget();
  cache.remember("token", entry("ada", start + seconds(10)), epoch, start);
  EXPECT_FALSE(cache.find("token", start).has_value());
}

TEST(CredentialCache, stays_bounded_under_many_credentials) {
  CredentialCache cache;
  std::size_t kept = 0;
  for (int i = 0; i < 40'000; ++i)
    cache.remember("token " + std::to_string(i), entry("ada", start + seconds(10)), cache.epoch(), start);
  for (int i = 0; i < 40'000; ++i) kept += cache.find("token " + std::to_string(i), start).has_value() ? 1 : 0;
  EXPECT_LE(kept, 16 * CredentialCache::most_per_shard);
  EXPECT_GT(kept, 0U);
}

}  // namespace
}  // namespace sightglass::accounts
