// A small house for tests of accounts: a real database in a temporary folder, a manual clock, cheap passwords.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/access_tokens.hpp"
#include "accounts/administration.hpp"
#include "accounts/audit_log.hpp"
#include "accounts/authenticator.hpp"
#include "accounts/passwords.hpp"
#include "accounts/sign_in.hpp"
#include "database/people.hpp"
#include "database/sqlite/sqlite_database.hpp"
#include "unit/accounts/tests_support.hpp"

namespace sightglass::accounts {

inline constexpr PasswordCost cheap{.passes = 1, .memory_bytes = 8192};
inline constexpr std::string_view good_password = "correct horse";

struct House {
  TemporaryFolder folder{};
  ManualClock clock{};
  std::unique_ptr<database::Database> database = open();
  AccessTokens tokens{std::string(32, 'k')};
  Passwords passwords{cheap};
  Authenticator authenticator{*database, tokens, clock};
  AuditLog audit{*database, clock};
  SignIn sign_in{*database, tokens, authenticator, audit, passwords, clock};
  Administration administration{*database, authenticator, audit, passwords, clock, "a secret of the installation"};
  Origin origin{.request_id = "r-1", .peer = "192.0.2.7"};

  core::User add(std::string name, core::Role role) {
    auto made = administration.create_user(
        command_line_caller(), {.name = std::move(name), .password = std::string(good_password), .role = role}, origin);
    EXPECT_TRUE(made.has_value()) << made.error().message;
    return made.value();
  }
  TokenPair login(std::string_view name) { return sign_in.login(name, good_password, origin).value(); }
  core::Result<Caller> bearer(std::string_view token) {
    const auto header = "Bearer " + std::string(token);
    return authenticator.check({.authorization = header});
  }
  std::vector<core::AuditEntry> entries(std::string action) {
    return database
        ->read(
            [&](database::Session& session) { return database::audit::list(session, {.action = std::move(action)}); })
        .value();
  }

 private:
  std::unique_ptr<database::Database> open() {
    auto opened = database::sqlite::open_sqlite(folder.path() / "sightglass.db").value();
    EXPECT_TRUE(opened->migrate().has_value());
    return opened;
  }
};

template <typename T>
core::ErrorCode code_of(const core::Result<T>& result) {
  EXPECT_FALSE(result.has_value()) << "expected a refusal";
  return result ? core::ErrorCode::internal : result.error().code;
}

}  // namespace sightglass::accounts
