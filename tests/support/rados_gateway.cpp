#include "support/rados_gateway.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <memory>
#include <stdexcept>

#include "core/time.hpp"
#include "net/http_client.hpp"
#include "runtime/unix_fd.hpp"
#include "storage/hashing.hpp"
#include "support/test_paths.hpp"

namespace sightglass::test {
namespace {

namespace fs = std::filesystem;

fs::path script() {
  const char* shared = std::getenv("SIGHTGLASS_SHARED");
  const fs::path base = shared != nullptr ? fs::path(shared) : fs::path(SIGHTGLASS_SOURCE_DIR).parent_path() / "shared";
  return base / "tools" / "radosgw-up";
}

bool are_programs_there() {
  for (const char* program : {"radosgw", "radosgw-admin", "ceph-mon", "ceph-osd", "ceph"})
    if (!fs::exists(fs::path("/usr/bin") / program)) return false;
  return true;
}

sockaddr_in loopback(int port) {
  return {.sin_family = AF_INET,
          .sin_port = htons(static_cast<std::uint16_t>(port)),
          .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)},
          .sin_zero = {}};
}

bool is_free(int port) {
  const runtime::UnixFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const auto address = loopback(port);
  return ::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

bool answers(int port) {
  const runtime::UnixFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const auto address = loopback(port);
  return ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

// The script takes this one and those from a hundred above it for the parts behind the gateway. Below the range from
// which the kernel gives ports to clients.
std::uint16_t free_port() {
  for (int i = 0; i < 100; ++i) {
    const int port = 20'000 + (::getpid() + i * 37) % 60 * 200;
    if (is_free(port) && is_free(port + 100) && is_free(port + 101)) return static_cast<std::uint16_t>(port);
  }
  throw std::runtime_error("no free port for the object gateway");
}

bool run(const std::string& command) { return std::system(command.c_str()) == 0; }

}  // namespace

RadosGateway* RadosGateway::get() {
  static const std::unique_ptr<RadosGateway> gateway = []() -> std::unique_ptr<RadosGateway> {
    if (!fs::exists(script()) || !are_programs_there()) return nullptr;
    std::unique_ptr<RadosGateway> made(new RadosGateway());
    if (!made->start()) throw std::runtime_error("the object gateway does not start");
    return made;
  }();
  return gateway.get();
}

bool RadosGateway::start() {
  std::string pattern = fs::temp_directory_path() / "sightglass-radosgw-XXXXXX";
  if (::mkdtemp(pattern.data()) == nullptr) return false;
  directory_ = pattern;
  port_ = free_port();
  // Waits for the end of our pipe, which comes also when this process is killed.
  const std::string guard =
      "exec setsid bash -c 'read -r; kill -9 $(cat " + pattern + "/run/*.pid); rm -rf " + pattern + "' 2>/dev/null";
  guard_ = ::popen(guard.c_str(), "we");
  if (!run("bash " + script().string() + " " + pattern + " " + std::to_string(port_) + " >" + pattern +
           "/up.log 2>&1 </dev/null"))
    return false;
  return make_bucket();
}

RadosGateway::~RadosGateway() {
  if (guard_ != nullptr) ::pclose(guard_);
}

bool RadosGateway::make_bucket() const {
  using namespace storage::s3;
  const core::Instant now = core::SystemClock{}.now();
  const std::string host = "127.0.0.1:" + std::to_string(port_);
  const std::string hash = storage::sha256_of("").to_hex();
  const Signer signer({.access_key = "AKIATEST", .secret_key = "SECRETTEST"}, "us-east-1");
  const NamedTexts fields{{"host", host}, {"x-amz-content-sha256", hash}, {"x-amz-date", signing_time(now)}};
  net::HttpRequest request{.method = net::HttpMethod::put, .url = address() + "/photos"};
  for (const auto& [name, value] : fields) request.fields.add(name, value);
  request.fields.add(
      "authorization",
      signer.authorization({.method = "PUT", .path = "/photos", .fields = fields, .payload_hash = hash}, now));
  const auto answer = net::make_http_client({})->perform(request);
  return answer && answer->status == 200;
}

storage::s3::S3Options RadosGateway::options() {
  const std::string name = "store-" + std::to_string(++stores_);
  return {.endpoint = address(),
          .bucket = "photos",
          .prefix = name + "/",
          .credentials = {.access_key = "AKIATEST", .secret_key = "SECRETTEST"},
          .spool = directory_ / "spools" / name};
}

void RadosGateway::kill() {
  pid_t pid = 0;
  std::ifstream(directory_ / "run" / "client.rgw.pid") >> pid;
  const runtime::UnixFd process(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  if (!process) throw std::runtime_error("the object gateway does not run");
  ::kill(pid, SIGKILL);
  pollfd ended{.fd = process.get(), .events = POLLIN, .revents = 0};
  ::poll(&ended, 1, -1);
}

void RadosGateway::start_again() {
  if (!run("radosgw -c " + (directory_ / "ceph.conf").string() + " -n client.rgw >/dev/null 2>&1 </dev/null"))
    throw std::runtime_error("the object gateway does not start again");
  // It becomes a daemon before it listens, and nothing tells when it does.
  while (!answers(port_)) ::poll(nullptr, 0, 50);
}

}  // namespace sightglass::test
