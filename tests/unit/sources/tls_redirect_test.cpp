#include <filesystem>
#include <fstream>

#include "sources/http_index/http_index_gateway.hpp"
#include "unit/sources/http_source_fixture.hpp"
#include "support/temporary_directory.hpp"

namespace sightglass::sources {
namespace {

// openssl's server, which sends files as whole answers.
class TlsServer {
 public:
  explicit TlsServer(const std::filesystem::path& directory) {
    const std::string files = "-keyout key.pem -out cert.pem";
    const std::string into = "cd '" + directory.string() + "' && ";
    is_made_ =
        std::system((into + "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 " +
                     files + " -subj /CN=here -addext subjectAltName=IP:127.0.0.1 >/dev/null 2>&1")
                        .c_str()) == 0;
    server_ =
        ::popen((into + "exec openssl s_server -HTTP -naccept 2 -accept 127.0.0.1:0 -cert cert.pem -key key.pem " +
                 "2>/dev/null </dev/null")
                    .c_str(),
                "re");
  }
  ~TlsServer() { ::pclose(server_); }
  TlsServer(const TlsServer&) = delete;
  TlsServer& operator=(const TlsServer&) = delete;

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

class TlsRedirectTest : public HttpSourceTest {
 protected:
  void put(std::string_view name, std::string_view answer) {
    std::ofstream(directory.path() / name, std::ios::binary) << answer;
  }
  Remote<Listing> list_at(const std::string& address) {
    limits.ca_file = directory.path() / "cert.pem";
    std::vector<RemoteFile> files;
    auto to = access();
    to.base_url = address;
    return list(*make_http_index_gateway(to, politeness, clock, limits), files);
  }
  const test::TemporaryDirectory directory{};
};

TEST_F(TlsRedirectTest, goes_from_a_safe_connection_to_no_plain_one) {
  TlsServer safe(directory.path());
  const auto address = safe.address();
  ASSERT_FALSE(address.empty()) << "openssl does not serve";
  put("page", "HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n<a href='a.jpg'>a</a>");
  put("down", "HTTP/1.0 302 Found\r\nLocation: " + server.address() + "/pictures/\r\n\r\n");
  const auto listed = list_at(address + "/page");
  ASSERT_TRUE(listed) << listed.error().error.cause;
  EXPECT_EQ(listed->files, 1);
  const auto led_down = list_at(address + "/down");
  ASSERT_FALSE(led_down);
  EXPECT_EQ(led_down.error().trouble, Trouble::address) << led_down.error().error.message;
  EXPECT_TRUE(requests.empty()) << "nothing came in the clear, though the source allows it";
}

}  // namespace
}  // namespace sightglass::sources
