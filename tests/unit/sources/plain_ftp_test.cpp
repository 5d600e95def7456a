// An FTP server that knows as little as the eldest do, behind a router that it does not know of.
#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <atomic>
#include <mutex>
#include <thread>

#include "runtime/unix_fd.hpp"
#include "sources/ftp/ftp_gateway.hpp"
#include "unit/sources/http_source_fixture.hpp"

namespace sightglass::sources {
namespace {

using runtime::UnixFd;

struct Listener {
  UnixFd fd{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  std::uint16_t port = 0;
  Listener() {
    sockaddr_in address{.sin_family = AF_INET, .sin_port = 0, .sin_addr = {htonl(INADDR_LOOPBACK)}, .sin_zero = {}};
    socklen_t length = sizeof address;
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(::bind(fd.get(), any, length), 0);
    EXPECT_EQ(::listen(fd.get(), 8), 0);
    EXPECT_EQ(::getsockname(fd.get(), any, &length), 0);
    port = ntohs(address.sin_port);
  }
  UnixFd accept() const { return UnixFd(::accept4(fd.get(), nullptr, nullptr, SOCK_CLOEXEC)); }
};

void send_to(const UnixFd& fd, std::string_view text) {
  EXPECT_EQ(::send(fd.get(), text.data(), text.size(), MSG_NOSIGNAL), static_cast<ssize_t>(text.size()));
}

// No EPSV, MLSD, SIZE, MDTM, FEAT or TLS; in PASV an address that only it itself can reach. One client after another.
class PlainFtp {
 public:
  PlainFtp() : serving_([this] { serve(); }) {}
  ~PlainFtp() {
    ::shutdown(listener_.fd.get(), SHUT_RDWR);
    serving_.join();
  }
  std::string address() const { return fmt::format("ftp://127.0.0.1:{}/", listener_.port); }
  std::vector<std::string> asked() {
    const std::scoped_lock lock(mutex_);
    return asked_;
  }
  std::string listing{};
  std::string bytes{};

 private:
  void serve() {
    while (const UnixFd client = listener_.accept()) serve_one(client);
  }
  void serve_one(const UnixFd& client) {
    send_to(client, "220 ready\r\n");
    std::string text;
    std::array<char, 4096> piece{};
    for (ssize_t got = 1; got > 0;) {
      for (auto end = text.find("\r\n"); end != text.npos; end = text.find("\r\n")) {
        const std::string command = text.substr(0, end);
        text.erase(0, end + 2);
        {
          const std::scoped_lock lock(mutex_);
          asked_.push_back(command);
        }
        answer(client, command.substr(0, command.find(' ')));
      }
      got = ::recv(client.get(), piece.data(), piece.size(), 0);
      if (got > 0) text.append(piece.data(), static_cast<std::size_t>(got));
    }
  }
  void answer(const UnixFd& client, const std::string& command) {
    if (command == "USER") return send_to(client, "331 password\r\n");
    if (command == "PASS") return send_to(client, "230 in\r\n");
    if (command == "PWD") return send_to(client, "257 \"/\"\r\n");
    if (command == "CWD" || command == "TYPE") return send_to(client, "250 done\r\n");
    if (command == "QUIT") return send_to(client, "221 bye\r\n");
    if (command == "PASV") {
      data_ = std::make_unique<Listener>();
      return send_to(
          client, fmt::format("227 Entering Passive Mode (10,9,8,7,{},{})\r\n", data_->port / 256, data_->port % 256));
    }
    if ((command == "LIST" || command == "RETR") && data_) {
      send_to(client, "150 here it comes\r\n");
      send_to(data_->accept(), command == "LIST" ? listing : bytes);
      data_.reset();
      return send_to(client, "226 sent\r\n");
    }
    send_to(client, "502 not known here\r\n");
  }

  Listener listener_{};
  std::unique_ptr<Listener> data_{};
  std::mutex mutex_{};
  std::vector<std::string> asked_{};
  std::thread serving_;
};

class PlainFtpTest : public testing::Test {
 protected:
  std::unique_ptr<Gateway> gateway() {
    return make_ftp_gateway({.kind = SourceKind::ftp,
                             .base_url = server.address(),
                             .allows_plain_transport = true,
                             .allows_private_addresses = true},
                            politeness, clock, limits);
  }
  std::vector<RemoteFile> files_of(Gateway& from) {
    std::vector<RemoteFile> files;
    const auto listed = from.list({}, [&](RemoteFile file) -> Remote<void> {
      files.push_back(std::move(file));
      return {};
    });
    EXPECT_TRUE(listed) << listed.error().error.message << " | " << listed.error().error.cause;
    return files;
  }

  StandingClock clock{};
  GatewayLimits limits{.connections = 1};
  Politeness politeness{1000};
  PlainFtp server{};
};

TEST_F(PlainFtpTest, is_listed_and_fetched_from_where_it_answers) {
  server.listing =
      "total 3\r\n"
      "-rw-r--r--   1 site owner  staff        7 Nov 20 10:15  IMG 1.JPG\r\n"
      "-rw-r--r--   1 root        root         9 Feb  3  2020 latin\xE4.jpg\r\n"
      "lrwxrwxrwx   1 root        root         5 Nov 20 10:15 latest.jpg -> IMG 1.JPG\r\n"
      "drwxr-xr-x   2 root        root      4096 Nov 20 10:15 older\r\n";
  server.bytes = "picture";
  const auto from = gateway();
  const auto files = files_of(*from);
  ASSERT_EQ(files.size(), 2U);
  EXPECT_EQ(files[0].path, " IMG 1.JPG");
  EXPECT_EQ(files[0].bytes, 7);
  EXPECT_EQ(files[0].precision, std::chrono::seconds(86'400)) << "its zone is not known";
  EXPECT_EQ(files[1].path, "latin\xE4.jpg");
  const ScratchFile file;
  const auto fetched = from->fetch(files[0], {.fd = file.fd()});
  ASSERT_TRUE(fetched) << fetched.error().error.message << " | " << fetched.error().error.cause;
  EXPECT_EQ(fetched->bytes, 7);
  EXPECT_EQ(fetched->validator, "") << "there is nothing to know a version by";
  EXPECT_EQ(file.text(), "picture");
  const auto asked = server.asked();
  EXPECT_TRUE(std::ranges::find(asked, "RETR  IMG 1.JPG") != asked.end());
}

TEST_F(PlainFtpTest, is_found_out_by_the_length_when_it_breaks_off) {
  server.listing = "11-20-26  10:15AM                    9 a.jpg\r\n";
  server.bytes = "pic";
  const auto from = gateway();
  const auto files = files_of(*from);
  ASSERT_EQ(files.size(), 1U);
  EXPECT_EQ(files[0].bytes, 9);
  const ScratchFile file;
  const auto fetched = from->fetch(files[0], {.fd = file.fd()});
  ASSERT_FALSE(fetched);
  EXPECT_EQ(fetched.error().trouble, Trouble::wrong_length) << fetched.error().error.message;
  EXPECT_FALSE(fetched.error().concerns_source);
}

}  // namespace
}  // namespace sightglass::sources
