#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include <fstream>

#include "conformance/gateway/gateway_cases.hpp"
#include "sources/ftp/ftp_gateway.hpp"
#include "storage/s3/uri_encoding.hpp"
#include "support/served_process.hpp"
#include "support/test_paths.hpp"

namespace sightglass::sources {
namespace {

namespace fs = std::filesystem;

// Unpacked there by ./test: they cannot be installed beside each other, or beside proftpd without being started.
const fs::path unpacked = fs::path(SIGHTGLASS_SOURCE_DIR) / "build" / "servers";

bool run(const std::string& command) { return std::system(command.c_str()) == 0; }

class FtpEnd : public FolderEnd {
 public:
  void stop() override { process_.reset(); }
  Access access(const std::string& below) const override {
    Access access{.kind = SourceKind::ftp,
                  .base_url = fmt::format("{}://127.0.0.1:{}/{}/", scheme_, port_, storage::s3::encode_path(below)),
                  .allows_plain_transport = !is_secure_,
                  .allows_private_addresses = true};
    if (below.empty()) access.base_url.pop_back();
    if (has_password_) {
      access.sign_in = SignIn::basic;
      access.username = "camera";
      access.secret = "correct horse";
    }
    return access;
  }

 protected:
  std::unique_ptr<test::ServedProcess> process_;
  std::uint16_t port_ = test::free_port();
  std::string scheme_ = "ftp";
  bool is_secure_ = false;
  bool has_password_ = true;
};

enum class Tls { none, when_asked, from_the_start };

class Proftpd final : public FtpEnd {
 public:
  static std::shared_ptr<RemoteEnd> start(Tls tls) {
    auto end = std::make_shared<Proftpd>();
    if (!fs::exists("/usr/sbin/proftpd") || (tls != Tls::none && !end->add_tls(tls))) return nullptr;
    end->write_settings();
    end->process_ =
        test::ServedProcess::start("/usr/sbin/proftpd", {"-n", "-c", (end->own() / "proftpd.conf").string()},
                                   end->port_, (end->own() / "log").string());
    return end->process_ ? end : nullptr;
  }

 private:
  void write_settings() const {
    std::ofstream users(own() / "users");
    // "correct horse", as openssl passwd -5 has it.
    users << fmt::format("camera:$5$saltsalt$myjXcpMpE2Ofk7fj9hqyNYSn6lmWG4Mqnjx.KIRRr4/:{}:{}::{}:/bin/sh\n",
                         ::getuid(), ::getgid(), tree().string());
    users.close();
    fs::permissions(own() / "users", fs::perms(0600));
    std::ofstream(own() / "proftpd.conf") << fmt::format(
        R"(ServerName test
ServerType standalone
DefaultAddress 127.0.0.1
Port {}
SocketBindTight on
UseIPv6 off
User {}
Group {}
UseReverseDNS off
RequireValidShell off
RootLogin on
AuthOrder mod_auth_file.c
AuthUserFile {}
{}
PidFile {}
ScoreboardFile {}
DelayEngine off
ControlsEngine off
TimesGMT on
WtmpLog off
SystemLog {}
TransferLog none
{})",
        port_, ::getpwuid(::getuid())->pw_name, ::getgrgid(::getgid())->gr_name, (own() / "users").string(),
        ::getuid() == 0 ? "DefaultRoot " + tree().string() : "", (own() / "pid").string(),
        (own() / "scoreboard").string(), (own() / "system.log").string(), tls_);
  }

  bool add_tls(Tls tls) {
    const auto module = unpacked / "usr" / "lib" / "proftpd" / "mod_tls.so";
    const auto installed = fs::path("/usr/lib/proftpd/mod_tls.so");
    const auto folder = fs::exists(installed) ? installed.parent_path() : module.parent_path();
    if (!fs::exists(folder / "mod_tls.so")) return false;
    const std::string certificate = (own() / "certificate.pem").string();
    const std::string key = (own() / "key.pem").string();
    if (!run(fmt::format("openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext "
                         "subjectAltName=IP:127.0.0.1 -keyout {} -out {} 2>/dev/null",
                         key, certificate)))
      return false;
    limits.ca_file = certificate;
    is_secure_ = true;
    if (tls == Tls::from_the_start) scheme_ = "ftps";
    tls_ = fmt::format(
        "ModulePath {}\nLoadModule mod_tls.c\nTLSEngine on\nTLSRequired on\nTLSRSACertificateFile {}\n"
        "TLSRSACertificateKeyFile {}\nTLSVerifyClient off\n{}",
        folder.string(), certificate, key, tls == Tls::from_the_start ? "TLSOptions UseImplicitSSL\n" : "");
    return true;
  }

  std::string tls_;
};

// Has no MLSD, and asks nobody who he is.
class Vsftpd final : public FtpEnd {
 public:
  static std::shared_ptr<RemoteEnd> start() {
    auto end = std::make_shared<Vsftpd>();
    const auto program = unpacked / "usr" / "sbin" / "vsftpd";
    if (!fs::exists(program)) return nullptr;
    end->has_password_ = false;
    fs::create_directory(end->own() / "empty");
    const auto settings = end->own() / "vsftpd.conf";
    std::ofstream(settings) << fmt::format(R"(listen=YES
listen_address=127.0.0.1
listen_port={}
background=NO
anonymous_enable=YES
anon_root={}
secure_chroot_dir={}
seccomp_sandbox=NO
xferlog_enable=NO
{})",
                                           end->port_, end->tree().string(), (end->own() / "empty").string(),
                                           ::getuid() == 0 ? "" : "run_as_launching_user=YES\n");
    end->process_ = test::ServedProcess::start(program, {settings.string()}, end->port_, (end->own() / "log").string());
    return end->process_ ? end : nullptr;
  }
};

}  // namespace

std::vector<GatewayCase> ftp_cases() {
  const GatewayCase proftpd{.name = "proftpd",
                            .make_gateway = make_ftp_gateway,
                            .start = [] { return Proftpd::start(Tls::none); },
                            .needs = "Debian's proftpd-core",
                            .style = "MLSD",
                            .takes_any_bytes = true};
  GatewayCase explicit_tls = proftpd;
  explicit_tls.name = "proftpd_explicit_tls";
  explicit_tls.start = [] { return Proftpd::start(Tls::when_asked); };
  explicit_tls.needs = "Debian's proftpd-core and, by tools/unpack_package build/servers, proftpd-mod-crypto";
  explicit_tls.has_plain_transport = false;
  GatewayCase implicit_tls = explicit_tls;
  implicit_tls.name = "proftpd_implicit_tls";
  implicit_tls.start = [] { return Proftpd::start(Tls::from_the_start); };
  const GatewayCase vsftpd{.name = "vsftpd",
                           .make_gateway = make_ftp_gateway,
                           .start = [] { return Vsftpd::start(); },
                           .needs = "tools/unpack_package build/servers vsftpd",
                           .style = "LIST",
                           .takes_any_bytes = true,
                           .has_sign_in = false};
  return {proftpd, explicit_tls, implicit_tls, vsftpd};
}

}  // namespace sightglass::sources
