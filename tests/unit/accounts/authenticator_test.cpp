#include "accounts/authenticator.hpp"

#include <gtest/gtest.h>

#include "unit/accounts/house.hpp"

namespace sightglass::accounts {
namespace {

using core::ErrorCode;
using core::Role;

class Authenticating : public testing::Test {
 protected:
  House house_;
  core::User root_ = house_.add("root", Role::administrator);
  core::User ada_ = house_.add("ada", Role::operator_);

  Caller caller_of_login(std::string_view name) { return house_.bearer(house_.login(name).access_token).value(); }
  std::string service_token(const NewToken& wanted) {
    return house_.administration.create_token(caller_of_login("ada"), wanted, house_.origin).value().secret;
  }
  void change(core::UserId id, const UserChange& wanted) {
    const auto changed = house_.administration.change_user(command_line_caller(), id, wanted, house_.origin);
    ASSERT_TRUE(changed.has_value()) << changed.error().message;
  }
};

TEST_F(Authenticating, answers_a_request_without_credentials_from_memory) {
  const auto answer = house_.authenticator.check_remembered({});
  ASSERT_TRUE(answer.has_value());
  EXPECT_FALSE(answer->value().is_signed_in());
  EXPECT_FALSE(house_.authenticator.check_remembered({.cookie = "other=1"})->value().is_signed_in());
}

TEST_F(Authenticating, refuses_other_schemes_and_malformed_headers) {
  for (const auto* header : {"Basic cm9vdDpyb290", "Bearer", "Bearer ", "bearer:x", "x"})
    EXPECT_EQ(code_of(house_.authenticator.check({.authorization = header})), ErrorCode::unauthenticated) << header;
  EXPECT_EQ(code_of(house_.bearer(std::string(5000, 'x'))), ErrorCode::unauthenticated);
  EXPECT_EQ(code_of(house_.bearer("garbage")), ErrorCode::unauthenticated);
  EXPECT_EQ(code_of(house_.bearer("sgt_garbage")), ErrorCode::unauthenticated);
}

TEST_F(Authenticating, remembers_a_checked_token_and_no_refused_one) {
  const auto header = "bearer " + house_.login("ada").access_token;  // the scheme in any case (RFC 9110, 11.1)
  EXPECT_FALSE(house_.authenticator.check_remembered({.authorization = header}).has_value());
  ASSERT_TRUE(house_.authenticator.check({.authorization = header}).has_value());
  EXPECT_EQ(house_.authenticator.check_remembered({.authorization = header})->value().name, "ada");
  EXPECT_FALSE(house_.bearer("garbage").has_value());
  EXPECT_FALSE(house_.authenticator.check_remembered({.authorization = "Bearer garbage"}).has_value());
}

TEST_F(Authenticating, notices_within_ten_seconds_what_another_process_changed) {
  const auto token = house_.login("ada").access_token;
  ASSERT_TRUE(house_.bearer(token).has_value());
  Authenticator other_process(*house_.database, house_.tokens, house_.clock);
  Administration there(*house_.database, other_process, house_.audit, house_.passwords, house_.clock,
                       house_.folder.path() / "keys");
  ASSERT_TRUE(there.change_user(command_line_caller(), ada_.id, {.is_disabled = true}, house_.origin).has_value());
  house_.clock.advance(std::chrono::seconds(10));
  EXPECT_EQ(code_of(house_.bearer(token)), ErrorCode::unauthenticated);
}

TEST_F(Authenticating, ends_tokens_at_once_when_their_user_is_disabled_or_changed) {
  for (const UserChange& wanted :
       {UserChange{.is_disabled = true}, UserChange{.role = Role::viewer, .is_disabled = false},
        UserChange{.password = "another password"}}) {
    change(ada_.id, {.role = Role::operator_, .is_disabled = false, .password = std::string(good_password)});
    const auto token = house_.login("ada").access_token;
    ASSERT_TRUE(house_.bearer(token).has_value());
    change(ada_.id, wanted);
    EXPECT_EQ(code_of(house_.bearer(token)), ErrorCode::unauthenticated);
  }
}

TEST_F(Authenticating, never_trusts_a_token_longer_than_it_lasts) {
  const auto token = house_.login("ada").access_token;
  house_.clock.advance(std::chrono::minutes(15) - std::chrono::seconds(1));
  ASSERT_TRUE(house_.bearer(token).has_value());
  house_.clock.advance(std::chrono::seconds(6));
  EXPECT_EQ(code_of(house_.bearer(token)), ErrorCode::unauthenticated);
}

class BrowserSessions : public Authenticating {
 protected:
  BrowserSession begun_ = house_.sign_in.begin_browser_session("ada", good_password, house_.origin).value();
  std::string cookie_ = "theme=dark; sightglass_session=" + begun_.cookie;
};

TEST_F(BrowserSessions, read_with_the_cookie_alone) {
  const auto caller = house_.authenticator.check({.cookie = cookie_}).value();
  EXPECT_EQ(caller.credential, Credential::browser_session);
  EXPECT_EQ(caller.user_id, ada_.id);
  EXPECT_EQ(csrf_token_of(cookie_), begun_.csrf_token);
}

TEST_F(BrowserSessions, change_things_only_with_their_csrf_token) {
  const auto post = [&](std::string_view csrf) {
    return house_.authenticator.check({.cookie = cookie_, .csrf_token = csrf, .is_safe_method = false});
  };
  // Before and after the session is remembered.
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(code_of(post("")), ErrorCode::permission_denied);
    EXPECT_EQ(code_of(post("wrong")), ErrorCode::permission_denied);
    const auto other = house_.sign_in.begin_browser_session("ada", good_password, house_.origin).value();
    EXPECT_EQ(code_of(post(other.csrf_token)), ErrorCode::permission_denied) << "another session's";
    EXPECT_TRUE(post(begun_.csrf_token).has_value());
  }
}

TEST_F(BrowserSessions, end_at_their_fixed_time_with_log_out_and_with_their_user) {
  const auto caller = house_.authenticator.check({.cookie = cookie_}).value();
  ASSERT_TRUE(house_.sign_in.logout(caller, house_.origin).has_value());
  EXPECT_EQ(code_of(house_.authenticator.check({.cookie = cookie_})), ErrorCode::unauthenticated);
  const auto second = house_.sign_in.begin_browser_session("ada", good_password, house_.origin).value();
  const auto second_cookie = "sightglass_session=" + second.cookie;
  ASSERT_TRUE(house_.authenticator.check({.cookie = second_cookie}).has_value());
  house_.clock.advance(std::chrono::days(7));
  EXPECT_EQ(code_of(house_.authenticator.check({.cookie = second_cookie})), ErrorCode::unauthenticated);
}

TEST_F(BrowserSessions, are_refused_with_a_wrong_secret_or_garbage) {
  auto changed = cookie_;
  changed.back() = changed.back() == 'A' ? 'B' : 'A';
  EXPECT_EQ(code_of(house_.authenticator.check({.cookie = changed})), ErrorCode::unauthenticated);
  EXPECT_EQ(code_of(house_.authenticator.check({.cookie = "sightglass_session=garbage"})), ErrorCode::unauthenticated);
}

TEST_F(BrowserSessions, count_less_than_a_bearer_token) {
  const auto header = "Bearer " + house_.login("root").access_token;
  const Credentials both{.authorization = header, .cookie = cookie_, .is_safe_method = false};
  EXPECT_EQ(house_.authenticator.check(both).value().name, "root") << "and a bearer needs no CSRF token";
  EXPECT_EQ(code_of(house_.authenticator.check({.authorization = "Bearer bad", .cookie = cookie_})),
            ErrorCode::unauthenticated);
}

class ServiceTokens : public Authenticating {};

TEST_F(ServiceTokens, speak_for_their_owner_within_role_and_scopes) {
  const auto token = service_token({.name = "camera 3", .scopes = {"photos:write"}, .role = Role::technician});
  const auto caller = house_.bearer(token).value();
  EXPECT_EQ(caller.credential, Credential::service_token);
  EXPECT_EQ(caller.name, "ada/camera 3");
  EXPECT_EQ(caller.user_id, ada_.id);
  EXPECT_EQ(caller.role, Role::technician);
  EXPECT_TRUE(holds_scope(caller, Area::photos, Access::write));
  EXPECT_FALSE(holds_scope(caller, Area::jobs, Access::write));
}

TEST_F(ServiceTokens, shrink_with_their_owners_role_and_grow_no_further) {
  const auto token = service_token({.name = "t", .scopes = {"photos:read"}});
  EXPECT_EQ(house_.bearer(token).value().role, Role::operator_);
  change(ada_.id, {.role = Role::viewer});
  EXPECT_EQ(house_.bearer(token).value().role, Role::viewer);
  change(ada_.id, {.role = Role::administrator});
  EXPECT_EQ(house_.bearer(token).value().role, Role::operator_);
}

TEST_F(ServiceTokens, die_with_revocation_expiry_and_their_disabled_owner) {
  const auto expires = house_.clock.now() + std::chrono::minutes(5);
  const auto expiring = service_token({.name = "a", .scopes = {"photos:read"}, .expires_at = expires});
  const auto lasting = service_token({.name = "b", .scopes = {"photos:read"}});
  ASSERT_TRUE(house_.bearer(expiring).has_value());
  ASSERT_TRUE(house_.bearer(lasting).has_value());
  house_.clock.advance(std::chrono::minutes(5));
  EXPECT_EQ(code_of(house_.bearer(expiring)), ErrorCode::unauthenticated);
  change(ada_.id, {.is_disabled = true});
  EXPECT_EQ(code_of(house_.bearer(lasting)), ErrorCode::unauthenticated);
  change(ada_.id, {.is_disabled = false});
  const auto listed = house_.administration.list_tokens(caller_of_login("ada")).value();
  ASSERT_EQ(listed.size(), 2U);
  ASSERT_TRUE(house_.bearer(lasting).has_value());
  for (const auto& token : listed)
    ASSERT_TRUE(house_.administration.revoke_token(caller_of_login("ada"), token.id, house_.origin).has_value());
  EXPECT_EQ(code_of(house_.bearer(lasting)), ErrorCode::unauthenticated);
}

TEST_F(ServiceTokens, are_refused_with_another_secret) {
  auto token = service_token({.name = "a", .scopes = {"photos:read"}});
  token.back() = token.back() == 'A' ? 'B' : 'A';
  EXPECT_EQ(code_of(house_.bearer(token)), ErrorCode::unauthenticated);
}

TEST_F(ServiceTokens, note_their_use_at_most_once_a_minute) {
  const auto token = service_token({.name = "a", .scopes = {"photos:read"}});
  const auto last_used = [&] {
    return house_.administration.list_tokens(caller_of_login("ada")).value()[0].last_used_at;
  };
  EXPECT_FALSE(last_used().has_value());
  const auto first_use = house_.clock.now();
  ASSERT_TRUE(house_.bearer(token).has_value());
  EXPECT_EQ(last_used(), first_use);
  house_.clock.advance(std::chrono::seconds(30));
  ASSERT_TRUE(house_.bearer(token).has_value());
  EXPECT_EQ(last_used(), first_use);
  house_.clock.advance(std::chrono::seconds(31));
  ASSERT_TRUE(house_.bearer(token).has_value());
  EXPECT_EQ(last_used(), house_.clock.now());
}

}  // namespace
}  // namespace sightglass::accounts
