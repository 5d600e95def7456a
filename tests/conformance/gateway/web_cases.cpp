#include <fmt/format.h>
#include <unistd.h>

#include <fstream>

#include "conformance/gateway/gateway_cases.hpp"
#include "sources/http_index/http_index_gateway.hpp"
#include "sources/webdav/webdav_gateway.hpp"
#include "storage/s3/uri_encoding.hpp"
#include "support/served_process.hpp"

namespace sightglass::sources {
namespace {

namespace fs = std::filesystem;

// "camera" with "correct horse", as openssl passwd -5 has it: crypt(3) of all servers knows it.
constexpr std::string_view password_line = "camera:$5$saltsalt$myjXcpMpE2Ofk7fj9hqyNYSn6lmWG4Mqnjx.KIRRr4/\n";

class WebEnd final : public FolderEnd {
 public:
  void stop() override { process_.reset(); }
  Access access(const std::string& below) const override {
    Access access{.kind = kind,
                  .base_url = fmt::format("http://127.0.0.1:{}/", port),
                  .sign_in = has_password ? way : SignIn::none,
                  .allows_plain_transport = true,
                  .allows_private_addresses = true};
    if (!below.empty()) access.base_url += storage::s3::encode_path(below) + "/";
    if (has_password) access.username = "camera";
    if (has_password) access.secret = "correct horse";
    return access;
  }

  bool start(const std::string& program, const std::vector<std::string>& arguments) {
    process_ = test::ServedProcess::start(program, arguments, port, (own() / "log").string());
    return process_ != nullptr;
  }
  std::string write(const std::string& name, std::string_view text) const {
    std::ofstream(own() / name) << text;
    return (own() / name).string();
  }

  SourceKind kind = SourceKind::http_index;
  std::uint16_t port = test::free_port();
  bool has_password = false;
  SignIn way = SignIn::basic;

 private:
  std::unique_ptr<test::ServedProcess> process_;
};

using Ended = std::shared_ptr<RemoteEnd>;

// The same for Digest: the MD5 of "camera:files:correct horse".
constexpr std::string_view digest_line = "camera:files:0e08de54d3a3208fb2115607319ee511\n";

Ended start_apache(std::string_view style, SignIn way = SignIn::basic) {
  if (!fs::exists("/usr/sbin/apache2")) return nullptr;
  auto end = std::make_shared<WebEnd>();
  end->has_password = true;
  end->way = way;
  const bool is_digest = way == SignIn::digest;
  std::string modules;
  for (const auto* name : {"mpm_event", "authz_core", "authz_user", "auth_basic", "auth_digest", "authn_core",
                           "authn_file", "autoindex", "dir"})
    modules += fmt::format("LoadModule {0}_module /usr/lib/apache2/modules/mod_{0}.so\n", name);
  const auto settings =
      fmt::format(R"(ServerRoot {0}
ServerName files.example
Listen 127.0.0.1:{1}
PidFile {0}/pid
ErrorLog {0}/error.log
DefaultRuntimeDir {0}
{2}{3}
DocumentRoot {0}/tree
<Directory {0}/tree>
  Options +Indexes
  {4}
  AuthType {6}
  AuthName files
  AuthUserFile {5}
  Require valid-user
</Directory>
)",
                  end->own().string(), end->port, modules, ::getuid() == 0 ? "User nobody\nGroup nogroup" : "", style,
                  end->write("users", is_digest ? digest_line : password_line), is_digest ? "Digest" : "Basic");
  return end->start("/usr/sbin/apache2", {"-DFOREGROUND", "-f", end->write("apache.conf", settings)}) ? end : nullptr;
}

Ended start_nginx() {
  if (!fs::exists("/usr/sbin/nginx")) return nullptr;
  auto end = std::make_shared<WebEnd>();
  end->has_password = true;
  const auto settings = fmt::format(R"({2}daemon off;
pid {0}/pid;
error_log {0}/error.log;
events {{}}
http {{
  access_log off;
  client_body_temp_path {0}/temp1;
  proxy_temp_path {0}/temp2;
  fastcgi_temp_path {0}/temp3;
  uwsgi_temp_path {0}/temp4;
  scgi_temp_path {0}/temp5;
  server {{
    listen 127.0.0.1:{1};
    root {0}/tree;
    autoindex on;
    auth_basic files;
    auth_basic_user_file {3};
  }}
}}
)",
                                    end->own().string(), end->port, ::getuid() == 0 ? "user nobody nogroup;\n" : "",
                                    end->write("users", password_line));
  return end->start("/usr/sbin/nginx", {"-c", end->write("nginx.conf", settings), "-e", (end->own() / "e").string()})
             ? end
             : nullptr;
}

Ended start_lighttpd() {
  if (!fs::exists("/usr/sbin/lighttpd")) return nullptr;
  auto end = std::make_shared<WebEnd>();
  const auto settings = fmt::format(R"(server.modules = ("mod_dirlisting")
server.document-root = "{0}/tree"
server.bind = "127.0.0.1"
server.port = {1}
server.errorlog = "{0}/error.log"
dir-listing.activate = "enable"
server.stat-cache-engine = "disable"
mimetype.assign = ("" => "application/octet-stream")
)",
                                    end->own().string(), end->port);
  return end->start("/usr/sbin/lighttpd", {"-D", "-f", end->write("lighttpd.conf", settings)}) ? end : nullptr;
}

Ended start_caddy() {
  if (!fs::exists("/usr/bin/caddy")) return nullptr;
  auto end = std::make_shared<WebEnd>();
  // Without its own door for administrators, whose port all would share.
  const auto settings = fmt::format(R"({{
  admin off
  storage file_system {0}/caddy
}}
http://127.0.0.1:{1} {{
  root * {0}/tree
  file_server browse
}}
)",
                                    end->own().string(), end->port);
  return end->start("/usr/bin/caddy", {"run", "--config", end->write("Caddyfile", settings), "--adapter", "caddyfile"})
             ? end
             : nullptr;
}

Ended start_python() {
  if (!fs::exists("/usr/bin/python3")) return nullptr;
  auto end = std::make_shared<WebEnd>();
  return end->start("/usr/bin/python3", {"-m", "http.server", std::to_string(end->port), "--bind", "127.0.0.1",
                                         "--directory", end->tree().string()})
             ? end
             : nullptr;
}

Ended start_rclone(const std::string& how) {
  if (!fs::exists("/usr/bin/rclone")) return nullptr;
  auto end = std::make_shared<WebEnd>();
  end->has_password = true;
  if (how == "webdav") end->kind = SourceKind::webdav;
  return end->start(
             "/usr/bin/rclone",
             {"serve", how, end->tree().string(), "--addr", fmt::format("127.0.0.1:{}", end->port), "--user", "camera",
              "--pass", "correct horse", "--config", "/dev/null", "--dir-cache-time", "0s", "--poll-interval", "0s"})
             ? end
             : nullptr;
}

}  // namespace

std::vector<GatewayCase> web_cases() {
  const GatewayCase apache{.name = "apache_table",
                           .make_gateway = make_http_index_gateway,
                           .start = [] { return start_apache("IndexOptions FancyIndexing HTMLTable Charset=UTF-8"); },
                           .needs = "Debian's apache2-bin",
                           .tells_sizes = false,
                           .takes_any_bytes = true};
  GatewayCase apache_plain = apache;
  apache_plain.name = "apache_plain";
  apache_plain.start = [] { return start_apache("IndexOptions -FancyIndexing"); };
  apache_plain.tells_times = false;
  GatewayCase apache_digest = apache;
  apache_digest.name = "apache_digest";
  apache_digest.start = [] { return start_apache("IndexOptions FancyIndexing Charset=UTF-8", SignIn::digest); };
  const GatewayCase nginx{.name = "nginx",
                          .make_gateway = make_http_index_gateway,
                          .start = start_nginx,
                          .needs = "Debian's nginx-light",
                          .takes_any_bytes = true};
  const GatewayCase lighttpd{.name = "lighttpd",
                             .make_gateway = make_http_index_gateway,
                             .start = start_lighttpd,
                             .needs = "Debian's lighttpd",
                             .tells_sizes = false,
                             .takes_any_bytes = true,
                             .has_sign_in = false};
  const GatewayCase caddy{.name = "caddy",
                          .make_gateway = make_http_index_gateway,
                          .start = start_caddy,
                          .needs = "Debian's caddy",
                          .has_sign_in = false};
  const GatewayCase python{.name = "python",
                           .make_gateway = make_http_index_gateway,
                           .start = start_python,
                           .needs = "Debian's python3",
                           .tells_sizes = false,
                           .tells_times = false,
                           .resumes = false,
                           .has_sign_in = false};
  const GatewayCase rclone{.name = "rclone_http",
                           .make_gateway = make_http_index_gateway,
                           .start = [] { return start_rclone("http"); },
                           .needs = "Debian's rclone"};
  GatewayCase webdav = rclone;
  webdav.name = "rclone_webdav";
  webdav.make_gateway = make_webdav_gateway;
  webdav.start = [] { return start_rclone("webdav"); };
  return {apache, apache_plain, apache_digest, nginx, lighttpd, caddy, python, rclone, webdav};
}

}  // namespace sightglass::sources
