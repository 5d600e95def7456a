#include "sources/http_index/http_index_gateway.hpp"

#include <atomic>

#include "sources/file_signs.hpp"
#include "sources/http/http_session.hpp"
#include "unit/sources/http_source_fixture.hpp"

namespace sightglass::sources {
namespace {

using namespace std::chrono_literals;
using Reply = test::TinyReply;
using Request = test::TinyRequest;

std::string page(const std::vector<std::string>& links) {
  std::string text = "<html><title>Index of /</title><body><pre><a href=\"../\">../</a>\n";
  for (const auto& link : links) text += "<a href=\"" + link + "\">" + link + "</a>\n";
  return text + "</pre></body></html>";
}

class HttpIndexGatewayTest : public HttpSourceTest {
 protected:
  std::unique_ptr<Gateway> gateway(const Access& to) { return make_http_index_gateway(to, politeness, clock, limits); }
  std::unique_ptr<Gateway> gateway() { return gateway(access()); }

  Failure list_failure(Gateway& from) {
    std::vector<RemoteFile> files;
    const auto listing = list(from, files);
    EXPECT_FALSE(listing);
    return listing ? Failure{} : listing.error();
  }
  Failure list_failure(Reply reply) {
    answer = [reply](const Request&) { return reply; };
    return list_failure(*gateway());
  }
  Failure fetch_failure(Reply reply) {
    answer = [reply](const Request&) { return reply; };
    const ScratchFile file;
    const auto fetched = gateway()->fetch({.path = "a.jpg", .address = server.address() + "/pictures/a.jpg"},
                                          {.fd = file.fd(), .most_bytes = 1000});
    EXPECT_FALSE(fetched);
    return fetched ? Failure{} : fetched.error();
  }
  Remote<std::optional<FileSigns>> ask_after(const RemoteFile& file) {
    const auto asked = gateway();
    return dynamic_cast<AsksAfterFiles&>(*asked).ask_after(file, [] { return false; });
  }
  RemoteFile remote(std::string name = "a.jpg") const {
    return {.path = name, .address = server.address() + "/pictures/" + name};
  }
};

TEST_F(HttpIndexGatewayTest, lists_what_lies_below_to_the_depth_that_is_asked_for) {
  answer = [](const Request& request) {
    if (request.target == "/pictures/") return Reply{.body = page({"b.jpg", "cam1/", "a.jpg", "cam2/"})};
    if (request.target == "/pictures/cam1/") return Reply{.body = page({"c.jpg", "deep/"})};
    if (request.target == "/pictures/cam1/deep/") return Reply{.body = page({"d.jpg"})};
    return Reply{.body = page({"e.jpg"})};
  };
  std::vector<RemoteFile> flat;
  const auto shallow = list(*gateway(), flat);
  ASSERT_TRUE(shallow) << shallow.error().error.message;
  EXPECT_EQ(paths(flat), (std::vector<std::string>{"b.jpg", "a.jpg"}));
  EXPECT_EQ(shallow->folders, 2);
  std::vector<RemoteFile> deep;
  const auto listing = list(*gateway(), deep, {.depth = 1});
  ASSERT_TRUE(listing);
  EXPECT_EQ(paths(deep), (std::vector<std::string>{"b.jpg", "a.jpg", "cam1/c.jpg", "cam2/e.jpg"}));
  EXPECT_EQ(listing->files, 4);
  EXPECT_EQ(listing->folders, 3);
  EXPECT_EQ(deep[2].address, server.address() + "/pictures/cam1/c.jpg");
}

TEST_F(HttpIndexGatewayTest, ends_where_folders_lead_back_to_themselves) {
  answer = [](const Request& request) {
    if (request.target == "/pictures/") return Reply{.body = page({"a.jpg", "again/", "endless/"})};
    if (request.target == "/pictures/again/") return Reply{.status = 302, .fields = {{"Location", "/pictures/"}}};
    return Reply{.body = page({"a.jpg", "endless/"})};
  };
  std::vector<RemoteFile> files;
  const auto listing = list(*gateway(), files, {.depth = 16});
  ASSERT_TRUE(listing);
  EXPECT_EQ(files.size(), 17u) << "one at each depth";
  ASSERT_EQ(listing->warnings.size(), 1u);
  EXPECT_TRUE(listing->warnings[0].contains("leads back")) << listing->warnings[0];
}

TEST_F(HttpIndexGatewayTest, lists_the_rest_when_a_folder_below_is_closed) {
  answer = [](const Request& request) {
    if (request.target == "/pictures/") return Reply{.body = page({"a.jpg", "closed/", "open/"})};
    if (request.target == "/pictures/open/") return Reply{.body = page({"b.jpg"})};
    return Reply{.status = 403};
  };
  std::vector<RemoteFile> files;
  const auto listing = list(*gateway(), files, {.depth = 1});
  ASSERT_TRUE(listing);
  EXPECT_EQ(paths(files), (std::vector<std::string>{"a.jpg", "open/b.jpg"}));
  EXPECT_EQ(listing->warnings.size(), 1u);
}

TEST_F(HttpIndexGatewayTest, stops_at_the_numbers_of_files_and_folders_it_is_given) {
  answer = [](const Request&) { return Reply{.body = page({"a.jpg", "b.jpg", "x/", "y/"})}; };
  std::vector<RemoteFile> files;
  EXPECT_EQ(list(*gateway(), files, {.most_files = 1}).error().trouble, Trouble::listing);
  EXPECT_EQ(list(*gateway(), files, {.most_folders = 1}).error().trouble, Trouble::listing);
  const auto refused = gateway()->list(
      {}, [](const RemoteFile&) -> Remote<void> { return std::unexpected(Failure{.trouble = Trouble::stopped}); });
  EXPECT_EQ(refused.error().trouble, Trouble::stopped);
  EXPECT_EQ(list(*gateway(), files, {.should_stop = [] { return true; }}).error().trouble, Trouble::stopped);
}

TEST_F(HttpIndexGatewayTest, refuses_a_page_beyond_bounds) {
  limits.most_listing_bytes = 10'000;
  const auto failure = list_failure(Reply{.body = page(std::vector<std::string>(2000, "a.jpg"))});
  EXPECT_EQ(failure.trouble, Trouble::listing);
  EXPECT_TRUE(failure.concerns_source);
}

TEST_F(HttpIndexGatewayTest, tells_whose_fault_a_refused_listing_is) {
  const auto unsigned_in = list_failure(Reply{.status = 401});
  EXPECT_EQ(unsigned_in.trouble, Trouble::credentials);
  EXPECT_TRUE(unsigned_in.concerns_source);
  EXPECT_EQ(unsigned_in.error.field, "auth_type");
  EXPECT_EQ(list_failure(Reply{.status = 403}).trouble, Trouble::credentials);
  EXPECT_EQ(list_failure(Reply{.status = 404}).error.field, "base_url");
  EXPECT_EQ(list_failure(Reply{.status = 404}).trouble, Trouble::listing);
  EXPECT_EQ(list_failure(Reply{.status = 500}).trouble, Trouble::server_error);
  EXPECT_EQ(list_failure(Reply{.cuts_off = true}).trouble, Trouble::unreachable);
  const auto busy = list_failure(Reply{.status = 429, .fields = {{"Retry-After", "120"}}});
  EXPECT_EQ(busy.trouble, Trouble::busy);
  EXPECT_EQ(busy.retry_after, 120s);
  const auto dated = list_failure(
      Reply{.status = 503,
            .fields = {{"Date", "Sat, 21 Nov 2026 04:00:00 GMT"}, {"Retry-After", "Sat, 21 Nov 2026 04:05:00 GMT"}}});
  EXPECT_EQ(dated.retry_after, 300s) << "by the server's own clock";
}

TEST_F(HttpIndexGatewayTest, tells_whose_fault_a_refused_file_is) {
  for (const auto& [status, trouble] : std::vector<std::pair<int, Trouble>>{{403, Trouble::refused},
                                                                            {404, Trouble::gone},
                                                                            {410, Trouble::gone},
                                                                            {500, Trouble::server_error},
                                                                            {502, Trouble::server_error},
                                                                            {418, Trouble::refused},
                                                                            {408, Trouble::timeout}}) {
    const auto failure = fetch_failure(Reply{.status = status});
    EXPECT_EQ(failure.trouble, trouble) << status;
    EXPECT_FALSE(failure.concerns_source) << status;
  }
  for (const int status : {401, 429, 503})
    EXPECT_TRUE(fetch_failure(Reply{.status = status}).concerns_source) << status;
}

TEST_F(HttpIndexGatewayTest, signs_in_as_it_is_told) {
  answer = [](const Request&) { return Reply{.body = page({"a.jpg"})}; };
  std::vector<RemoteFile> files;
  auto with_name = access();
  with_name.sign_in = SignIn::basic;
  with_name.username = "jo";
  with_name.secret = "open sesame";
  ASSERT_TRUE(list(*gateway(with_name), files));
  EXPECT_EQ(requests.back().fields["authorization"], "Basic am86b3BlbiBzZXNhbWU=");
  EXPECT_EQ(requests.back().fields["user-agent"], "Sightglass");
  EXPECT_EQ(requests.back().fields["accept-encoding"], "identity");
  auto with_key = access();
  with_key.sign_in = SignIn::header;
  with_key.secret = "X-Api-Key: 1234:5";
  ASSERT_TRUE(list(*gateway(with_key), files));
  EXPECT_EQ(requests.back().fields["x-api-key"], "1234:5");
  EXPECT_FALSE(requests.back().fields.contains("authorization"));
}

TEST_F(HttpIndexGatewayTest, keeps_credentials_from_another_port) {
  std::vector<Request> strangers;
  const test::TinyServer other([&](const Request& request) {
    const std::lock_guard lock(mutex);
    strangers.push_back(request);
    return Reply{.body = page({"a.jpg"})};
  });
  answer = [&](const Request&) { return Reply{.status = 302, .fields = {{"Location", other.address() + "/x/"}}}; };
  auto to = access();
  to.sign_in = SignIn::header;
  to.secret = "X-Api-Key: 1234";
  std::vector<RemoteFile> files;
  ASSERT_TRUE(list(*gateway(to), files));
  EXPECT_EQ(requests.back().fields["x-api-key"], "1234");
  ASSERT_EQ(strangers.size(), 1u);
  EXPECT_FALSE(strangers[0].fields.contains("x-api-key"));
  EXPECT_EQ(paths(files), std::vector<std::string>{"a.jpg"});
}

TEST_F(HttpIndexGatewayTest, keeps_credentials_from_another_server_when_it_fetches) {
  std::vector<Request> strangers;
  const test::TinyServer other([&](const Request& request) {
    const std::lock_guard lock(mutex);
    strangers.push_back(request);
    return Reply{.body = "picture"};
  });
  auto to = access();
  to.sign_in = SignIn::basic;
  to.username = "jo";
  to.secret = "open sesame";
  const ScratchFile file;
  answer = [&](const Request&) { return Reply{.status = 307, .fields = {{"Location", other.address() + "/a.jpg"}}}; };
  const auto from = gateway(to);
  ASSERT_TRUE(from->fetch(remote(), {.fd = file.fd(), .most_bytes = 100}));
  ASSERT_TRUE(
      from->fetch({.path = "a.jpg", .address = other.address() + "/a.jpg"}, {.fd = file.fd(), .most_bytes = 100}));
  EXPECT_TRUE(requests.back().fields.contains("authorization"));
  ASSERT_EQ(strangers.size(), 2u);
  for (const auto& request : strangers) EXPECT_FALSE(request.fields.contains("authorization"));
}

TEST_F(HttpIndexGatewayTest, takes_no_packed_page) {
  const auto failure = list_failure(Reply{.fields = {{"Content-Encoding", "gzip"}, {"Content-Type", "text/html"}},
                                          .body = "\x1f\x8b\x08\x01\x02\x03packed"});
  EXPECT_EQ(failure.trouble, Trouble::listing);
}

TEST_F(HttpIndexGatewayTest, is_not_led_to_a_private_address_by_a_name) {
  auto careful = access();
  careful.allows_private_addresses = false;
  careful.base_url = "http://camera.test:" + std::to_string(server.port()) + "/pictures/";
  http::HttpSession session(careful, politeness, clock, limits, {}, [this] {
    return std::vector<std::string>{"camera.test:" + std::to_string(server.port()) + ":127.0.0.1"};
  });
  const auto page = session.ask({.address = session.root(), .most_bytes = 1000}, http::HttpSession::Purpose::listing);
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().trouble, Trouble::address);
  EXPECT_EQ(page.error().error.field, "settings.allow_private_addresses");
  EXPECT_TRUE(requests.empty());
}

TEST_F(HttpIndexGatewayTest, follows_redirects_five_times_and_in_no_circle) {
  int left = 5;
  answer = [&](const Request&) {
    if (left-- == 0) return Reply{.body = page({"a.jpg"})};
    return Reply{.status = 301, .fields = {{"Location", "/pictures/" + std::to_string(left) + "/"}}};
  };
  std::vector<RemoteFile> files;
  EXPECT_TRUE(list(*gateway(), files));
  left = 6;
  EXPECT_EQ(list_failure(*gateway()).trouble, Trouble::address);
  answer = [](const Request&) { return Reply{.status = 302, .fields = {{"Location", "/pictures/"}}}; };
  EXPECT_EQ(list_failure(*gateway()).trouble, Trouble::address);
  for (const char* place : {"", "ftp://127.0.0.1/", "file:///etc/passwd", "http://user:word@127.0.0.1/", "//"})
    EXPECT_EQ(list_failure(Reply{.status = 302, .fields = {{"Location", place}}}).trouble, Trouble::address) << place;
}

TEST_F(HttpIndexGatewayTest, goes_to_no_private_address_unless_it_is_allowed) {
  answer = [](const Request&) { return Reply{.body = page({"a.jpg"})}; };
  auto careful = access();
  careful.allows_private_addresses = false;
  const auto failure = list_failure(*gateway(careful));
  EXPECT_EQ(failure.trouble, Trouble::address);
  EXPECT_TRUE(failure.concerns_source);
  EXPECT_EQ(failure.error.code, core::ErrorCode::permission_denied);
  EXPECT_EQ(failure.error.field, "settings.allow_private_addresses");
  EXPECT_TRUE(requests.empty());
}

TEST_F(HttpIndexGatewayTest, sends_nothing_in_the_clear_unless_it_is_allowed) {
  auto careful = access();
  careful.allows_plain_transport = false;
  const auto failure = list_failure(*gateway(careful));
  EXPECT_EQ(failure.trouble, Trouble::address);
  EXPECT_EQ(failure.error.field, "settings.allow_plain_transport");
  EXPECT_TRUE(requests.empty());
}

TEST_F(HttpIndexGatewayTest, says_that_nothing_answers) {
  auto nowhere = access();
  {
    const test::TinyServer gone([](const Request&) { return Reply{}; });
    nowhere.base_url = gone.address() + "/";
  }
  const auto failure = list_failure(*gateway(nowhere));
  EXPECT_EQ(failure.trouble, Trouble::unreachable);
  EXPECT_TRUE(failure.concerns_source);
  EXPECT_EQ(failure.error.field, "base_url");
}

TEST_F(HttpIndexGatewayTest, fetches_a_file_whole) {
  answer = [](const Request&) {
    return Reply{.fields = {{"ETag", "\"v1\""},
                            {"Content-Type", "image/jpeg"},
                            {"Date", "Sat, 21 Nov 2026 04:12:33 GMT"},
                            {"Last-Modified", "Fri, 20 Nov 2026 04:12:33 GMT"}},
                 .body = "picture"};
  };
  const ScratchFile file;
  file.write("something longer than that");
  const auto fetched = gateway()->fetch(remote(), {.fd = file.fd(), .most_bytes = 7});
  ASSERT_TRUE(fetched) << fetched.error().error.message;
  EXPECT_EQ(file.text(), "picture");
  EXPECT_EQ(fetched->bytes, 7);
  EXPECT_EQ(fetched->validator, "\"v1\"");
  EXPECT_EQ(fetched->media_type, "image/jpeg");
  EXPECT_EQ(fetched->modified_at, core::parse_iso8601("2026-11-20T04:12:33Z"));
  EXPECT_EQ(fetched->server_time, core::parse_iso8601("2026-11-21T04:12:33Z"));
  EXPECT_FALSE(requests.back().fields.contains("accept-encoding"));
}

TEST_F(HttpIndexGatewayTest, goes_on_where_an_answer_broke_off) {
  answer = [](const Request& request) {
    const std::vector<std::pair<std::string, std::string>> tag{{"ETag", "\"v1\""}};
    if (!request.fields.contains("range")) return Reply{.fields = tag, .body = "pict", .announced = 7};
    EXPECT_EQ(request.fields.at("range"), "bytes=4-");
    EXPECT_EQ(request.fields.at("if-range"), "\"v1\"");
    return Reply{.status = 206, .fields = {{"ETag", "\"v1\""}, {"Content-Range", "bytes 4-6/7"}}, .body = "ure"};
  };
  const ScratchFile file;
  Gateway::Partial partial;
  const auto broken = gateway()->fetch(remote(), {.fd = file.fd(), .most_bytes = 100}, &partial);
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().trouble, Trouble::wrong_length);
  EXPECT_EQ(partial.bytes, 4);
  EXPECT_EQ(partial.validator, "\"v1\"");
  const auto whole = gateway()->fetch(
      remote(), {.fd = file.fd(), .offset = partial.bytes, .validator = partial.validator, .most_bytes = 100},
      &partial);
  ASSERT_TRUE(whole) << whole.error().error.message;
  EXPECT_EQ(whole->bytes, 7);
  EXPECT_EQ(file.text(), "picture");
}

TEST_F(HttpIndexGatewayTest, begins_anew_when_the_file_is_another_one_by_now) {
  for (const int status : {200, 206, 416}) {
    answer = [status](const Request& request) {
      const std::vector<std::pair<std::string, std::string>> fields{{"ETag", "\"v2\""},
                                                                    {"Content-Range", "bytes 4-6/7"}};
      if (status != 200 && request.fields.contains("range"))
        return Reply{.status = status, .fields = fields, .body = "XXX"};
      return Reply{.fields = {{"ETag", "\"v2\""}}, .body = "other"};
    };
    const ScratchFile file;
    file.write("pict");
    const auto fetched =
        gateway()->fetch(remote(), {.fd = file.fd(), .offset = 4, .validator = "\"v1\"", .most_bytes = 100});
    ASSERT_TRUE(fetched) << status << ": " << fetched.error().error.message;
    EXPECT_EQ(file.text(), "other") << status;
    EXPECT_EQ(fetched->validator, "\"v2\"");
  }
}

TEST_F(HttpIndexGatewayTest, puts_no_file_together_by_a_weak_tag_or_a_young_date) {
  answer = [](const Request&) { return Reply{.fields = {{"ETag", "W/\"v1\""}}, .body = "pict", .announced = 7}; };
  const ScratchFile file;
  Gateway::Partial partial;
  ASSERT_FALSE(gateway()->fetch(remote(), {.fd = file.fd(), .most_bytes = 100}, &partial));
  EXPECT_EQ(partial.bytes, 0);
  ASSERT_FALSE(gateway()->fetch(remote(), {.fd = file.fd(), .offset = 4, .validator = "W/\"v1\"", .most_bytes = 100}));
  EXPECT_FALSE(requests.back().fields.contains("range"));
  const auto dated = [&](const char* said_at) {
    answer = [said_at](const Request&) {
      return Reply{.fields = {{"Last-Modified", "Sat, 21 Nov 2026 04:12:00 GMT"}, {"Date", said_at}},
                   .body = "pict",
                   .announced = 7};
    };
    EXPECT_FALSE(gateway()->fetch(remote(), {.fd = file.fd(), .most_bytes = 100}, &partial));
    return partial.validator;
  };
  EXPECT_EQ(dated("Sat, 21 Nov 2026 04:12:59 GMT"), "");
  EXPECT_EQ(dated("Sat, 21 Nov 2026 04:13:00 GMT"), "Sat, 21 Nov 2026 04:12:00 GMT");
}

TEST_F(HttpIndexGatewayTest, asks_whether_a_file_is_a_new_one) {
  answer = [](const Request& request) {
    const bool is_known = request.fields.contains("if-none-match") || request.fields.contains("if-modified-since");
    return is_known ? Reply{.status = 304} : Reply{.status = 200, .body = "picture"};
  };
  const ScratchFile file;
  for (const char* validator : {"\"v1\"", "W/\"v1\"", "Sat, 21 Nov 2026 04:12:00 GMT"}) {
    const auto fetched =
        gateway()->fetch(remote(), {.fd = file.fd(), .validator = validator, .only_if_new = true, .most_bytes = 100});
    ASSERT_TRUE(fetched) << validator;
    EXPECT_TRUE(fetched->is_unchanged) << validator;
  }
  EXPECT_EQ(file.text(), "");
  const auto unknown = gateway()->fetch(remote(), {.fd = file.fd(), .only_if_new = true, .most_bytes = 100});
  ASSERT_TRUE(unknown);
  EXPECT_FALSE(unknown->is_unchanged);
}

TEST_F(HttpIndexGatewayTest, takes_no_more_than_it_may) {
  EXPECT_EQ(fetch_failure(Reply{.body = std::string(1001, 'x')}).trouble, Trouble::too_large);
  EXPECT_EQ(fetch_failure(Reply{.body = "x", .announced = 5'000'000'000}).trouble, Trouble::too_large);
}

TEST_F(HttpIndexGatewayTest, keeps_within_the_time_it_has) {
  limits.transfer = 200ms;
  EXPECT_EQ(fetch_failure(Reply{.body = "x", .announced = 10, .holds = true}).trouble, Trouble::timeout);
  limits.answer = 200ms;
  EXPECT_EQ(list_failure(Reply{.body = "x", .announced = 10, .holds = true}).trouble, Trouble::timeout);
}

TEST_F(HttpIndexGatewayTest, stops_in_the_middle_of_a_file) {
  std::atomic<bool> was_asked = false;
  answer = [&](const Request&) {
    was_asked = true;
    return Reply{.body = "x", .announced = 10, .holds = true};
  };
  const ScratchFile file;
  const auto fetched =
      gateway()->fetch(remote(), {.fd = file.fd(), .most_bytes = 100, .should_stop = [&] { return was_asked.load(); }});
  ASSERT_FALSE(fetched);
  EXPECT_EQ(fetched.error().trouble, Trouble::stopped);
}

TEST_F(HttpIndexGatewayTest, asks_after_a_file_without_fetching_it) {
  answer = [](const Request& request) -> Reply {
    if (request.target.ends_with("/old")) return {.status = 405};
    if (request.target.ends_with("/gone")) return {.status = 404};
    if (request.target.ends_with("/busy")) return {.status = 503, .fields = {{"Retry-After", "30"}}};
    return {.fields = {{"ETag", "\"x\""}, {"Last-Modified", "Sat, 21 Nov 2026 04:00:00 GMT"}}};
  };
  const auto ask = [&](const std::string& name) { return ask_after(remote(name)); };
  const auto signs = ask("a.jpg");
  ASSERT_TRUE(signs && *signs);
  EXPECT_EQ((*signs)->validator, "\"x\"");
  EXPECT_EQ(requests.back().method, "HEAD");
  const auto unanswered = ask("old");
  ASSERT_TRUE(unanswered);
  EXPECT_FALSE(*unanswered);
  EXPECT_EQ(ask("gone").error().trouble, Trouble::gone);
  EXPECT_TRUE(ask("busy").error().concerns_source);
  EXPECT_EQ(ask_after({.address = "ftp://x/"}).error().trouble, Trouble::address);
}

}  // namespace
}  // namespace sightglass::sources
