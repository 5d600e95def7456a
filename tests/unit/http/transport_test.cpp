#include "http/transport.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include "server_house.hpp"

namespace sightglass::http::testing {
namespace {

using namespace std::chrono_literals;

std::string get(std::string_view target, std::string_view more = {}) {
  return "GET " + std::string(target) + " HTTP/1.1\r\nHost: here\r\n" + std::string(more) + "\r\n";
}

std::string post(std::string_view target, std::string_view body, std::string_view more = {}) {
  return "POST " + std::string(target) + " HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\n" +
         std::string(more) + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

std::string part(std::string_view name, std::string_view content) {
  return "--b\r\nContent-Disposition: form-data; name=\"" + std::string(name) + "\"\r\n\r\n" + std::string(content) +
         "\r\n";
}

std::string upload_head(std::size_t length, std::string_view target = "/upload", std::string_view more = {}) {
  return "POST " + std::string(target) +
         " HTTP/1.1\r\nHost: here\r\nContent-Type: multipart/form-data; boundary=b\r\n" + std::string(more) +
         "Content-Length: " + std::to_string(length) + "\r\n\r\n";
}

using Transport = ServerHouse;

TEST_F(Transport, answers_requests_one_after_the_other_on_one_connection) {
  RawClient client(start());
  EXPECT_EQ(client.ask(get("/hello/anna")).body, "\"anna\"");
  const auto second = client.ask(get("/hello/b%C3%A9a/"));
  EXPECT_EQ(second.body,
            "\"b\xC3\xA9"
            "a\"");
  EXPECT_FALSE(second.header("X-Request-Id").empty());
  EXPECT_EQ(second.header("X-Content-Type-Options"), "nosniff");
}

TEST_F(Transport, answers_pipelined_requests_in_order) {
  RawClient client(start());
  client.send(get("/hello/one") + post("/echo", "{\"a\":1}") + get("/hello/three"));
  EXPECT_EQ(client.receive().body, "\"one\"");
  EXPECT_EQ(client.receive().body, "{\"a\":1}");
  EXPECT_EQ(client.receive().body, "\"three\"");
}

TEST_F(Transport, keeps_a_good_request_id_and_replaces_a_bad_one) {
  RawClient client(start());
  EXPECT_EQ(client.ask(get("/hello/a", "X-Request-Id: abc-1.2_3\r\n")).header("X-Request-Id"), "abc-1.2_3");
  EXPECT_NE(client.ask(get("/hello/a", "X-Request-Id: a b\r\n")).header("X-Request-Id"), "a b");
}

TEST_F(Transport, sends_shared_bytes_with_validators_ranges_and_304) {
  RawClient client(start());
  EXPECT_EQ(client.ask(get("/fast")).body, *shared_bytes);
  EXPECT_EQ(client.ask(get("/fast", "If-None-Match: \"v1\"\r\n")).status, 304);
  const auto part_answer = client.ask(get("/fast", "Range: bytes=0-9\r\n"));
  EXPECT_EQ(part_answer.status, 206);
  EXPECT_EQ(part_answer.body, "xxxxxxxxxx");
  EXPECT_EQ(part_answer.header("Content-Range"), "bytes 0-9/15000");
}

TEST_F(Transport, answers_head_with_the_length_and_no_body) {
  RawClient client(start());
  client.send("HEAD /fast HTTP/1.1\r\nHost: here\r\n\r\n" + get("/hello/next"));
  EXPECT_EQ(client.receive(false).header("Content-Length"), "15000");
  EXPECT_EQ(client.receive().body, "\"next\"");
}

TEST_F(Transport, closes_when_http_1_0_does_not_ask_to_stay) {
  RawClient client(start());
  EXPECT_EQ(client.ask("GET /hello/a HTTP/1.0\r\n\r\n").status, 200);
  EXPECT_TRUE(client.is_closed());
}

TEST_F(Transport, hides_what_an_exception_said) {
  RawClient client(start());
  const auto answer = client.ask(get("/throws"));
  EXPECT_EQ(answer.status, 500);
  EXPECT_EQ(answer.body.find("secret"), std::string::npos);
  EXPECT_EQ(client.ask(get("/hello/still")).status, 200);
}

TEST_F(Transport, names_the_methods_a_path_answers) {
  RawClient client(start());
  const auto wrong = client.ask("DELETE /hello/a HTTP/1.1\r\nHost: here\r\n\r\n");
  EXPECT_EQ(wrong.status, 405);
  EXPECT_EQ(wrong.header("Allow"), "GET, HEAD, OPTIONS");
  EXPECT_EQ(client.ask("OPTIONS /hello/a HTTP/1.1\r\nHost: here\r\n\r\n").status, 204);
  EXPECT_EQ(client.ask(get("/nowhere")).status, 404);
}

// A body of so many pieces of 100,000 bytes, of which one may fail.
class Pieces final : public StreamedBody {
 public:
  Pieces(int count, int failing, std::atomic<int>& made, std::atomic<int>& alive)
      : count_(count), failing_(failing), made_(made), alive_(alive) {
    ++alive_;
  }
  Pieces(const Pieces&) = delete;
  Pieces& operator=(const Pieces&) = delete;
  ~Pieces() override { --alive_; }
  core::Result<void> next(std::string& piece) override {
    if (made_ == failing_) return core::fail(core::unavailable("the disk is gone"));
    piece.assign(made_ < count_ ? 100'000 : 0, 'p');
    if (made_ < count_) ++made_;
    return {};
  }

 private:
  int count_;
  int failing_;
  std::atomic<int>& made_;
  std::atomic<int>& alive_;
};

class StreamedBodies : public ServerHouse {
 protected:
  std::uint16_t serve(int count, int failing = -1) {
    auto row = public_row(Method::get, "/streamed");
    row.handle = [this, count, failing](const Request&) -> core::Result<Response> {
      Response response;
      response.body = std::make_unique<Pieces>(count, failing, made, alive);
      return response;
    };
    table.push_back(row);
    return start();
  }
  void wait_for_end() {
    while (alive > 0) std::this_thread::yield();
  }
  std::atomic<int> made{0};
  std::atomic<int> alive{0};
};

TEST_F(StreamedBodies, are_sent_in_chunks_and_leave_the_connection_open) {
  RawClient client(serve(3));
  client.send(get("/streamed"));
  const auto answer = client.receive(false);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.header("Transfer-Encoding"), "chunked");
  EXPECT_EQ(answer.header("Content-Length"), "");
  const std::string chunk = "186a0\r\n" + std::string(100'000, 'p') + "\r\n";
  EXPECT_EQ(client.take(3 * chunk.size() + 5), chunk + chunk + chunk + "0\r\n\r\n");
  EXPECT_EQ(client.ask(get("/hello/next")).body, "\"next\"");
}

TEST_F(StreamedBodies, end_with_the_connection_where_http_1_0_knows_no_chunks) {
  RawClient client(serve(1));
  client.send("GET /streamed HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  const auto answer = client.receive(false);
  EXPECT_EQ(answer.header("Transfer-Encoding"), "");
  EXPECT_EQ(client.take(100'000), std::string(100'000, 'p'));
  EXPECT_TRUE(client.is_closed());
}

TEST_F(StreamedBodies, are_not_begun_for_head) {
  RawClient client(serve(1));
  client.send("HEAD /streamed HTTP/1.1\r\nHost: here\r\n\r\n" + get("/hello/next"));
  EXPECT_EQ(client.receive(false).status, 200);
  EXPECT_EQ(client.receive().body, "\"next\"");
  EXPECT_EQ(made, 0);
}

TEST_F(StreamedBodies, that_fail_are_cut_off_without_the_last_chunk) {
  RawClient client(serve(3, 1));
  client.send(get("/streamed"));
  EXPECT_EQ(client.receive(false).status, 200);
  const auto rest = client.take(1'000'000);
  EXPECT_EQ(rest.size(), std::string_view("186a0\r\n\r\n").size() + 100'000);
  EXPECT_FALSE(rest.ends_with("0\r\n\r\n"));
  EXPECT_TRUE(client.is_closed());
}

TEST_F(StreamedBodies, are_made_no_faster_than_they_are_taken_and_end_with_their_client) {
  const int count = 100'000;  // 10 GB
  RawClient client(serve(count));
  client.send(get("/streamed"));
  EXPECT_EQ(client.receive(false).status, 200);
  client.take(1'000'000);
  client.close();
  wait_for_end();
  EXPECT_LT(made, 1000) << "what the kernel holds for a client, and a few more";
}

class BadFraming : public ServerHouse, public ::testing::WithParamInterface<const char*> {};

TEST_P(BadFraming, is_answered_400_and_closed) {
  RawClient client(start());
  client.send(GetParam());
  client.finish_sending();
  EXPECT_EQ(client.receive().status, 400);
  EXPECT_TRUE(client.is_closed());
}

INSTANTIATE_TEST_SUITE_P(
    Transport, BadFraming,
    ::testing::Values(
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\nhello",
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5x\r\n\r\nhello",
        "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        "POST /echo HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "GET /hello/a HTTP/1.1\r\n\r\n", "GET /hello/a HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        "GET /hello/a HTTP/1.1\r\nHost : a\r\n\r\n", "GET /hello/a HTTP/1.1\nHost: a\n\n",
        "GET  /hello/a HTTP/1.1\r\nHost: a\r\n\r\n",
        "\x16\x03\x01\x02\x01\x01\xfc\x03\x03 TLS to a plain port\r\n\r\n"));

TEST_F(Transport, refuses_escapes_that_are_wrong_or_move_segments) {
  RawClient client(start());
  for (const auto* target : {"/hello/%zz", "/hello/%2", "/hello/a%2fb", "/hello/%00", "/hello/../echo", "/hello/%5c"})
    EXPECT_EQ(client.ask(get(target)).status, 400) << target;
  EXPECT_EQ(client.ask(get("/hello/" + std::string(9000, 'a'))).status, 414);
}

TEST_F(Transport, refuses_headers_without_end) {
  RawClient client(start());
  client.send(get("/hello/a", "X-Long: " + std::string(40'000, 'a') + "\r\n"));
  EXPECT_EQ(client.receive().status, 431);
}

TEST_F(Transport, refuses_a_declared_body_over_the_limit_before_it_comes) {
  RawClient client(start());
  const auto answer = client.ask("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\n\r\n");
  EXPECT_EQ(answer.status, 413);
  client.finish_sending();
  EXPECT_TRUE(client.is_closed());
}

TEST_F(Transport, counts_a_chunked_body_against_the_limit) {
  RawClient client(start());
  const std::string chunk = "258\r\n" + std::string(600, 'a') + "\r\n";
  const std::string head = "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  EXPECT_EQ(client.ask(head + chunk + "0\r\n\r\n").body.size(), 600U);
  EXPECT_EQ(client.ask(head + chunk + chunk + "0\r\n\r\n").status, 413);
}

TEST_F(Transport, refuses_chunks_with_a_wrong_size) {
  RawClient client(start());
  EXPECT_EQ(client.ask("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhi\r\n").status, 400);
}

TEST_F(Transport, invites_a_body_that_waits_for_it) {
  RawClient client(start());
  client.send("POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(client.receive(false).status, 100);
  EXPECT_EQ(client.ask("{}").status, 200);
  EXPECT_EQ(client.ask(get("/hello/a", "Expect: 200-ok\r\n")).status, 417);
}

TEST_F(Transport, does_not_invite_a_body_it_will_refuse) {
  RawClient client(start());
  EXPECT_EQ(client.ask(upload_head(100, "/secret", "Expect: 100-continue\r\n")).status, 401);
}

TEST_F(Transport, streams_an_upload_into_its_sink) {
  ServerOptions options;
  options.upload_chunk_bytes = 64U << 10;
  RawClient client(start(options));
  const std::string body = part("description", "hi") + part("image", std::string(3'000'000, '\r')) + "--b--\r\n";
  EXPECT_EQ(client.ask(upload_head(body.size()) + body).body, "{\"bytes\":3000002}");
  EXPECT_EQ(record.parts, (std::vector<std::string>{"description", "image"}));
  EXPECT_EQ(client.ask(get("/hello/after")).status, 200);
  EXPECT_EQ(record.destroyed, 1);
}

TEST_F(Transport, answers_an_upload_that_is_refused_half_way_and_destroys_its_sink) {
  RawClient client(start());
  const std::string body = part("refused", std::string(2'000'000, 'a')) + "--b--\r\n";
  client.send(upload_head(body.size()) + body);
  EXPECT_EQ(client.receive().status, 422);
  EXPECT_EQ(record.finished, 0);
  EXPECT_EQ(record.destroyed, 1);
}

TEST_F(Transport, destroys_the_sink_of_a_client_that_leaves) {
  RawClient client(start());
  client.send(upload_head(1'000'000) + part("image", "the beginning"));
  client.close();
  record.wait_for_destroyed(1);
  EXPECT_EQ(record.finished, 0);
}

TEST_F(Transport, refuses_uploads_with_wrong_framing) {
  const auto port = start();
  for (const std::string& body :
       {std::string("nothing of the kind"), part("a", "x"), std::string("--b\nno"), std::string()}) {
    RawClient client(port);
    EXPECT_EQ(client.ask(upload_head(body.size()) + body).status, 400) << body;
  }
  RawClient client(port);
  EXPECT_EQ(client
                .ask("POST /upload HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data\r\n"
                     "Content-Length: 0\r\n\r\n")
                .status,
            400);
}

TEST_F(Transport, takes_an_upload_without_a_body_for_an_empty_form) {
  RawClient client(start());
  EXPECT_EQ(client.ask("POST /upload HTTP/1.1\r\nHost: a\r\n\r\n").body, "{\"bytes\":0}");
  EXPECT_EQ(record.finished, 1);
}

TEST_F(Transport, answers_429_before_the_body_when_too_many_uploads_run) {
  ServerOptions options;
  options.max_uploads = 1;
  record.gate = &gate;
  const auto port = start(options);
  RawClient first(port);
  const std::string body = part("image", "x") + "--b--\r\n";
  first.send(upload_head(body.size()) + body);
  gate.wait_for_arrivals(1);
  RawClient second(port);
  const auto refused = second.ask(upload_head(5'000'000));
  EXPECT_EQ(refused.status, 429);
  EXPECT_FALSE(refused.header("Retry-After").empty());
  gate.open();
  EXPECT_EQ(first.receive().status, 201);
}

TEST_F(Transport, answers_others_while_uploads_hold_all_their_threads) {
  record.gate = &gate;
  const auto port = start();
  const std::string body = part("image", "x") + "--b--\r\n";
  std::vector<std::unique_ptr<RawClient>> uploads;
  for (int i = 0; i < 4; ++i) {
    uploads.push_back(std::make_unique<RawClient>(port));
    uploads.back()->send(upload_head(body.size()) + body);
  }
  gate.wait_for_arrivals(4);
  RawClient other(port);
  EXPECT_EQ(other.ask(get("/hello/anna")).status, 200);
  gate.open();
  for (auto& upload : uploads) EXPECT_EQ(upload->receive().status, 201);
}

TEST_F(Transport, answers_503_over_the_most_connections) {
  ServerOptions options;
  options.max_connections = 1;
  const auto port = start(options);
  RawClient first(port);
  EXPECT_EQ(first.ask(get("/hello/a")).status, 200);
  RawClient second(port);
  EXPECT_EQ(second.receive().status, 503);
}

// With a client that stays to read its answer, then hears nothing more.
void expect_timeout(RawClient& client) {
  const auto answer = client.receive();
  EXPECT_EQ(answer.status, 408);
  EXPECT_EQ(answer.header("Connection"), "close");
  EXPECT_NE(answer.body.find("request_timeout"), std::string::npos) << answer.body;
  EXPECT_TRUE(client.is_closed());
}

TEST_F(Transport, answers_408_to_headers_that_drip) {
  ServerOptions options;
  options.header_timeout = 100ms;
  options.linger_timeout = 100ms;
  RawClient client(start(options));
  client.send("GET /hello/a HTTP/1.1\r\nHost");
  expect_timeout(client);
}

TEST_F(Transport, answers_408_to_an_upload_that_stalls_and_destroys_its_sink) {
  ServerOptions options;
  options.stall_timeout = 100ms;
  options.linger_timeout = 100ms;
  RawClient client(start(options));
  client.send(upload_head(1'000'000) + part("image", "x"));
  record.wait_for_destroyed(1);
  EXPECT_EQ(record.finished, 0);
  expect_timeout(client);
}

TEST_F(Transport, answers_408_to_a_body_that_stalls_and_serves_the_next_connection) {
  ServerOptions options;
  options.stall_timeout = 100ms;
  options.linger_timeout = 100ms;
  const auto port = start(options);
  {
    RawClient client(port);
    EXPECT_EQ(client.ask(get("/hello/a")).status, 200);
    client.send("POST /echo HTTP/1.1\r\nHost: here\r\nContent-Length: 10\r\n\r\nhalf");
    expect_timeout(client);
  }
  RawClient next(port);
  EXPECT_EQ(next.ask("POST /echo HTTP/1.1\r\nHost: here\r\nContent-Length: 4\r\n\r\nall!").body, "all!");
}

TEST_F(Transport, closes_without_an_answer_when_the_client_left_its_body_half_sent) {
  RawClient client(start());
  client.send(upload_head(1'000'000) + part("image", "x"));
  client.finish_sending();
  record.wait_for_destroyed(1);
  EXPECT_EQ(client.receive().status, 0);
}

TEST_F(Transport, cuts_off_a_body_that_keeps_dripping_past_the_deadline_of_its_row) {
  auto slow = public_row(Method::post, "/slow");
  slow.body = BodyKind::json;
  slow.max_body_bytes = 500'000'000;  // more than can drip in by single bytes
  slow.deadline_seconds = 1;
  slow.handle = [](const Request&) -> core::Result<Response> { return Response::json(200, "true"); };
  table.push_back(std::move(slow));
  ServerOptions options;
  options.linger_timeout = 100ms;
  RawClient client(start(options));
  client.send("POST /slow HTTP/1.1\r\nHost: here\r\nContent-Length: 500000000\r\n\r\n");
  const auto began = std::chrono::steady_clock::now();
  while (client.send("x") && std::chrono::steady_clock::now() - began < 5s) std::this_thread::yield();
  EXPECT_LT(std::chrono::steady_clock::now() - began, 4s);
}

TEST_F(Transport, takes_an_upload_past_the_deadline_of_its_row_while_its_rate_holds) {
  auto patient = public_row(Method::post, "/patient");
  patient.body = BodyKind::multipart;
  patient.deadline_seconds = 0;
  patient.upload = [this](const Request&) -> core::Result<std::unique_ptr<UploadSink>> {
    return std::make_unique<RecordingSink>(record);
  };
  table.push_back(std::move(patient));
  RawClient client(start());
  const std::string body = part("image", std::string(300'000, 'x')) + "--b--\r\n";
  EXPECT_EQ(client.ask(upload_head(body.size(), "/patient") + body).status, 201);
}

TEST_F(Transport, cuts_off_an_upload_that_drips_below_the_least_rate) {
  ServerOptions options;
  options.upload_grace = 200ms;
  options.least_upload_rate = 1'000'000'000;  // faster than single bytes can come
  options.linger_timeout = 100ms;
  RawClient client(start(options));
  client.send(upload_head(8'000'000) + part("image", "x"));
  const auto began = std::chrono::steady_clock::now();
  while (client.send("x") && std::chrono::steady_clock::now() - began < 5s) std::this_thread::yield();
  EXPECT_LT(std::chrono::steady_clock::now() - began, 4s);
  record.wait_for_destroyed(1);
  EXPECT_EQ(record.finished, 0);
}

TEST_F(Transport, leaves_upload_places_to_others_when_one_caller_takes_many) {
  ServerOptions options;
  options.max_uploads = 4;
  record.gate = &gate;
  const auto port = start(options);
  const std::string body = part("image", "x") + "--b--\r\n";
  std::vector<std::unique_ptr<RawClient>> uploads;
  for (int i = 0; i < 3; ++i) {
    uploads.push_back(std::make_unique<RawClient>(port));
    uploads.back()->send(upload_head(body.size()) + body);
  }
  gate.wait_for_arrivals(3);
  RawClient fourth(port);
  EXPECT_EQ(fourth.ask(upload_head(5'000'000)).status, 429) << "three quarters are theirs already";
  gate.open();
  for (auto& upload : uploads) EXPECT_EQ(upload->receive().status, 201);
}

TEST_F(Transport, believes_what_a_trusted_proxy_says_of_its_client_and_nobody_else) {
  ServerOptions options;
  options.trusted_proxies = TrustedProxies::parse({"127.0.0.1"}).value();
  const std::string said = "X-Forwarded-For: 198.51.100.1, 203.0.113.9\r\nX-Forwarded-Proto: https\r\n";
  {
    RawClient proxy(start(options));
    EXPECT_EQ(proxy.ask(get("/who", said)).body, "203.0.113.9 by TLS");
    EXPECT_EQ(proxy.ask(get("/who")).body, "127.0.0.1") << "each request speaks for itself";
  }
  options.trusted_proxies = TrustedProxies::parse({"192.0.2.0/24"}).value();
  RawClient stranger(restart(options));
  EXPECT_EQ(stranger.ask(get("/who", said)).body, "127.0.0.1");
}

TEST_F(Transport, gives_each_client_of_a_proxy_its_share_of_requests) {
  ServerOptions options;
  options.trusted_proxies = TrustedProxies::parse({"127.0.0.1"}).value();
  options.max_connections_per_address = 1;
  const auto port = start(options);
  const std::string ada = "X-Forwarded-For: 203.0.113.1\r\n";
  RawClient first(port);
  first.send(get("/waits", ada));
  gate.wait_for_arrivals(1);
  RawClient second(port);
  EXPECT_EQ(second.ask(get("/who", ada)).status, 429);
  EXPECT_EQ(second.ask(get("/who", "X-Forwarded-For: 203.0.113.2\r\n")).status, 200);
  gate.open();
  EXPECT_EQ(first.receive().status, 200);
  EXPECT_EQ(second.ask(get("/who", ada)).status, 200);
}

TEST_F(Transport, makes_what_takes_long_among_the_uploads_while_others_are_served) {
  auto lost = public_row(Method::get, "/lost");
  lost.handle = [](const Request&) -> core::Result<Response> { return Response::deferred(); };
  lost.patient = [this](const Request&) -> core::Result<Response> {
    gate.arrive_and_wait();
    return Response::json(200, "\"made again\"");
  };
  table.push_back(std::move(lost));
  ServerOptions options;
  options.max_patient = 5;  // one more than there are threads for requests
  const auto port = start(options);
  std::vector<std::unique_ptr<RawClient>> waiting;
  for (int i = 0; i < 5; ++i) {
    waiting.push_back(std::make_unique<RawClient>(port));
    waiting.back()->send(get("/lost"));
  }
  gate.wait_for_arrivals(4);
  RawClient other(port);
  EXPECT_EQ(other.ask(get("/hello/a")).status, 200);
  gate.open();
  for (auto& client : waiting) EXPECT_EQ(client->receive().body, "\"made again\"");
}

TEST_F(Transport, answers_503_when_too_many_answers_take_long_at_once) {
  auto lost = public_row(Method::get, "/lost");
  lost.handle = [](const Request&) -> core::Result<Response> { return Response::deferred(); };
  lost.patient = [this](const Request&) -> core::Result<Response> {
    gate.arrive_and_wait();
    throw std::runtime_error("no decoder");
  };
  table.push_back(std::move(lost));
  ServerOptions options;
  options.max_patient = 1;
  const auto port = start(options);
  RawClient first(port);
  first.send(get("/lost"));
  gate.wait_for_arrivals(1);
  RawClient second(port);
  const auto refused = second.ask(get("/lost"));
  EXPECT_EQ(refused.status, 503);
  EXPECT_FALSE(refused.header("Retry-After").empty());
  gate.open();
  EXPECT_EQ(first.receive().status, 500);
}

TEST_F(Transport, sends_a_file_that_is_larger_than_one_chunk) {
  const auto path = std::filesystem::temp_directory_path() / ("sightglass-file-" + std::to_string(::getpid()));
  const std::string bytes(700'000, 'f');
  std::ofstream(path, std::ios::binary) << bytes;
  auto file = public_row(Method::get, "/file");
  file.handle = [&](const Request&) -> core::Result<Response> {
    Response response;
    response.headers.add("ETag", "\"f\"");
    response.body = FileBody{.fd = runtime::UnixFd(::open(path.c_str(), O_RDONLY)), .length = 700'000};
    return response;
  };
  table.push_back(std::move(file));
  RawClient client(start());
  EXPECT_TRUE(client.ask(get("/file")).body == bytes);
  const auto part = client.ask(get("/file", "Range: bytes=-5\r\n"));
  EXPECT_EQ(part.header("Content-Range"), "bytes 699995-699999/700000");
  EXPECT_EQ(part.body, "fffff");
  std::filesystem::remove(path);
}

TEST_F(Transport, closes_connections_that_idle) {
  ServerOptions options;
  options.idle_timeout = 100ms;
  RawClient client(start(options));
  EXPECT_EQ(client.ask(get("/hello/a")).status, 200);
  EXPECT_TRUE(client.is_closed());
}

TEST_F(Transport, finishes_what_runs_when_it_stops) {
  const auto port = start();
  RawClient busy(port);
  RawClient idle(port);
  EXPECT_EQ(idle.ask(get("/hello/a")).status, 200);
  busy.send(get("/waits"));
  gate.wait_for_arrivals(1);
  std::thread stopping([this] { server->stop(5000ms); });
  EXPECT_TRUE(idle.is_closed());
  gate.open();
  const auto answer = busy.receive();
  EXPECT_EQ(answer.body, "\"waited\"");
  EXPECT_EQ(answer.header("Connection"), "close");
  stopping.join();
  EXPECT_EQ(server->connections(), 0);
}

TEST_F(Transport, refuses_a_listen_address_that_is_none) {
  for (const auto* listen : {"nowhere", "127.0.0.1:99999", "name.invalid:80", "127.0.0.1:"}) {
    ServerOptions options;
    options.listen = listen;
    dispatcher = std::make_unique<Dispatcher>(table, authenticator, metrics);
    Server other(options, *dispatcher, pool);
    const auto started = other.start();
    ASSERT_FALSE(started) << listen;
    EXPECT_EQ(started.error().field, "listen");
  }
}

}  // namespace
}  // namespace sightglass::http::testing
