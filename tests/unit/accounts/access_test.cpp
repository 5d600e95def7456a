#include "accounts/access.hpp"

#include <gtest/gtest.h>

#include <array>

namespace sightglass::accounts {
namespace {

using core::Role;
constexpr std::array roles{Role::viewer, Role::technician, Role::reviewer, Role::operator_, Role::administrator};
const core::UserId me = core::UserId::make(core::from_micros(1'790'000'000'000'000));
const core::UserId other = core::UserId::make(core::from_micros(1'790'000'000'000'000));

Caller caller_with(Role role) {
  return {.credential = Credential::access_token, .user_id = me, .name = "me", .role = role};
}
core::Photo photo_of(std::optional<core::UserId> maker) { return {.uploaded_by = maker}; }
core::Job job_of(std::optional<core::UserId> maker) { return {.created_by = maker}; }

// Expects `may` to hold for exactly the roles from `least` up.
template <typename F>
void expect_from(Role least, F&& may) {
  for (const auto role : roles) {
    const auto allowed = may(caller_with(role));
    EXPECT_EQ(allowed.has_value(), role >= least) << core::name_of(role);
    if (!allowed) EXPECT_EQ(allowed.error().code, core::ErrorCode::permission_denied);
  }
}

TEST(Access, lets_technicians_handle_their_own_photos) {
  expect_from(Role::technician, [](const Caller& c) { return may_change_photo(c, photo_of(me)); });
  expect_from(Role::technician, [](const Caller& c) { return may_delete_photo(c, photo_of(me)); });
  expect_from(Role::technician, [](const Caller& c) { return may_reprocess_photo(c, photo_of(me)); });
}

TEST(Access, asks_for_higher_roles_on_the_photos_of_others) {
  for (const auto maker : {std::optional(other), std::optional<core::UserId>()}) {
    expect_from(Role::reviewer, [&](const Caller& c) { return may_change_photo(c, photo_of(maker)); });
    expect_from(Role::reviewer, [&](const Caller& c) { return may_reprocess_photo(c, photo_of(maker)); });
    expect_from(Role::operator_, [&](const Caller& c) { return may_delete_photo(c, photo_of(maker)); });
  }
}

TEST(Access, asks_for_operators_on_the_jobs_of_others) {
  expect_from(Role::technician, [](const Caller& c) { return may_change_job(c, job_of(me)); });
  expect_from(Role::technician, [](const Caller& c) { return may_delete_job(c, job_of(me)); });
  expect_from(Role::operator_, [](const Caller& c) { return may_change_job(c, job_of(other)); });
  expect_from(Role::operator_, [](const Caller& c) { return may_delete_job(c, job_of(std::nullopt)); });
  expect_from(Role::operator_, [](const Caller& c) { return may_assign_job(c); });
}

TEST(Access, keeps_archived_jobs_as_they_are) {
  expect_from(Role::technician, [](const Caller& c) { return may_add_to_job(c, job_of(other)); });
  core::Job archived;
  archived.status = "archived";
  EXPECT_EQ(may_add_to_job(caller_with(Role::operator_), archived).error().code, core::ErrorCode::conflict);
}

TEST(Access, gives_nothing_to_those_who_are_not_signed_in) {
  Caller nobody;
  nobody.role = Role::administrator;  // a mistake elsewhere must not open anything
  EXPECT_FALSE(may_change_photo(nobody, photo_of(core::UserId{})).has_value());
  EXPECT_FALSE(may_delete_job(nobody, job_of(core::UserId{})).has_value());
  EXPECT_FALSE(visibility_of(nobody).sees_all);
  EXPECT_FALSE(holds_scope(nobody, Area::photos, Access::read));
}

TEST(Access, shows_technicians_only_what_is_theirs) {
  for (const auto role : roles) {
    const auto visibility = visibility_of(caller_with(role));
    EXPECT_EQ(visibility.sees_all, role != Role::technician);
    EXPECT_EQ(visibility.user.has_value(), role == Role::technician);
  }
}

TEST(Access, shows_a_token_no_more_than_its_owner_sees) {
  for (const auto owner : roles) {
    for (const auto role : roles) {
      auto token = caller_with(role);
      token.credential = Credential::service_token;
      token.owner_role = owner;
      const bool is_limited = role == Role::technician || owner == Role::technician;
      EXPECT_EQ(visibility_of(token).sees_all, !is_limited);
      EXPECT_EQ(visibility_of(token).user.has_value(), is_limited);
    }
  }
}

TEST(Scopes, bind_service_tokens_only) {
  auto token = caller_with(Role::administrator);
  EXPECT_TRUE(holds_scope(token, Area::audit, Access::read));
  token.credential = Credential::service_token;
  EXPECT_FALSE(holds_scope(token, Area::audit, Access::read));
  token.scopes = {"photos:write"};
  EXPECT_TRUE(holds_scope(token, Area::photos, Access::write));
  EXPECT_FALSE(holds_scope(token, Area::photos, Access::read)) << "writing does not include reading";
  EXPECT_FALSE(holds_scope(token, Area::jobs, Access::write));
}

TEST(Scopes, have_names) {
  EXPECT_EQ(scope_name(Area::photos, Access::read), "photos:read");
  EXPECT_TRUE(is_scope_name("account:write"));
  for (const auto* name : {"", "photos", "photos:", "photos:delete", "Photos:read", "photos:read ", "*"})
    EXPECT_FALSE(is_scope_name(name)) << name;
}

}  // namespace
}  // namespace sightglass::accounts
