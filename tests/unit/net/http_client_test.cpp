#include "net/http_client.hpp"

#include <gtest/gtest.h>
#include <stdio.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "core/not_sent.hpp"
#include "support/tiny_server.hpp"
#include "support/temporary_directory.hpp"

namespace sightglass::net {
namespace {

using core::ErrorCode;
using test::TinyReply;
using test::TinyRequest;
using test::TinyServer;
using namespace std::chrono_literals;

TinyReply echo(const TinyRequest& request) {
  return {.fields = {{"X-Method", request.method}, {"X-Target", request.target}}, .body = request.body};
}

ErrorCode code_of(const core::Result<HttpAnswer>& answer) {
  EXPECT_FALSE(answer.has_value());
  return answer ? ErrorCode::internal : answer.error().code;
}

// A file that is gone with the test.
struct ScratchFile {
  FILE* file = ::tmpfile();
  ~ScratchFile() { ::fclose(file); }
  int fd() const { return ::fileno(file); }
};

class HttpClientTest : public ::testing::Test {
 protected:
  std::unique_ptr<HttpClient> client = make_http_client({});
};

TEST_F(HttpClientTest, sends_each_method_as_it_is_called) {
  const TinyServer server(echo);
  for (const auto method : {HttpMethod::get, HttpMethod::head, HttpMethod::put, HttpMethod::post, HttpMethod::delete_,
                            HttpMethod::propfind}) {
    const auto answer = client->perform({.method = method, .url = server.address() + "/a"});
    ASSERT_TRUE(answer) << answer.error().cause;
    EXPECT_EQ(answer->status, 200);
    EXPECT_EQ(answer->fields.get("x-method"), name_of(method));
  }
}

TEST_F(HttpClientTest, sends_bodies_from_memory_from_a_file_and_as_they_are_made) {
  const TinyServer server(echo);
  const ScratchFile file;
  ASSERT_EQ(::pwrite(file.fd(), "..from a file..", 15, 0), 15);
  std::string_view left = "made on the way";
  const PulledBody pulled{.pull = [&left](std::span<char> into) -> core::Result<std::size_t> {
                            const auto piece = left.substr(0, std::min<std::size_t>(into.size(), 4));
                            std::ranges::copy(piece, into.begin());
                            left.remove_prefix(piece.size());
                            return piece.size();
                          },
                          .length = 15};
  const auto sent = [&](RequestBody body) {
    const auto answer = client->perform({.method = HttpMethod::put, .url = server.address(), .body = std::move(body)});
    return answer ? answer->body : answer.error().message;
  };
  EXPECT_EQ(sent(std::string_view("from memory")), "from memory");
  EXPECT_EQ(sent(FileRange{.fd = file.fd(), .offset = 2, .length = 11}), "from a file");
  EXPECT_EQ(sent(pulled), "made on the way");
  EXPECT_EQ(sent({}), "");
}

TEST_F(HttpClientTest, takes_answers_into_memory_a_file_or_a_call) {
  const std::string large(300'000, 'x');
  const TinyServer server([&](const TinyRequest&) { return TinyReply{.body = large}; });
  EXPECT_EQ(client->perform({.url = server.address()})->body, large);
  const ScratchFile file;
  ASSERT_TRUE(client->perform({.url = server.address(), .sink = IntoFile{.fd = file.fd(), .most_bytes = 1 << 20}}));
  std::string read(large.size() + 1, ' ');
  EXPECT_EQ(::pread(file.fd(), read.data(), read.size(), 0), static_cast<ssize_t>(large.size()));
  std::string called;
  ASSERT_TRUE(client->perform({.url = server.address(), .sink = [&](std::string_view bytes) -> core::Result<void> {
                                 called += bytes;
                                 return {};
                               }}));
  EXPECT_EQ(called, large);
}

std::string text_in(const ScratchFile& file) {
  std::string text(100, '\0');
  text.resize(static_cast<std::size_t>(std::max<ssize_t>(::pread(file.fd(), text.data(), text.size(), 0), 0)));
  return text;
}

TEST_F(HttpClientTest, writes_a_part_where_it_belongs_and_a_whole_from_the_beginning) {
  const TinyServer server([](const TinyRequest& request) {
    if (!request.fields.contains("range")) return TinyReply{.body = "whole"};
    return TinyReply{.status = 206, .fields = {{"Content-Range", "bytes 4-8/9"}}, .body = "later"};
  });
  const ScratchFile file;
  ASSERT_EQ(::pwrite(file.fd(), "----", 4, 0), 4);
  const IntoFile sink{.fd = file.fd(), .most_bytes = 9, .offset = 4};
  const HttpFields range{{"Range", "bytes=4-"}};
  ASSERT_TRUE(client->perform({.url = server.address(), .fields = range, .sink = sink}));
  EXPECT_EQ(text_in(file), "----later");
  ASSERT_TRUE(client->perform({.url = server.address(), .sink = sink}));
  EXPECT_EQ(text_in(file), "wholeater");
  const IntoFile tight{.fd = file.fd(), .most_bytes = 8, .offset = 4};
  EXPECT_EQ(code_of(client->perform({.url = server.address(), .fields = range, .sink = tight})), ErrorCode::too_large);
}

TEST_F(HttpClientTest, writes_nothing_of_a_part_that_was_not_asked_for) {
  const TinyServer server([](const TinyRequest&) {
    return TinyReply{.status = 206, .fields = {{"Content-Range", "bytes 0-4/9"}}, .body = "wrong"};
  });
  const ScratchFile file;
  const auto answer =
      client->perform({.url = server.address(), .sink = IntoFile{.fd = file.fd(), .most_bytes = 100, .offset = 4}});
  EXPECT_EQ(code_of(answer), ErrorCode::unavailable);
  EXPECT_EQ(text_in(file), "");
}

TEST_F(HttpClientTest, refuses_what_is_announced_too_large_before_it_comes) {
  const TinyServer server([](const TinyRequest&) { return TinyReply{.body = "12345", .announced = 1 << 30}; });
  const ScratchFile file;
  Arrived arrived;
  EXPECT_EQ(
      code_of(client->perform(
          {.url = server.address(), .sink = IntoFile{.fd = file.fd(), .most_bytes = 1 << 20}, .arrived = &arrived})),
      ErrorCode::too_large);
  EXPECT_EQ(arrived.bytes, 0);
  EXPECT_EQ(text_in(file), "");
}

TEST_F(HttpClientTest, tells_what_came_before_the_connection_broke_off) {
  const TinyServer server(
      [](const TinyRequest&) { return TinyReply{.fields = {{"ETag", "\"v1\""}}, .body = "half", .announced = 8}; });
  const ScratchFile file;
  Arrived arrived;
  ASSERT_FALSE(client->perform(
      {.url = server.address(), .sink = IntoFile{.fd = file.fd(), .most_bytes = 100}, .arrived = &arrived}));
  EXPECT_EQ(arrived.status, 200);
  EXPECT_EQ(arrived.bytes, 4);
  EXPECT_TRUE(arrived.ended_short);
  EXPECT_EQ(arrived.fields.get("etag"), "\"v1\"");
  EXPECT_EQ(text_in(file), "half");
}

TEST_F(HttpClientTest, is_called_off_in_the_middle_of_an_answer) {
  std::atomic<bool> was_asked = false;
  const TinyServer server([&](const TinyRequest&) {
    was_asked = true;
    return TinyReply{.body = "half", .announced = 8, .holds = true};
  });
  const auto answer = client->perform({.url = server.address(), .should_stop = [&] { return was_asked.load(); }});
  EXPECT_EQ(code_of(answer), ErrorCode::cancelled);
}

TEST_F(HttpClientTest, sends_no_field_that_would_begin_another) {
  std::atomic<int> asked = 0;
  const TinyServer server([&](const TinyRequest&) {
    ++asked;
    return TinyReply{};
  });
  for (const auto& field : {std::pair<std::string, std::string>{"X-Key", "1\r\nX-Other: 2"},
                            {"X-Key", "1\n"},
                            {"X-Key", std::string("1\0", 2)},
                            {"X-Key\r\nX-Other", "1"},
                            {"X-Key: 1", "2"},
                            {"", "1"}})
    EXPECT_EQ(code_of(client->perform({.url = server.address(), .fields = {field}})), ErrorCode::invalid_input);
  EXPECT_EQ(asked, 0);
}

TEST_F(HttpClientTest, ends_an_answer_whose_fields_have_no_end) {
  const TinyServer server([](const TinyRequest&) {
    TinyReply reply;
    for (int i = 0; i < 400; ++i) reply.fields.emplace_back("X-Field", std::string(1000, 'x'));
    return reply;
  });
  EXPECT_FALSE(client->perform({.url = server.address()}));
}

TEST_F(HttpClientTest, gives_back_what_a_refusal_says_and_keeps_it_out_of_the_sink) {
  const TinyServer server(
      [](const TinyRequest&) { return TinyReply{.status = 404, .body = std::string(100'000, 'e')}; });
  bool was_called = false;
  const auto answer = client->perform({.url = server.address(), .sink = [&](std::string_view) -> core::Result<void> {
                                         was_called = true;
                                         return {};
                                       }});
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 404);
  EXPECT_EQ(answer->body.size(), 64u << 10);
  EXPECT_FALSE(was_called);
}

TEST_F(HttpClientTest, ends_an_answer_that_is_longer_than_is_taken) {
  const TinyServer server([](const TinyRequest&) { return TinyReply{.body = std::string(5000, 'x')}; });
  EXPECT_EQ(code_of(client->perform({.url = server.address(), .sink = IntoMemory{.most_bytes = 4999}})),
            ErrorCode::too_large);
}

TEST_F(HttpClientTest, ends_with_the_error_of_a_callback) {
  const TinyServer server(echo);
  const auto refused = client->perform({.method = HttpMethod::put,
                                        .url = server.address(),
                                        .body = PulledBody{.pull = [](std::span<char>) -> core::Result<std::size_t> {
                                                             return core::fail(ErrorCode::quota_exceeded, "not now");
                                                           },
                                                           .length = 10}});
  EXPECT_EQ(code_of(refused), ErrorCode::quota_exceeded);
  const auto full = client->perform(
      {.method = HttpMethod::put,
       .url = server.address(),
       .body = std::string_view("x"),
       .sink = [](std::string_view) -> core::Result<void> { return core::fail(ErrorCode::quota_exceeded, "full"); }});
  EXPECT_EQ(code_of(full), ErrorCode::quota_exceeded);
}

TEST_F(HttpClientTest, keeps_connections_for_the_requests_that_follow) {
  const TinyServer server(echo);
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(client->perform({.url = server.address()}));
  EXPECT_EQ(server.connections(), 1);
}

TEST_F(HttpClientTest, goes_on_when_a_kept_connection_was_closed_meanwhile) {
  std::atomic<int> asked = 0;
  const TinyServer server([&](const TinyRequest& request) {
    // The second request comes on the first connection, which is closed instead of an answer.
    ++asked;
    return TinyReply{.body = request.body, .cuts_off = asked == 2};
  });
  for (int i = 0; i < 2; ++i) {
    const auto answer =
        client->perform({.method = HttpMethod::put, .url = server.address(), .body = std::string_view("again")});
    ASSERT_TRUE(answer) << answer.error().cause;
    EXPECT_EQ(answer->body, "again");
  }
}

TEST_F(HttpClientTest, opens_no_more_connections_than_it_may) {
  client = make_http_client({.most_connections = 2});
  const TinyServer server(echo);
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) threads.emplace_back([&] { EXPECT_TRUE(client->perform({.url = server.address()})); });
  }
  EXPECT_LE(server.connections(), 2);
}

TEST_F(HttpClientTest, says_that_nothing_answers) {
  std::string address;
  {
    const TinyServer gone(echo);
    address = gone.address();
  }
  const auto answer = client->perform({.url = address + "/secret?token=x"});
  EXPECT_EQ(code_of(answer), ErrorCode::unavailable);
  EXPECT_EQ(answer.error().message, address + " cannot be reached.");
  EXPECT_TRUE(core::was_not_sent(answer.error()));
}

TEST_F(HttpClientTest, says_that_the_connection_broke_off) {
  const TinyServer none([](const TinyRequest&) { return TinyReply{.cuts_off = true}; });
  const auto cut = client->perform({.url = none.address()});
  EXPECT_EQ(code_of(cut), ErrorCode::unavailable);
  EXPECT_FALSE(core::was_not_sent(cut.error())) << "the request had gone out";
  const TinyServer half([](const TinyRequest&) { return TinyReply{.body = "half", .announced = 8}; });
  EXPECT_EQ(code_of(client->perform({.url = half.address()})), ErrorCode::unavailable);
}

TEST_F(HttpClientTest, gives_up_at_the_deadline_and_when_bytes_stall) {
  const TinyServer server([](const TinyRequest&) { return TinyReply{.body = "half", .announced = 8, .holds = true}; });
  EXPECT_EQ(code_of(client->perform({.url = server.address(), .deadline = 200ms})), ErrorCode::timeout);
  EXPECT_EQ(code_of(client->perform({.url = server.address(), .deadline = 60s, .stall = 1s})), ErrorCode::timeout);
}

TEST_F(HttpClientTest, follows_redirects_only_when_asked_to) {
  const TinyServer server([](const TinyRequest& request) {
    if (request.target == "/there") return TinyReply{.body = "arrived"};
    return TinyReply{.status = 302, .fields = {{"Location", "/there"}}};
  });
  EXPECT_EQ(client->perform({.url = server.address()})->status, 302);
  const auto followed = client->perform({.url = server.address(), .most_redirects = 1});
  EXPECT_EQ(followed->status, 200);
  EXPECT_EQ(followed->body, "arrived");
}

TEST_F(HttpClientTest, sends_paths_as_they_are) {
  const TinyServer server(echo);
  const auto answer = client->perform({.url = server.address() + "/a/../b/%2E%2e/c//d?x=%2F"});
  EXPECT_EQ(answer->fields.get("X-Target"), "/a/../b/%2E%2e/c//d?x=%2F");
}

// A server with a certificate of its own, for two connections.
class OwnCertificateServer {
 public:
  explicit OwnCertificateServer(const std::string& directory) {
    const std::string files = "-keyout " + directory + "/key.pem -out " + directory + "/cert.pem";
    is_made_ = std::system(("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 " +
                            files + " -subj /CN=here -addext subjectAltName=IP:127.0.0.1 >/dev/null 2>&1")
                               .c_str()) == 0;
    server_ = ::popen(("exec openssl s_server -www -naccept 2 -accept 127.0.0.1:0 -cert " + directory +
                       "/cert.pem -key " + directory + "/key.pem 2>/dev/null </dev/null")
                          .c_str(),
                      "re");
  }
  ~OwnCertificateServer() { ::pclose(server_); }
  OwnCertificateServer(const OwnCertificateServer&) = delete;
  OwnCertificateServer& operator=(const OwnCertificateServer&) = delete;

  // Empty when it does not start.
  std::string address() {
    std::string line(200, '\0');
    while (is_made_ && std::fgets(line.data(), static_cast<int>(line.size()), server_) != nullptr) {
      const std::string text = line.c_str();
      if (text.starts_with("ACCEPT "))
        return "https://127.0.0.1:" + std::to_string(std::stoi(text.substr(text.rfind(':') + 1)));
    }
    return {};
  }

 private:
  bool is_made_ = false;
  std::FILE* server_ = nullptr;
};

TEST_F(HttpClientTest, trusts_only_the_certificates_that_it_is_told_to) {
  const test::TemporaryDirectory directory;
  OwnCertificateServer server(directory.path().string());
  const auto address = server.address();
  ASSERT_FALSE(address.empty()) << "openssl does not serve";
  const auto untrusted = client->perform({.url = address});
  EXPECT_EQ(code_of(untrusted), ErrorCode::unavailable);
  EXPECT_EQ(untrusted.error().message, "The certificate of " + address + " is not trusted.");
  client = make_http_client({.ca_file = directory.path() / "cert.pem"});
  const auto answer = client->perform({.url = address});
  ASSERT_TRUE(answer) << answer.error().cause;
  EXPECT_EQ(answer->status, 200);
}

TEST_F(HttpClientTest, takes_only_addresses_of_http_servers) {
  for (const char* url : {"file:///etc/passwd", "ftp://127.0.0.1/", "", "http://", "nothing"})
    EXPECT_FALSE(client->perform({.url = url})) << url;
  EXPECT_EQ(code_of(client->perform({.url = "file:///etc/passwd"})), ErrorCode::invalid_input);
}

}  // namespace
}  // namespace sightglass::net
