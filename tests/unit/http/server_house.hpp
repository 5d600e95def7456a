// A real server on loopback with a few rows, and a client that speaks raw bytes.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <charconv>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/access_tokens.hpp"
#include "accounts/authenticator.hpp"
#include "core/time.hpp"
#include "http/dispatch.hpp"
#include "http/transport.hpp"
#include "runtime/blocking_pool.hpp"
#include "telemetry/metrics.hpp"

namespace sightglass::http::testing {

// The rows under test are public: nobody asks the database.
class NoDatabase final : public database::Database {
 public:
  core::Result<void> read_work(const Work&) override { return core::fail(core::unavailable("no database here")); }
  core::Result<void> write_work(const Work&) override { return core::fail(core::unavailable("no database here")); }
  core::Result<void> migrate() override { return {}; }
  core::Result<std::vector<std::string>> verify() override { return std::vector<std::string>{}; }
};

// Opened by a test to let handlers go on, and told by them that they arrived.
class Gate {
 public:
  void arrive_and_wait() {
    std::unique_lock lock(mutex_);
    ++arrived_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return is_open_; });
  }
  void wait_for_arrivals(int count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return arrived_ >= count; });
  }
  void open() {
    const std::lock_guard lock(mutex_);
    is_open_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int arrived_ = 0;
  bool is_open_ = false;
};

struct Answer {
  int status = 0;
  std::string head{};
  std::string body{};
  std::string header(std::string_view name) const {
    const auto at = head.find("\r\n" + std::string(name) + ": ");
    if (at == std::string::npos) return {};
    const auto begin = at + name.size() + 4;
    return head.substr(begin, head.find("\r\n", begin) - begin);
  }
};

// Blocks, but for no longer than five seconds in any call.
class RawClient {
 public:
  explicit RawClient(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    const timeval patience{.tv_sec = 5, .tv_usec = 0};
    ::setsockopt(fd_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(fd_.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(fd_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  }
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  // Reads one answer; status 0 when the connection ended or nothing came.
  Answer receive(bool has_body = true) {
    Answer answer;
    while (received_.find("\r\n\r\n") == std::string::npos)
      if (!more()) return answer;
    const auto end = received_.find("\r\n\r\n") + 4;
    answer.head = received_.substr(0, end);
    received_.erase(0, end);
    answer.status = std::stoi(answer.head.substr(9, 3));
    const auto length = answer.header("Content-Length");
    const auto wanted = length.empty() || !has_body ? 0 : std::stoul(length);
    while (received_.size() < wanted)
      if (!more()) break;
    answer.body = received_.substr(0, wanted);
    received_.erase(0, answer.body.size());
    return answer;
  }
  Answer ask(std::string_view bytes) {
    send(bytes);
    return receive();
  }
  // The next bytes, `count` of them or as many as come.
  std::string take(std::size_t count) {
    while (received_.size() < count)
      if (!more()) break;
    auto taken = received_.substr(0, count);
    received_.erase(0, taken.size());
    return taken;
  }
  // True when the server closes without sending anything more.
  bool is_closed() { return received_.empty() && !more() && !timed_out_; }
  void close() { fd_.reset(); }
  void finish_sending() { ::shutdown(fd_.get(), SHUT_WR); }

 private:
  bool more() {
    char buffer[65536];
    const auto count = ::recv(fd_.get(), buffer, sizeof buffer, 0);
    timed_out_ = count < 0 && errno == EAGAIN;
    if (count <= 0) return false;
    received_.append(buffer, static_cast<std::size_t>(count));
    return true;
  }
  runtime::UnixFd fd_;
  std::string received_{};
  bool timed_out_ = false;
};

// Records what an upload sink saw; outlives the sinks.
struct UploadRecord {
  std::mutex mutex{};
  std::condition_variable changed{};
  std::vector<std::string> parts{};
  std::int64_t bytes = 0;
  int opened = 0;
  int finished = 0;
  int destroyed = 0;
  Gate* gate = nullptr;  // waited at in begin_part when set
  void wait_for_destroyed(int count) {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return destroyed >= count; });
  }
};

class RecordingSink final : public UploadSink {
 public:
  explicit RecordingSink(UploadRecord& record) : record_(record) {
    const std::lock_guard lock(record_.mutex);
    ++record_.opened;
  }
  ~RecordingSink() override {
    const std::lock_guard lock(record_.mutex);
    ++record_.destroyed;
    record_.changed.notify_all();
  }
  core::Result<void> begin_part(const PartHeaders& headers) override {
    if (record_.gate != nullptr) record_.gate->arrive_and_wait();
    const std::lock_guard lock(record_.mutex);
    record_.parts.push_back(headers.name);
    if (headers.name == "refused") return core::fail(core::invalid_input("refused", "is not wanted"));
    return {};
  }
  core::Result<void> write(std::string_view bytes) override {
    const std::lock_guard lock(record_.mutex);
    record_.bytes += static_cast<std::int64_t>(bytes.size());
    return {};
  }
  core::Result<void> end_part() override { return {}; }
  core::Result<Response> finish() override {
    const std::lock_guard lock(record_.mutex);
    ++record_.finished;
    return Response::json(201, "{\"bytes\":" + std::to_string(record_.bytes) + "}");
  }

 private:
  UploadRecord& record_;
};

inline Endpoint public_row(Method method, std::string_view pattern) {
  Endpoint row;
  row.method = method;
  row.pattern = pattern;
  row.operation = "test";
  row.guard.is_public = true;
  return row;
}

class ServerHouse : public ::testing::Test {
 protected:
  void TearDown() override {
    gate.open();
    if (server) server->stop(std::chrono::milliseconds{2000});
    upload_pool.stop();
    pool.stop();
  }
  // Adds the usual rows and starts; gives the port.
  std::uint16_t start(ServerOptions options = {}) {
    add_rows();
    options.listen = "127.0.0.1:0";
    options.threads = 2;
    dispatcher = std::make_unique<Dispatcher>(table, authenticator, metrics,
                                              DispatchOptions{.access_log_level = telemetry::Level::debug});
    server = std::make_unique<Server>(options, *dispatcher, pool, upload_pool);
    const auto port = server->start();
    EXPECT_TRUE(port) << (port ? "" : port.error().message);
    return port.value_or(std::uint16_t{0});
  }
  // Ends the server and starts another with these options.
  std::uint16_t restart(ServerOptions options) {
    server->stop(std::chrono::milliseconds{2000});
    table.clear();
    return start(std::move(options));
  }
  void add_rows() {
    auto hello = public_row(Method::get, "/hello/{name}");
    hello.handle = [](const Request& request) -> core::Result<Response> {
      return Response::json(200, "\"" + std::string(request.captures.get("name")) + "\"");
    };
    auto echo = public_row(Method::post, "/echo");
    echo.body = BodyKind::json;
    echo.max_body_bytes = 1000;
    echo.handle = [](const Request& request) -> core::Result<Response> { return Response::json(200, request.body); };
    auto fast = public_row(Method::get, "/fast");
    fast.fast = [this](const Request&) -> std::optional<Response> {
      Response response;
      response.headers.add("Content-Type", "image/jpeg");
      response.headers.add("ETag", "\"v1\"");
      response.body = shared_bytes;
      return response;
    };
    fast.handle = [](const Request&) -> core::Result<Response> { return core::fail(core::internal_error("unused")); };
    auto throws = public_row(Method::get, "/throws");
    throws.handle = [](const Request&) -> core::Result<Response> { throw std::runtime_error("secret detail"); };
    auto waits = public_row(Method::get, "/waits");
    waits.handle = [this](const Request&) -> core::Result<Response> {
      gate.arrive_and_wait();
      return Response::json(200, "\"waited\"");
    };
    auto upload = public_row(Method::post, "/upload");
    upload.body = BodyKind::multipart;
    upload.max_body_bytes = 8 << 20;
    upload.upload = [this](const Request&) -> core::Result<std::unique_ptr<UploadSink>> {
      return std::make_unique<RecordingSink>(record);
    };
    auto secret = public_row(Method::post, "/secret");
    secret.guard.is_public = false;
    secret.body = BodyKind::multipart;
    secret.upload = upload.upload;
    // Who asks, as the handlers are told.
    auto who = public_row(Method::get, "/who");
    who.handle = [](const Request& request) -> core::Result<Response> {
      return Response::json(200, request.peer + (request.is_secure ? " by TLS" : ""));
    };
    table.insert(table.end(), {who, hello, echo, fast, throws, waits, upload, secret});
  }

  core::SystemClock clock{};
  NoDatabase database{};
  accounts::AccessTokens tokens{std::string(32, 'k')};
  accounts::Authenticator authenticator{database, tokens, clock};
  telemetry::Metrics metrics{};
  runtime::BlockingPool pool{4, 64};
  runtime::BlockingPool upload_pool{4, 64};
  std::shared_ptr<const std::string> shared_bytes = std::make_shared<const std::string>(15'000, 'x');
  Gate gate{};
  UploadRecord record{};
  EndpointTable table{};
  std::unique_ptr<Dispatcher> dispatcher{};
  std::unique_ptr<Server> server{};
};

}  // namespace sightglass::http::testing
