#include "accounts/sign_in.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <string>
#include <thread>

#include "accounts/token_text.hpp"
#include "unit/accounts/house.hpp"

namespace sightglass::accounts {
namespace {

using core::ErrorCode;
using core::Role;

class SigningIn : public testing::Test {
 protected:
  House house_;
  core::User ada_ = house_.add("Ada", Role::technician);

  ErrorCode refused_login(std::string_view name, std::string_view password) {
    return code_of(house_.sign_in.login(name, password, house_.origin));
  }
};

TEST_F(SigningIn, gives_tokens_that_speak_for_the_user) {
  const auto pair = house_.login("ada");  // any case
  EXPECT_EQ(pair.expires_in, std::chrono::minutes(15));
  const auto caller = house_.bearer(pair.access_token).value();
  EXPECT_EQ(caller.user_id, ada_.id);
  EXPECT_EQ(caller.name, "Ada");
  EXPECT_EQ(caller.role, Role::technician);
  EXPECT_EQ(caller.credential, Credential::access_token);
  EXPECT_TRUE(caller.session.has_value());
  EXPECT_EQ(house_.entries("auth.login").size(), 1U);
}

TEST_F(SigningIn, refuses_in_equal_words_whatever_was_wrong) {
  house_.add("disabled", Role::viewer);
  const auto id = house_.administration.find_user_by_name(command_line_caller(), "disabled").value().id;
  ASSERT_TRUE(
      house_.administration.change_user(command_line_caller(), id, {.is_disabled = true}, house_.origin).has_value());
  const auto wrong_password = house_.sign_in.login("ada", "wrong", house_.origin);
  const auto unknown_name = house_.sign_in.login("nobody", good_password, house_.origin);
  const auto disabled = house_.sign_in.login("disabled", good_password, house_.origin);
  EXPECT_EQ(code_of(wrong_password), ErrorCode::unauthenticated);
  EXPECT_EQ(code_of(unknown_name), ErrorCode::unauthenticated);
  EXPECT_EQ(code_of(disabled), ErrorCode::unauthenticated);
  EXPECT_EQ(wrong_password.error().message, unknown_name.error().message);
  EXPECT_EQ(wrong_password.error().message, disabled.error().message);
  EXPECT_EQ(house_.entries("auth.login_failed").size(), 3U);
}

TEST_F(SigningIn, audits_a_failed_name_cut_and_cleaned) {
  refused_login("evil\n\x1b[31m" + std::string(4000, 'x'), "wrong");
  const auto entries = house_.entries("auth.login_failed");
  ASSERT_EQ(entries.size(), 1U);
  EXPECT_LE(entries[0].actor.size(), 128U);
  EXPECT_TRUE(entries[0].actor.starts_with("evil??[31mxxx"));
  EXPECT_EQ(entries[0].actor_id, "");
  EXPECT_EQ(entries[0].peer, house_.origin.peer);
  EXPECT_EQ(entries[0].request_id, house_.origin.request_id);
}

TEST_F(SigningIn, is_refused_after_too_many_failures_until_the_bucket_refills) {
  for (int i = 0; i < 10; ++i) EXPECT_EQ(refused_login("ada", "wrong"), ErrorCode::unauthenticated);
  EXPECT_EQ(refused_login("ada", good_password), ErrorCode::quota_exceeded);
  EXPECT_EQ(refused_login("ada", good_password), ErrorCode::quota_exceeded);
  EXPECT_EQ(house_.sign_in.wait_before_login("ada", house_.origin.peer), std::chrono::seconds(6));
  EXPECT_EQ(house_.entries("auth.rate_limited").size(), 1U) << "a flood is written once";
  house_.clock.advance(std::chrono::seconds(6));
  EXPECT_EQ(house_.sign_in.wait_before_login("ada", house_.origin.peer), std::chrono::seconds(0));
  EXPECT_TRUE(house_.sign_in.login("ada", good_password, house_.origin).has_value());
}

TEST_F(SigningIn, lets_the_right_password_in_from_elsewhere_when_one_address_guesses) {
  for (int i = 0; i < 50; ++i) (void)house_.sign_in.login("ada", "wrong", {.peer = "198.51.100.1"});
  EXPECT_EQ(code_of(house_.sign_in.login("ada", good_password, {.peer = "198.51.100.1"})), ErrorCode::quota_exceeded);
  EXPECT_TRUE(house_.sign_in.login("ada", good_password, {.peer = "203.0.113.1"}).has_value());
  EXPECT_EQ(house_.sign_in.wait_before_login("ada", "203.0.113.1"), std::chrono::seconds(0));
}

TEST_F(SigningIn, lets_other_names_in_from_an_address_that_guesses_at_one) {
  for (int i = 0; i < 50; ++i) (void)house_.sign_in.login("somebody", "wrong", {.peer = "198.51.100.1"});
  EXPECT_TRUE(house_.sign_in.login("ada", good_password, {.peer = "198.51.100.1"}).has_value());
}

TEST_F(SigningIn, counts_failures_per_name_from_all_addresses) {
  for (int i = 0; i < 100; ++i) {
    const auto peer = "198.51.100." + std::to_string(i);
    (void)house_.sign_in.login("ADA", "wrong", {.peer = peer});
  }
  EXPECT_EQ(code_of(house_.sign_in.login("ada", good_password, {.peer = "203.0.113.1"})), ErrorCode::quota_exceeded);
}

TEST_F(SigningIn, counts_failures_per_address_over_all_names) {
  for (int i = 0; i < 100; ++i)
    (void)house_.sign_in.login("name" + std::to_string(i), "wrong", {.peer = "198.51.100.1"});
  EXPECT_EQ(code_of(house_.sign_in.login("ada", good_password, {.peer = "198.51.100.1"})), ErrorCode::quota_exceeded);
}

TEST_F(SigningIn, never_counts_successes) {
  for (int i = 0; i < 30; ++i) ASSERT_TRUE(house_.sign_in.login("ada", good_password, house_.origin).has_value());
}

TEST_F(SigningIn, renews_the_hash_when_the_cost_has_risen) {
  Passwords stronger({.passes = 2, .memory_bytes = 16384});
  SignIn sign_in(*house_.database, house_.tokens, house_.authenticator, house_.audit, stronger, house_.clock);
  ASSERT_TRUE(sign_in.login("ada", good_password, house_.origin).has_value());
  const auto user = house_.administration.find_user_by_name(command_line_caller(), "ada").value();
  EXPECT_FALSE(stronger.needs_rehash(user.password_hash));
  EXPECT_EQ(user.generation, ada_.generation) << "nobody is signed out by it";
  EXPECT_TRUE(sign_in.login("ada", good_password, house_.origin).has_value());
}

TEST_F(SigningIn, ends_with_the_log_out) {
  const auto pair = house_.login("ada");
  const auto caller = house_.bearer(pair.access_token).value();
  ASSERT_TRUE(house_.sign_in.logout(caller, house_.origin).has_value());
  EXPECT_EQ(code_of(house_.bearer(pair.access_token)), ErrorCode::unauthenticated);
  EXPECT_EQ(code_of(house_.sign_in.refresh(pair.refresh_token, house_.origin)), ErrorCode::unauthenticated);
  EXPECT_EQ(house_.entries("auth.logout").size(), 1U);
  EXPECT_TRUE(house_.sign_in.logout(Caller{}, house_.origin).has_value()) << "harmless without a session";
}

TEST_F(SigningIn, rotates_refresh_tokens_again_and_again) {
  auto pair = house_.login("ada");
  for (int i = 0; i < 5; ++i) {
    const auto next = house_.sign_in.refresh(pair.refresh_token, house_.origin);
    ASSERT_TRUE(next.has_value()) << next.error().message;
    EXPECT_NE(next->refresh_token, pair.refresh_token);
    EXPECT_TRUE(house_.bearer(next->access_token).has_value());
    pair = *next;
  }
}

TEST_F(SigningIn, revokes_the_whole_chain_when_a_refresh_token_is_used_twice) {
  const auto first = house_.login("ada");
  const auto second = house_.sign_in.refresh(first.refresh_token, house_.origin).value();
  EXPECT_TRUE(house_.bearer(second.access_token).has_value());
  EXPECT_EQ(code_of(house_.sign_in.refresh(first.refresh_token, house_.origin)), ErrorCode::unauthenticated);
  EXPECT_EQ(code_of(house_.sign_in.refresh(second.refresh_token, house_.origin)), ErrorCode::unauthenticated);
  EXPECT_EQ(code_of(house_.bearer(second.access_token)), ErrorCode::unauthenticated) << "at once, not in 10 s";
  const auto entries = house_.entries("auth.refresh_reused");
  ASSERT_EQ(entries.size(), 1U);
  EXPECT_EQ(entries[0].actor, "Ada");
}

TEST_F(SigningIn, leaves_other_chains_of_the_user_alone_on_reuse) {
  const auto stolen = house_.login("ada");
  const auto other = house_.login("ada");
  ASSERT_TRUE(house_.sign_in.refresh(stolen.refresh_token, house_.origin).has_value());
  EXPECT_FALSE(house_.sign_in.refresh(stolen.refresh_token, house_.origin).has_value());
  EXPECT_TRUE(house_.sign_in.refresh(other.refresh_token, house_.origin).has_value());
}

TEST_F(SigningIn, lets_nobody_revoke_a_chain_by_guessing_an_old_token) {
  const auto first = house_.login("ada");
  const auto second = house_.sign_in.refresh(first.refresh_token, house_.origin).value();
  const auto known = parse_refresh_text(first.refresh_token).value();
  const auto guess = refresh_text(known.session, 0, std::string(44, 'A'));
  const auto shifted = refresh_text(known.session, 7, known.secret);
  EXPECT_EQ(code_of(house_.sign_in.refresh(guess, house_.origin)), ErrorCode::unauthenticated);
  EXPECT_EQ(code_of(house_.sign_in.refresh(shifted, house_.origin)), ErrorCode::unauthenticated);
  EXPECT_TRUE(house_.sign_in.refresh(second.refresh_token, house_.origin).has_value());
}

TEST_F(SigningIn, gives_the_new_pair_to_exactly_one_of_two_that_bring_the_same_token) {
  const auto pair = house_.login("ada");
  std::latch together(2);
  std::atomic<int> won = 0;
  std::atomic<int> refused = 0;
  const auto race = [&] {
    together.arrive_and_wait();
    const auto next = house_.sign_in.refresh(pair.refresh_token, house_.origin);
    if (next) ++won;
    if (!next && next.error().code == ErrorCode::unauthenticated) ++refused;
  };
  {
    const std::jthread one(race);
    const std::jthread two(race);
  }
  EXPECT_EQ(won, 1);
  EXPECT_EQ(refused, 1);
}

TEST_F(SigningIn, lets_a_chain_in_use_live_on_and_an_unused_one_end) {
  auto pair = house_.login("ada");
  for (int i = 0; i < 3; ++i) {
    house_.clock.advance(std::chrono::days(29));
    pair = house_.sign_in.refresh(pair.refresh_token, house_.origin).value();
  }
  house_.clock.advance(std::chrono::days(30));
  EXPECT_EQ(code_of(house_.sign_in.refresh(pair.refresh_token, house_.origin)), ErrorCode::unauthenticated);
}

TEST_F(SigningIn, never_refreshes_a_browser_session) {
  const auto begun = house_.sign_in.begin_browser_session("ada", good_password, house_.origin).value();
  const auto cookie = parse_cookie_text(begun.cookie).value();
  EXPECT_EQ(
      code_of(house_.sign_in.refresh(refresh_text(cookie.session, 0, std::string(cookie.secret) + "a"), house_.origin)),
      ErrorCode::unauthenticated);
}

}  // namespace
}  // namespace sightglass::accounts
