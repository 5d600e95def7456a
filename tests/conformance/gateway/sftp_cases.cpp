#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <fstream>
#include <map>
#include <sstream>
#include <vector>

#include "conformance/gateway/gateway_cases.hpp"
#include "sources/sftp/sftp_gateway.hpp"
#include "storage/s3/uri_encoding.hpp"
#include "support/served_process.hpp"

namespace sightglass::sources {
namespace {

namespace fs = std::filesystem;

bool make_key(const fs::path& file, const std::string& options) {
  return std::system(fmt::format("ssh-keygen -q -N '' {} -f {} </dev/null", options, file.string()).c_str()) == 0;
}

// A key and its public half. Making one takes a while, so that each is made once: the first and the second of a kind
// and so on.
bool take_key(const fs::path& file, const std::string& options, int number = 1) {
  static const test::TemporaryDirectory made;
  static std::map<std::pair<std::string, int>, fs::path> keys;
  fs::path& key = keys[{options, number}];
  if (key.empty()) {
    const fs::path fresh = made.path() / fmt::format("{}", keys.size());
    if (!make_key(fresh, options)) return false;
    key = fresh;
  }
  fs::copy_file(key, file);
  fs::copy_file(key.string() + ".pub", file.string() + ".pub");
  return true;
}

std::string text_of(const fs::path& file) {
  std::stringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

class SshEnd : public FolderEnd {
 public:
  void stop() override { process_.reset(); }
  Access access(const std::string& below) const override {
    return {.kind = SourceKind::sftp,
            .base_url =
                fmt::format("sftp://127.0.0.1:{}{}", port_, storage::s3::encode_path((root_ / below).string())) + "/",
            .sign_in = secret_.contains("PRIVATE KEY") ? SignIn::key : SignIn::basic,
            .username = username_,
            .secret = secret_,
            .allows_private_addresses = true};
  }

 protected:
  std::unique_ptr<test::ServedProcess> process_;
  std::uint16_t port_ = test::free_port();
  fs::path root_{};
  std::string username_{};
  std::string secret_{};
};

struct Keys {
  std::vector<std::string> of_host{};  // options of ssh-keygen
  std::string of_user{};
};

class Sshd final : public SshEnd {
 public:
  static std::shared_ptr<RemoteEnd> start(const Keys& keys, const std::string& subsystem = "internal-sftp") {
    auto end = std::make_shared<Sshd>();
    const fs::path own = end->own();
    if (!fs::exists("/usr/sbin/sshd") || !take_key(own / "user", keys.of_user)) return nullptr;
    std::string host_keys;
    for (std::size_t i = 0; i < keys.of_host.size(); ++i) {
      const fs::path file = own / fmt::format("host{}", i + 1);
      if (!take_key(file, keys.of_host[i], 2)) return nullptr;
      host_keys += fmt::format("HostKey {}\n", file.string());
    }
    // Where it shuts itself in before anybody has signed in; Debian's start of it makes the directory.
    if (::getuid() == 0) fs::create_directories("/run/sshd");
    // Without PAM it takes every account for locked whose shadow it may not read.
    std::ofstream(own / "sshd_config") << fmt::format(R"(Port {}
ListenAddress 127.0.0.1
{}PidFile none
AuthorizedKeysFile {}
StrictModes no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin yes
UsePAM {}
MaxStartups 100
Subsystem sftp {}
)",
                                                      end->port_, host_keys, (own / "user.pub").string(),
                                                      ::getuid() == 0 ? "no" : "yes", subsystem);
    end->root_ = end->tree();
    end->username_ = ::getpwuid(::getuid())->pw_name;
    end->secret_ = text_of(own / "user");
    end->process_ = test::ServedProcess::start("/usr/sbin/sshd", {"-D", "-e", "-f", (own / "sshd_config").string()},
                                               end->port_, (own / "log").string());
    return end->process_ ? end : nullptr;
  }
};

class RcloneSftp final : public SshEnd {
 public:
  static std::shared_ptr<RemoteEnd> start() {
    auto end = std::make_shared<RcloneSftp>();
    if (!fs::exists("/usr/bin/rclone") || !take_key(end->own() / "host", "-t ed25519")) return nullptr;
    end->root_ = "/";
    end->username_ = "camera";
    end->secret_ = "correct horse";
    // Kept in memory for five minutes otherwise, so that changes are not seen.
    end->process_ = test::ServedProcess::start(
        "/usr/bin/rclone",
        {"serve", "sftp", end->tree().string(), "--addr", fmt::format("127.0.0.1:{}", end->port_), "--user", "camera",
         "--pass", "correct horse", "--key", (end->own() / "host").string(), "--config", "/dev/null",
         "--dir-cache-time", "0s", "--poll-interval", "0s"},
        end->port_, (end->own() / "log").string());
    return end->process_ ? end : nullptr;
  }
};

}  // namespace

std::string new_private_key(const std::string& options) {
  const test::TemporaryDirectory directory;
  return make_key(directory.path() / "key", options) ? text_of(directory.path() / "key") : std::string();
}

std::string fingerprint_of_host_key(const RemoteEnd& end, int number) {
  const fs::path own = dynamic_cast<const FolderEnd&>(end).own();
  const std::string told = (own / "fingerprint").string();
  const std::string key = (own / fmt::format("host{}.pub", number)).string();
  if (std::system(fmt::format("ssh-keygen -l -f {} >{}", key, told).c_str()) != 0) return "";
  const std::string line = text_of(told);
  const auto begin = line.find(' ') + 1;
  return line.substr(begin, line.find(' ', begin) - begin);
}

std::shared_ptr<RemoteEnd> sshd_with_subsystem(const std::string& command) {
  return Sshd::start({.of_host = {"-t ed25519"}, .of_user = "-t ed25519"}, command);
}

std::vector<GatewayCase> sftp_cases() {
  GatewayCase sshd{
      .name = "sshd_ed25519",
      .make_gateway = make_sftp_gateway,
      .start =
          [] {
            return Sshd::start({.of_host = {"-t ed25519", "-t ecdsa", "-t rsa -b 2048"}, .of_user = "-t ed25519"});
          },
      .needs = "Debian's openssh-server",
      .style = "SFTP",
      .takes_any_bytes = true,
      .has_plain_transport = false};
  GatewayCase pem = sshd;
  pem.name = "sshd_ecdsa_pem";
  pem.start = [] { return Sshd::start({.of_host = {"-t ecdsa -b 384"}, .of_user = "-t ecdsa -m PEM"}); };
  // Which today's OpenSSH takes with SHA-2 alone.
  GatewayCase rsa = sshd;
  rsa.name = "sshd_rsa";
  rsa.start = [] { return Sshd::start({.of_host = {"-t rsa -b 2048"}, .of_user = "-t rsa -b 2048"}); };
  GatewayCase rclone = sshd;
  rclone.name = "rclone_sftp";
  rclone.start = [] { return RcloneSftp::start(); };
  rclone.needs = "Debian's rclone";
  rclone.takes_any_bytes = false;
  return {sshd, pem, rsa, rclone};
}

}  // namespace sightglass::sources
