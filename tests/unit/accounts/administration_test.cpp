#include "accounts/administration.hpp"

#include <gtest/gtest.h>

#include <cctype>

#include "unit/accounts/house.hpp"

namespace sightglass::accounts {
namespace {

using core::ErrorCode;
using core::Role;

class FirstRun : public testing::Test {
 protected:
  House house_;
  NewUser ada_{.name = "ada", .password = std::string(good_password), .role = Role::viewer};
};

TEST_F(FirstRun, gives_the_same_code_on_every_node_and_after_a_restart) {
  const auto code = house_.administration.prepare_first_run().value().value();
  EXPECT_EQ(code.size(), 14U);
  Administration restarted(*house_.database, house_.authenticator, house_.audit, house_.passwords, house_.clock,
                           "a secret of the installation");
  EXPECT_EQ(restarted.prepare_first_run().value().value(), code);
  Administration elsewhere(*house_.database, house_.authenticator, house_.audit, house_.passwords, house_.clock,
                           "another installation's");
  EXPECT_NE(elsewhere.prepare_first_run().value().value(), code);
}

TEST_F(FirstRun, makes_the_first_administrator_once) {
  auto code = house_.administration.prepare_first_run().value().value();
  ASSERT_TRUE(house_.administration.needs_setup().value());
  for (auto& c : code) c = c == '-' ? ' ' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  const auto made = house_.administration.set_up(code, ada_, house_.origin);
  ASSERT_TRUE(made.has_value()) << made.error().message;
  EXPECT_EQ(made->role, Role::administrator);
  EXPECT_FALSE(house_.administration.needs_setup().value());
  EXPECT_FALSE(house_.administration.prepare_first_run().value().has_value());
  EXPECT_EQ(code_of(house_.administration.set_up(code, {.name = "eve", .password = "correct horse"}, house_.origin)),
            ErrorCode::conflict);
  EXPECT_TRUE(house_.bearer(house_.login("ada").access_token).has_value());
}

TEST_F(FirstRun, refuses_wrong_codes_and_soon_stops_listening) {
  const auto code = house_.administration.prepare_first_run().value().value();
  for (int i = 0; i < 10; ++i)
    EXPECT_EQ(code_of(house_.administration.set_up(i % 2 == 0 ? "" : "AAAA-AAAA-AAAA", ada_, house_.origin)),
              ErrorCode::permission_denied);
  EXPECT_EQ(code_of(house_.administration.set_up(code, ada_, house_.origin)), ErrorCode::quota_exceeded);
  house_.clock.advance(std::chrono::seconds(6));
  EXPECT_TRUE(house_.administration.set_up(code, ada_, house_.origin).has_value());
  EXPECT_EQ(house_.entries("setup.wrong_code").size(), 10U);
}

TEST_F(FirstRun, is_needed_again_only_when_no_active_administrator_is_left) {
  house_.add("ada", Role::operator_);
  EXPECT_TRUE(house_.administration.needs_setup().value());
  house_.add("root", Role::administrator);
  EXPECT_FALSE(house_.administration.needs_setup().value());
}

TEST_F(FirstRun, keeps_the_code_when_the_new_administrator_was_refused) {
  const auto code = house_.administration.prepare_first_run().value().value();
  EXPECT_EQ(
      house_.administration.set_up(code, {.name = "a b", .password = "correct horse"}, house_.origin).error().field,
      "username");
  EXPECT_EQ(house_.administration.set_up(code, {.name = "ada", .password = "short"}, house_.origin).error().field,
            "password");
  EXPECT_TRUE(house_.administration.set_up(code, ada_, house_.origin).has_value());
}

class ManagingUsers : public testing::Test {
 protected:
  House house_;
  core::User root_ = house_.add("root", Role::administrator);
  core::User ada_ = house_.add("ada", Role::technician);
  Caller admin_ = caller_of(root_, Credential::access_token);

  core::Result<core::User> change(core::UserId id, const UserChange& wanted) {
    return house_.administration.change_user(admin_, id, wanted, house_.origin);
  }
};

TEST_F(ManagingUsers, is_for_administrators_in_person) {
  const NewUser eve{.name = "eve", .password = std::string(good_password), .role = Role::viewer};
  for (const auto role : {Role::viewer, Role::technician, Role::reviewer, Role::operator_}) {
    auto caller = admin_;
    caller.role = role;
    EXPECT_EQ(code_of(house_.administration.create_user(caller, eve, house_.origin)), ErrorCode::permission_denied);
    EXPECT_EQ(code_of(house_.administration.list_users(caller)), ErrorCode::permission_denied);
    EXPECT_EQ(code_of(house_.administration.find_user(caller, ada_.id)), ErrorCode::permission_denied);
    EXPECT_EQ(code_of(house_.administration.change_user(caller, ada_.id, {.role = Role::administrator}, house_.origin)),
              ErrorCode::permission_denied);
  }
  auto token = admin_;
  token.credential = Credential::service_token;
  token.scopes = {"users:write"};
  EXPECT_EQ(code_of(house_.administration.create_user(token, eve, house_.origin)), ErrorCode::permission_denied);
  EXPECT_EQ(code_of(house_.administration.change_user(token, ada_.id, {.is_disabled = true}, house_.origin)),
            ErrorCode::permission_denied);
}

TEST_F(ManagingUsers, refuses_a_name_in_use_in_any_case) {
  const auto again =
      house_.administration.create_user(admin_, {.name = "ADA", .password = std::string(good_password)}, house_.origin);
  EXPECT_EQ(code_of(again), ErrorCode::conflict);
  EXPECT_EQ(house_.administration.list_users(admin_).value().size(), 2U);
}

TEST_F(ManagingUsers, refuses_bad_names_and_passwords) {
  for (const auto& name : {std::string(), std::string("a b"), std::string("a/b"), std::string("ä"),
                           std::string(65, 'a'), std::string("a\0b", 3)})
    EXPECT_EQ(house_.administration.create_user(admin_, {.name = name, .password = "correct horse"}, house_.origin)
                  .error()
                  .field,
              "username");
  EXPECT_EQ(change(ada_.id, {.password = "short"}).error().field, "password");
}

TEST_F(ManagingUsers, writes_each_change_and_its_audit_entry_together) {
  ASSERT_TRUE(change(ada_.id, {.role = Role::reviewer, .password = "another password"}).has_value());
  const auto entries = house_.entries("user.update");
  ASSERT_EQ(entries.size(), 1U);
  EXPECT_EQ(entries[0].actor, "root");
  EXPECT_EQ(entries[0].object_id, ada_.id.to_string());
  EXPECT_EQ(entries[0].details, R"({"role":"reviewer","password":"changed"})");
  EXPECT_EQ(house_.entries("user.create").size(), 2U);
}

TEST_F(ManagingUsers, never_locks_out_the_last_active_administrator) {
  EXPECT_EQ(code_of(change(root_.id, {.is_disabled = true})), ErrorCode::conflict);
  EXPECT_EQ(code_of(change(root_.id, {.role = Role::operator_})), ErrorCode::conflict);
  const auto unchanged = house_.administration.find_user(admin_, root_.id).value();
  EXPECT_FALSE(unchanged.is_disabled);
  EXPECT_EQ(unchanged.role, Role::administrator);
  EXPECT_EQ(unchanged.generation, root_.generation) << "the refused change was rolled back whole";
  EXPECT_EQ(house_.entries("user.update").size(), 0U);
  const auto second = house_.add("second", Role::administrator);
  EXPECT_TRUE(change(root_.id, {.is_disabled = true}).has_value());
  EXPECT_EQ(code_of(change(second.id, {.role = Role::viewer})), ErrorCode::conflict);
}

TEST_F(ManagingUsers, ends_the_sessions_of_who_is_disabled) {
  const auto pair = house_.login("ada");
  ASSERT_TRUE(change(ada_.id, {.is_disabled = true}).has_value());
  EXPECT_EQ(code_of(house_.sign_in.refresh(pair.refresh_token, house_.origin)), ErrorCode::unauthenticated);
  ASSERT_TRUE(change(ada_.id, {.is_disabled = false}).has_value());
  EXPECT_EQ(code_of(house_.sign_in.refresh(pair.refresh_token, house_.origin)), ErrorCode::unauthenticated);
}

TEST_F(ManagingUsers, knows_no_user_by_a_foreign_id) {
  EXPECT_EQ(code_of(change(core::UserId::make(house_.clock.now()), {.is_disabled = true})), ErrorCode::not_found);
  EXPECT_EQ(code_of(house_.administration.find_user_by_name(admin_, "nobody")), ErrorCode::not_found);
}

class OwnPassword : public ManagingUsers {
 protected:
  core::Result<void> change_own(const Caller& caller, std::string_view current, std::string_view wanted) {
    return house_.administration.change_own_password(caller, current, wanted, house_.sign_in, house_.origin);
  }
};

TEST_F(OwnPassword, needs_the_current_one_and_ends_the_other_sessions) {
  const auto here = house_.login("ada");
  const auto elsewhere = house_.login("ada");
  const auto caller = house_.bearer(here.access_token).value();
  EXPECT_EQ(change_own(caller, "wrong", "another password").error().field, "current_password");
  EXPECT_EQ(change_own(caller, good_password, "short").error().field, "new_password");
  const auto still_there = house_.sign_in.refresh(elsewhere.refresh_token, house_.origin).value();
  ASSERT_TRUE(change_own(caller, good_password, "another password").has_value());
  EXPECT_EQ(code_of(house_.bearer(here.access_token)), ErrorCode::unauthenticated);
  EXPECT_EQ(code_of(house_.bearer(elsewhere.access_token)), ErrorCode::unauthenticated);
  EXPECT_EQ(code_of(house_.sign_in.refresh(still_there.refresh_token, house_.origin)), ErrorCode::unauthenticated);
  EXPECT_TRUE(house_.sign_in.refresh(here.refresh_token, house_.origin).has_value()) << "this one goes on";
  EXPECT_EQ(code_of(house_.sign_in.login("ada", good_password, house_.origin)), ErrorCode::unauthenticated);
  EXPECT_TRUE(house_.sign_in.login("ada", "another password", house_.origin).has_value());
}

TEST_F(OwnPassword, cannot_be_guessed_without_limit_from_a_stolen_session) {
  const auto caller = house_.bearer(house_.login("ada").access_token).value();
  for (int i = 0; i < 10; ++i) EXPECT_EQ(code_of(change_own(caller, "wrong", "another one")), ErrorCode::invalid_input);
  EXPECT_EQ(code_of(change_own(caller, good_password, "another one")), ErrorCode::quota_exceeded);
}

TEST_F(OwnPassword, is_none_of_a_tokens_business) {
  auto token = caller_of(ada_, Credential::service_token);
  token.scopes = {"account:write"};
  EXPECT_EQ(code_of(change_own(token, good_password, "another password")), ErrorCode::permission_denied);
}

class ManagingTokens : public ManagingUsers {
 protected:
  Caller maker_ = caller_of(ada_, Credential::access_token);
  core::Result<CreatedToken> create(const Caller& caller, const NewToken& wanted) {
    return house_.administration.create_token(caller, wanted, house_.origin);
  }
};

TEST_F(ManagingTokens, shows_the_secret_once_and_stores_its_hash) {
  const auto made =
      create(maker_, {.name = "camera", .scopes = {"photos:write", "photos:read", "photos:read"}}).value();
  EXPECT_TRUE(made.secret.starts_with("sgt_"));
  EXPECT_EQ(made.token.role, Role::technician);
  EXPECT_EQ(made.token.scopes, (std::vector<std::string>{"photos:read", "photos:write"}));
  const auto entries = house_.entries("token.create");
  ASSERT_EQ(entries.size(), 1U);
  EXPECT_EQ(entries[0].details.find(made.secret.substr(37)), std::string::npos);
}

TEST_F(ManagingTokens, gives_no_more_than_the_maker_has) {
  EXPECT_EQ(create(maker_, {.name = "t", .scopes = {"photos:read"}, .role = Role::operator_}).error().field, "role");
  EXPECT_TRUE(create(maker_, {.name = "t", .scopes = {"photos:read"}, .role = Role::viewer}).has_value());
}

TEST_F(ManagingTokens, refuses_bad_scopes_names_and_times) {
  EXPECT_EQ(create(maker_, {.name = "t"}).error().field, "scopes");
  EXPECT_EQ(create(maker_, {.name = "t", .scopes = {"photos:delete"}}).error().field, "scopes");
  for (const auto* scope : {"users:write", "tokens:write", "account:write"})
    EXPECT_EQ(create(admin_, {.name = "t", .scopes = {scope}}).error().field, "scopes");
  EXPECT_EQ(create(maker_, {.name = "", .scopes = {"photos:read"}}).error().field, "name");
  EXPECT_EQ(create(maker_, {.name = "a\nb", .scopes = {"photos:read"}}).error().field, "name");
  EXPECT_EQ(create(maker_, {.name = "t", .scopes = {"photos:read"}, .expires_at = house_.clock.now()}).error().field,
            "expires_at");
}

TEST_F(ManagingTokens, lets_no_token_make_or_revoke_tokens) {
  const auto made = create(maker_, {.name = "t", .scopes = {"photos:read"}}).value();
  const auto token = house_.bearer(made.secret).value();
  EXPECT_EQ(code_of(create(token, {.name = "u", .scopes = {"photos:read"}})), ErrorCode::permission_denied);
  EXPECT_EQ(code_of(house_.administration.revoke_token(token, made.token.id, house_.origin)),
            ErrorCode::permission_denied);
}

TEST_F(ManagingTokens, shows_and_revokes_only_own_ones_but_for_administrators) {
  const auto mine = create(maker_, {.name = "t", .scopes = {"photos:read"}}).value();
  const auto grace = caller_of(house_.add("grace", Role::operator_), Credential::access_token);
  EXPECT_EQ(house_.administration.list_tokens(maker_).value().size(), 1U);
  EXPECT_EQ(house_.administration.list_tokens(grace).value().size(), 0U);
  EXPECT_EQ(house_.administration.list_tokens(admin_).value().size(), 1U);
  EXPECT_EQ(code_of(house_.administration.revoke_token(grace, mine.token.id, house_.origin)), ErrorCode::not_found);
  EXPECT_TRUE(house_.bearer(mine.secret).has_value());
  EXPECT_TRUE(house_.administration.revoke_token(admin_, mine.token.id, house_.origin).has_value());
  EXPECT_EQ(code_of(house_.administration.revoke_token(maker_, mine.token.id, house_.origin)), ErrorCode::not_found);
  EXPECT_EQ(house_.entries("token.revoke").size(), 1U);
}

TEST_F(ManagingTokens, are_made_on_the_command_line_in_a_users_name) {
  const auto caller = house_.administration.command_line_for("ada").value();
  const auto made = create(caller, {.name = "t", .scopes = {"photos:read"}}).value();
  EXPECT_EQ(house_.bearer(made.secret).value().user_id, ada_.id);
  EXPECT_EQ(create(caller, {.name = "t", .scopes = {"photos:read"}, .role = Role::administrator}).error().field,
            "role");
  EXPECT_EQ(house_.entries("token.create")[0].actor, "command line");
  EXPECT_EQ(code_of(house_.administration.command_line_for("nobody")), ErrorCode::not_found);
}

}  // namespace
}  // namespace sightglass::accounts
