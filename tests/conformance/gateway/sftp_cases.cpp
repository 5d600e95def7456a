#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

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

class Sshd final : public SshEnd {
 public:
  static std::shared_ptr<RemoteEnd> start(const std::string& kind_of_key) {
    auto end = std::make_shared<Sshd>();
    const fs::path own = end->own();
    if (!fs::exists("/usr/sbin/sshd") || !make_key(own / "host", "-t ed25519") ||
        !make_key(own / "host2", "-t ecdsa") || !make_key(own / "user", kind_of_key))
      return nullptr;
    // Where it shuts itself in before anybody has signed in; Debian's start of it makes the directory.
    if (::getuid() == 0) fs::create_directories("/run/sshd");
    std::ofstream(own / "sshd_config") << fmt::format(R"(Port {}
ListenAddress 127.0.0.1
HostKey {}
HostKey {}
PidFile none
AuthorizedKeysFile {}
StrictModes no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin yes
UsePAM no
MaxStartups 100
Subsystem sftp internal-sftp
)",
                                                      end->port_, (own / "host").string(), (own / "host2").string(),
                                                      (own / "user.pub").string());
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
    if (!fs::exists("/usr/bin/rclone") || !make_key(end->own() / "host", "-t ed25519")) return nullptr;
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

std::string other_private_key() {
  const test::TemporaryDirectory directory;
  return make_key(directory.path() / "key", "-t ed25519") ? text_of(directory.path() / "key") : std::string();
}

std::string second_host_key(const RemoteEnd& end) {
  const fs::path own = dynamic_cast<const FolderEnd&>(end).own();
  const std::string told = (own / "fingerprint").string();
  if (std::system(fmt::format("ssh-keygen -l -f {} >{}", (own / "host2.pub").string(), told).c_str()) != 0) return "";
  const std::string line = text_of(told);
  const auto begin = line.find(' ') + 1;
  return line.substr(begin, line.find(' ', begin) - begin);
}

std::vector<GatewayCase> sftp_cases() {
  GatewayCase sshd{.name = "sshd_ed25519",
                   .make_gateway = make_sftp_gateway,
                   .start = [] { return Sshd::start("-t ed25519"); },
                   .needs = "Debian's openssh-server",
                   .style = "SFTP",
                   .takes_any_bytes = true,
                   .has_plain_transport = false};
  GatewayCase pem = sshd;
  pem.name = "sshd_ecdsa_pem";
  pem.start = [] { return Sshd::start("-t ecdsa -m PEM"); };
  GatewayCase rclone = sshd;
  rclone.name = "rclone_sftp";
  rclone.start = [] { return RcloneSftp::start(); };
  rclone.needs = "Debian's rclone";
  rclone.takes_any_bytes = false;
  return {sshd, pem, rclone};
}

}  // namespace sightglass::sources
