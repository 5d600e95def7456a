// Set-up, sign-in, users, tokens and the audit log as clients see them.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "unit/http/handler_house.hpp"

namespace sightglass::http {
namespace {

using core::Role;

class AccountEndpoints : public HandlerHouse {
 protected:
  accounts::Caller stranger{};
  std::string password = "correct horse";

  accounts::Caller add_administrator() {
    return accounts::caller_of(administration
                                   .create_user(accounts::command_line_caller(),
                                                {.name = "ada", .password = password, .role = Role::administrator}, {})
                                   .value(),
                               accounts::Credential::access_token);
  }
  Response post(const accounts::Caller& caller, std::string_view target, std::string body) {
    return send(caller, Method::post, target, std::move(body));
  }
  Response log_in(std::string_view name, std::string_view with) {
    return post(stranger, "/api/v1/auth/login",
                R"({"username":")" + std::string(name) + R"(","password":")" + std::string(with) + R"("})");
  }
  std::string member(const Response& response, std::string_view name) {
    const auto answer = json_of(response);
    const auto* const value = answer.as_object().if_contains(name);
    return value ? text_of(*value) : "";
  }
};

TEST_F(AccountEndpoints, set_up_the_first_administrator_with_the_printed_code) {
  const auto code = administration.prepare_first_run().value().value();
  EXPECT_EQ(bytes_of(get(stranger, "/api/v1/setup")), R"({"needed":true})");
  const auto body = [](const std::string& sent) {
    return R"({"code":")" + sent + R"(","username":"ada","password":"correct horse"})";
  };
  EXPECT_EQ(post(stranger, "/api/v1/setup", body("WRONG")).status, 403);
  const auto made = post(stranger, "/api/v1/setup", body(code));
  EXPECT_EQ(made.status, 201);
  EXPECT_EQ(text_of(json_of(made).at("user").at("role")), "administrator");
  EXPECT_FALSE(bytes_of(made).contains("argon2"));
  EXPECT_EQ(bytes_of(get(stranger, "/api/v1/setup")), R"({"needed":false})");
  EXPECT_EQ(post(stranger, "/api/v1/setup", body(code)).status, 409);
}

TEST_F(AccountEndpoints, log_in_with_the_contracts_answer) {
  add_administrator();
  const auto answer = log_in("ada", password);
  ASSERT_EQ(answer.status, 200);
  const auto pair = json_of(answer).as_object();
  EXPECT_EQ(pair.size(), 4U);
  EXPECT_EQ(text_of(pair.at("token_type")), "Bearer");
  EXPECT_EQ(pair.at("expires_in").as_int64(), 900);
  EXPECT_EQ(answer.headers.get("Cache-Control"), "no-store");
  const auto header = "Bearer " + text_of(pair.at("access_token"));
  EXPECT_EQ(authenticator.check({.authorization = header}).value().name, "ada");
}

TEST_F(AccountEndpoints, refuse_wrong_passwords_and_say_when_to_come_back) {
  add_administrator();
  for (int i = 0; i < 10; ++i) EXPECT_EQ(log_in("ada", "wrong").status, 401);
  const auto refused = log_in("ada", password);
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.headers.get("Retry-After"), "6");
  EXPECT_EQ(text_of(json_of(refused).at("error").at("code")), "quota_exceeded");
}

TEST_F(AccountEndpoints, name_the_field_that_is_wrong) {
  EXPECT_EQ(field_of(post(stranger, "/api/v1/auth/login", R"({"username":"ada"})")), "password");
  EXPECT_EQ(field_of(post(stranger, "/api/v1/auth/login", R"({"username":7,"password":"x"})")), "username");
  EXPECT_EQ(field_of(post(stranger, "/api/v1/auth/login", R"({"username":"a","password":"x","admin":true})")), "admin");
  EXPECT_EQ(post(stranger, "/api/v1/auth/login", "{").status, 400);
  EXPECT_EQ(field_of(post(stranger, "/api/v1/auth/refresh", "{}")), "refresh_token");
}

TEST_F(AccountEndpoints, refresh_once_and_end_the_chain_on_reuse) {
  add_administrator();
  const auto first = member(log_in("ada", password), "refresh_token");
  const auto refresh = [&](const std::string& token) {
    return post(stranger, "/api/v1/auth/refresh", R"({"refresh_token":")" + token + R"("})");
  };
  const auto next = refresh(first);
  ASSERT_EQ(next.status, 200);
  EXPECT_EQ(refresh(first).status, 401);
  EXPECT_EQ(refresh(member(next, "refresh_token")).status, 401);
  EXPECT_EQ(refresh("garbage").status, 401);
}

TEST_F(AccountEndpoints, sign_a_browser_in_and_out) {
  add_administrator();
  const auto begun = post(stranger, "/api/v1/auth/session", R"({"username":"ada","password":"correct horse"})");
  ASSERT_EQ(begun.status, 200);
  const std::string cookie(begun.headers.get("Set-Cookie"));
  for (const auto* flag : {"HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=604800"})
    EXPECT_TRUE(cookie.contains(flag)) << flag;
  EXPECT_FALSE(cookie.contains("Secure")) << "the request came over plain HTTP";
  const auto pair = cookie.substr(0, cookie.find(';'));
  const auto csrf = member(begun, "csrf_token");
  const auto caller = authenticator.check({.cookie = pair, .csrf_token = csrf, .is_safe_method = false}).value();
  const auto shown = send(caller, Method::get, "/api/v1/auth/session", {}, {{"Cookie", pair}});
  EXPECT_EQ(bytes_of(shown), bytes_of(begun));
  const auto ended = send(caller, Method::delete_, "/api/v1/auth/session");
  EXPECT_EQ(ended.status, 204);
  EXPECT_TRUE(ended.headers.get("Set-Cookie").contains("Max-Age=0"));
  EXPECT_FALSE(authenticator.check({.cookie = pair}).has_value());
}

TEST_F(AccountEndpoints, tell_who_is_signed_in) {
  EXPECT_EQ(member(get(technician, "/api/v1/auth/me"), "username"), "tom");
  auto token = technician;
  token.credential = accounts::Credential::service_token;
  token.role = Role::viewer;
  EXPECT_EQ(member(get(token, "/api/v1/auth/me"), "role"), "viewer");
}

TEST_F(AccountEndpoints, change_the_own_password) {
  const auto ada = add_administrator();
  const auto change = [&](std::string current, std::string wanted) {
    return post(ada, "/api/v1/auth/password",
                R"({"current_password":")" + current + R"(","new_password":")" + wanted + R"("})");
  };
  EXPECT_EQ(field_of(change("wrong", "another password")), "current_password");
  EXPECT_EQ(field_of(change(password, "short")), "new_password");
  EXPECT_EQ(change(password, "another password").status, 204);
  EXPECT_EQ(log_in("ada", password).status, 401);
  EXPECT_EQ(log_in("ada", "another password").status, 200);
}

TEST_F(AccountEndpoints, manage_users) {
  const auto ada = add_administrator();
  const auto made =
      post(ada, "/api/v1/users", R"({"username":"grace","password":"correct horse","role":"technician"})");
  ASSERT_EQ(made.status, 201);
  const auto target = "/api/v1/users/" + member(made, "id");
  EXPECT_EQ(bytes_of(get(ada, target)), bytes_of(made));
  EXPECT_EQ(post(ada, "/api/v1/users", R"({"username":"GRACE","password":"correct horse","role":"viewer"})").status,
            409);
  EXPECT_EQ(field_of(post(ada, "/api/v1/users", R"({"username":"x","password":"correct horse","role":"king"})")),
            "role");
  EXPECT_EQ(field_of(post(ada, "/api/v1/users", R"({"username":"x","password":"correct horse"})")), "role");
  const auto changed = send(ada, Method::patch, target, R"({"role":"reviewer","disabled":true})");
  EXPECT_EQ(member(changed, "role"), "reviewer");
  EXPECT_EQ(member(changed, "disabled"), "true");
  EXPECT_EQ(send(ada, Method::patch, target, "{}").status, 422);
  EXPECT_EQ(send(ada, Method::patch, "/api/v1/users/" + ada.user_id.to_string(), R"({"disabled":true})").status, 409);
  EXPECT_EQ(get(ada, "/api/v1/users/not-an-id").status, 404);
  EXPECT_EQ(ids(ada, "/api/v1/users").size(), 7U);
  EXPECT_FALSE(bytes_of(get(ada, "/api/v1/users")).contains("argon2"));
}

TEST_F(AccountEndpoints, make_list_and_revoke_tokens) {
  const auto made = post(technician, "/api/v1/tokens", R"({"name":"camera","scopes":["photos:write"]})");
  ASSERT_EQ(made.status, 201);
  const auto secret = member(made, "token");
  const auto header = "Bearer " + secret;
  EXPECT_EQ(authenticator.check({.authorization = header}).value().name, "tom/camera");
  EXPECT_FALSE(bytes_of(get(technician, "/api/v1/tokens")).contains(secret));
  EXPECT_EQ(ids(colleague, "/api/v1/tokens").size(), 0U);
  const auto target = "/api/v1/tokens/" + member(made, "id");
  EXPECT_EQ(send(colleague, Method::delete_, target).status, 404);
  EXPECT_EQ(send(technician, Method::delete_, target).status, 204);
  EXPECT_FALSE(authenticator.check({.authorization = header}).has_value());
  EXPECT_EQ(field_of(post(technician, "/api/v1/tokens", R"({"name":"t","scopes":["all"]})")), "scopes");
  EXPECT_EQ(
      field_of(post(technician, "/api/v1/tokens", R"({"name":"t","scopes":["photos:read"],"role":"administrator"})")),
      "role");
}

TEST_F(AccountEndpoints, page_through_the_audit_log) {
  const auto ada = add_administrator();
  for (int i = 0; i < 5; ++i) log_in("eve", "wrong");
  std::vector<std::string> seen;
  std::string cursor;
  do {
    const auto page =
        get(ada, "/api/v1/audit?action=auth.login_failed&limit=2" + (cursor.empty() ? "" : "&cursor=" + cursor));
    ASSERT_EQ(page.status, 200) << bytes_of(page);
    const auto body = json_of(page);
    for (const auto& entry : body.at("results").as_array()) seen.push_back(text_of(entry.at("id")));
    cursor = body.at("next").is_null() ? "" : text_of(body.at("next"));
  } while (!cursor.empty());
  EXPECT_EQ(seen.size(), 5U);
  EXPECT_TRUE(std::ranges::is_sorted(seen, [](const auto& a, const auto& b) { return std::stoll(a) > std::stoll(b); }));
  EXPECT_EQ(field_of(get(ada, "/api/v1/audit?cursor=nonsense")), "cursor");
  EXPECT_EQ(field_of(get(ada, "/api/v1/audit?from=yesterday")), "from");
  EXPECT_EQ(field_of(get(ada, "/api/v1/audit?colour=red")), "colour");
  EXPECT_EQ(ids(ada, "/api/v1/audit?actor=eve&object_type=user").size(), 5U);
}

}  // namespace
}  // namespace sightglass::http
