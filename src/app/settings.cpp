#include "app/settings.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>

#include "app/settings_file.hpp"
#include "app/settings_table.hpp"
#include "http/tile_server.hpp"

namespace sightglass::app {
namespace {

using core::Result;

constexpr std::size_t longest_attribution = 300;  // bytes

Result<void> apply_all(Settings& settings, const std::map<std::string, std::string>& values,
                       const std::string& origin) {
  for (const auto& [name, text] : values) SG_TRY(apply_setting(settings, name, text, origin));
  return {};
}

std::map<std::string, std::string> from_environment() {
  std::map<std::string, std::string> values;
  for (const auto& name : setting_names())
    if (const char* text = std::getenv(environment_name_of(name).c_str())) values[name] = text;
  return values;
}

// Everybody on the machine can read what a process was started with. That there is to be none is no secret.
Result<void> refuse_secrets(const std::map<std::string, std::string>& flags) {
  for (const auto& [name, text] : flags) {
    if (is_secret(name) && !text.empty())
      return core::fail(core::invalid_input(
          name,
          fmt::format("{} is a secret and is not taken as an argument; set {}, or put it into a file of mode 0600",
                      name, environment_name_of(name))));
  }
  return {};
}

Result<void> check_rights_of_file(const std::filesystem::path& file, const std::map<std::string, std::string>& values) {
  const bool holds_secret = std::ranges::any_of(values, [](const auto& value) { return is_secret(value.first); });
  struct stat status = {};
  if (!holds_secret || ::stat(file.c_str(), &status) != 0 || (status.st_mode & 077U) == 0) return {};
  return core::fail(core::ErrorCode::permission_denied,
                    fmt::format("{} holds a secret and may be used by others than its owner. Run: chmod 600 {}",
                                file.string(), file.string()));
}

// Processes that read strangers' pictures are started with what is left in the environment.
void forget_secrets_of_environment() {
  for (const auto& name : setting_names())
    if (is_secret(name)) ::unsetenv(environment_name_of(name).c_str());
}

// It stands in names of leases, whose parts colons separate.
bool is_node_name(std::string_view name) {
  constexpr std::size_t longest = 60;
  return name.size() <= longest && std::ranges::all_of(name, [](unsigned char c) {
           return std::isalnum(c) != 0 || c == '.' || c == '-' || c == '_';
         });
}

Result<void> check_together(const Settings& settings) {
  if (settings.tls_certificate.empty() != settings.tls_key.empty())
    return core::fail(core::invalid_input(
        "server.tls_key", "server.tls_certificate and server.tls_key belong together: set both or neither"));
  const auto& url = settings.database_url;
  if (!url.empty() && !url.starts_with("postgres://") && !url.starts_with("postgresql://"))
    return core::fail(core::invalid_input(
        "database.url", "database.url must be empty or begin with postgres:// (it is a secret and not shown here)"));
  if (!is_node_name(settings.node_name))
    return core::fail(
        core::invalid_input("node.name", "node.name may have up to 60 letters, digits, dots, hyphens and underscores"));
  if (!settings.tile_server.empty()) {
    if (const auto origin = http::origin_of_tiles(settings.tile_server); !origin)
      return core::fail(core::invalid_input(
          "web.tile_server",
          fmt::format("web.tile_server is \"{}\"; it {}", settings.tile_server, origin.error().message)));
  }
  if (settings.tile_attribution.size() > longest_attribution)
    return core::fail(core::invalid_input("web.tile_attribution", "web.tile_attribution may have 300 bytes at most"));
  return {};
}

}  // namespace

Result<Settings> load_settings(const std::filesystem::path& data, const std::map<std::string, std::string>& flags) {
  Settings settings;
  for (const auto& name : setting_names()) settings.origins[name] = "default";
  SG_ASSIGN(const auto file, read_settings_file(data / "sightglass.toml"));
  SG_TRY(check_rights_of_file(data / "sightglass.toml", file));
  SG_TRY(refuse_secrets(flags));
  SG_TRY(apply_all(settings, file, "file"));
  SG_TRY(apply_all(settings, from_environment(), "environment"));
  forget_secrets_of_environment();
  SG_TRY(apply_all(settings, flags, "flag"));
  SG_TRY(check_together(settings));
  settings.data = data;
  return settings;
}

}  // namespace sightglass::app
