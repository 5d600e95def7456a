#include "http/dispatch.hpp"

#include <gtest/gtest.h>

#include <set>

#include "unit/http/handler_house.hpp"

namespace sightglass::http {
namespace {

using core::Role;
using HeaderList = std::vector<std::pair<std::string, std::string>>;

class Dispatch : public HandlerHouse {
 protected:
  Dispatch() {
    folder.write("web/index.html", "<!doctype html><title>Sightglass</title>");
    const auto made = administration.create_user(
        accounts::command_line_caller(), {.name = "ada", .password = "correct horse", .role = Role::technician}, {});
    ada = accounts::caller_of(made.value(), accounts::Credential::access_token);
  }

  // The steps in the transport's order.
  Response ask(Method method, std::string_view target, const HeaderList& headers = {}, std::string body = {}) {
    Exchange exchange;
    exchange.request.method = method;
    exchange.request.body = std::move(body);
    for (const auto& [name, value] : headers) exchange.request.headers.add(name, value);
    auto response = answer(exchange, target);
    dispatcher.add_headers(exchange, response);
    return response;
  }

  std::string bearer() { return "Bearer " + sign_in.login("ada", "correct horse", {}).value().access_token; }

  accounts::Caller ada{};
  Dispatcher dispatcher{table, authenticator, metrics};

 private:
  Response answer(Exchange& exchange, std::string_view target) {
    if (auto refusal = dispatcher.begin(exchange, target)) return std::move(*refusal);
    if (!exchange.is_authenticated) {
      if (auto refusal = dispatcher.authenticate(exchange)) return std::move(*refusal);
    }
    const auto declared = static_cast<std::int64_t>(exchange.request.body.size());
    if (auto refusal = dispatcher.guard(exchange, declared)) return std::move(*refusal);
    if (auto fast = dispatcher.try_fast(exchange)) return std::move(*fast);
    return dispatcher.handle(exchange);
  }
};

TEST_F(Dispatch, asks_a_script_without_credentials_to_sign_in) {
  const auto answer = ask(Method::get, "/api/v1/jobs");
  EXPECT_EQ(answer.status, 401);
  EXPECT_EQ(answer.headers.get("WWW-Authenticate"), "Bearer");
  EXPECT_EQ(ask(Method::get, "/api/v1/jobs", {{"Authorization", "Bearer made.up.token"}}).status, 401);
  EXPECT_EQ(ask(Method::get, "/api/v1/jobs", {{"Authorization", "Basic YTpi"}}).status, 401);
}

TEST_F(Dispatch, knows_a_token_and_then_remembers_it) {
  const auto authorization = bearer();
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(ask(Method::get, "/api/v1/auth/me", {{"Authorization", authorization}}).status, 200);
  }
}

TEST_F(Dispatch, leads_a_browser_from_a_page_to_the_sign_in_and_back) {
  const auto answer = ask(Method::get, "/job/1?photo=a%26b", {{"Accept", "text/html,*/*;q=0.8"}});
  EXPECT_EQ(answer.status, 303);
  EXPECT_EQ(answer.headers.get("Location"), "/sign-in?next=%2Fjob%2F1%3Fphoto%3Da%2526b");
  EXPECT_EQ(answer.headers.get("Cache-Control"), "no-store");
}

TEST_F(Dispatch, tells_a_script_at_a_page_in_json) {
  EXPECT_EQ(ask(Method::get, "/job/1").headers.get("Content-Type"), "application/json");
  const HeaderList known{{"Authorization", bearer()}};
  const auto missing = ask(Method::get, "/job/999", known);
  EXPECT_EQ(missing.status, 404);
  EXPECT_EQ(text_of(json_of(missing).at("error").at("code")), "not_found");
}

TEST_F(Dispatch, names_the_role_that_is_too_small) {
  const auto answer = ask(Method::get, "/api/v1/users", {{"Authorization", bearer()}});
  EXPECT_EQ(answer.status, 403);
  EXPECT_EQ(text_of(json_of(answer).at("error").at("message")), "this needs the role administrator");
}

TEST_F(Dispatch, names_the_scope_that_a_token_lacks) {
  const auto token = administration.create_token(ada, {.name = "robot", .scopes = {"photos:read"}}, {}).value().secret;
  const HeaderList headers{{"Authorization", "Bearer " + token}};
  EXPECT_EQ(ask(Method::get, "/api/v1/images/photos", headers).status, 200);
  const auto refused = ask(Method::get, "/api/v1/jobs", headers);
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(text_of(json_of(refused).at("error").at("message")), "this token lacks the scope jobs:read");
}

TEST_F(Dispatch, asks_a_cookie_for_its_csrf_token_where_a_sign_in_is_needed_and_else_takes_it_for_a_stranger) {
  const auto session = sign_in.begin_browser_session("ada", "correct horse", {}).value();
  HeaderList headers{{"Cookie", "sightglass_session=" + session.cookie}, {"Content-Type", "application/json"}};
  EXPECT_EQ(ask(Method::get, "/api/v1/jobs", headers).status, 200);
  EXPECT_EQ(ask(Method::post, "/api/v1/jobs", headers, R"({"title":"a"})").status, 403);
  const auto login = R"({"username":"ada","password":"correct horse"})";
  EXPECT_EQ(ask(Method::post, "/api/v1/auth/login", headers, login).status, 200);
  headers.emplace_back("X-CSRF-Token", session.csrf_token);
  EXPECT_EQ(ask(Method::post, "/api/v1/jobs", headers, R"({"title":"a"})").status, 201);
}

TEST_F(Dispatch, refuses_a_body_declared_larger_than_the_row_takes_before_reading_it) {
  const HeaderList headers{{"Authorization", bearer()}, {"Content-Type", "application/json"}};
  EXPECT_EQ(ask(Method::post, "/api/v1/jobs", headers, std::string(2 << 20, ' ')).status, 413);
}

TEST_F(Dispatch, sends_files_whole_and_in_ranges_with_each_header_once) {
  const auto photo = add_photo(ada, "PIC of a pump");
  const auto target = "/api/v1/images/photos/" + photo + "/original";
  const HeaderList known{{"Authorization", bearer()}};
  const auto whole = ask(Method::get, target, known);
  ASSERT_TRUE(std::holds_alternative<FileBody>(whole.body));
  EXPECT_EQ(bytes_of(whole), "PIC of a pump");
  std::set<std::string> names;
  for (const auto& [name, value] : whole.headers.fields()) EXPECT_TRUE(names.insert(name).second) << name;
  const auto part = ask(Method::get, target, {known.front(), {"Range", "bytes=4-5"}});
  EXPECT_EQ(part.status, 206);
  EXPECT_EQ(bytes_of(part), "of");
  const auto past = ask(Method::get, target, {known.front(), {"Range", "bytes=99-"}});
  EXPECT_EQ(past.status, 416);
  EXPECT_EQ(past.headers.get("Content-Range"), "bytes */13");
  EXPECT_EQ(text_of(json_of(past).at("error").at("code")), "range_not_satisfiable");
  EXPECT_EQ(ask(Method::get, target, {known.front(), {"If-None-Match", "*"}}).status, 304);
}

}  // namespace
}  // namespace sightglass::http
