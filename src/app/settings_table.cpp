#include "app/settings_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <limits>
#include <variant>

#include "core/edit_distance.hpp"
#include "core/json_writer.hpp"
#include "http/client_address.hpp"

namespace sightglass::app {
namespace {

using core::Result;
using Target = std::variant<std::string Settings::*, std::int32_t Settings::*, std::int64_t Settings::*,
                            bool Settings::*, std::vector<std::string> Settings::*>;

struct Row {
  std::string_view name;
  Target target;
  std::int64_t least = 0;  // of numbers
  std::int64_t most = 0;
  std::string_view words{};  // of texts: the allowed ones, separated by spaces; empty allows any
  bool is_secret = false;    // never shown
};

constexpr std::int64_t terabyte = 1LL << 40;

const std::array table{
    Row{"server.listen", &Settings::listen},
    Row{"server.tls_certificate", &Settings::tls_certificate},
    Row{"server.tls_key", &Settings::tls_key},
    Row{"server.threads", &Settings::threads, 1, 64},
    Row{"server.max_uploads", &Settings::max_uploads, 1, 1024},
    Row{"server.max_connections", &Settings::max_connections, 1, 65'536},
    Row{"server.max_connections_per_address", &Settings::max_connections_per_address, 1, 65'536},
    Row{"server.trusted_proxies", &Settings::trusted_proxies},
    Row{"storage.keep_originals", &Settings::keep_originals},
    Row{"storage.min_free_bytes", &Settings::min_free_bytes, 0, terabyte},
    Row{"storage.tile_cache_mb", &Settings::tile_cache_mb, 16, 1 << 20},
    Row{"storage.trash_days", &Settings::trash_days, 1, 3650},
    Row{"storage.s3_endpoint", &Settings::s3_endpoint},
    Row{"storage.s3_bucket", &Settings::s3_bucket},
    Row{"storage.s3_region", &Settings::s3_region},
    Row{"storage.s3_prefix", &Settings::s3_prefix},
    Row{"storage.s3_access_key", &Settings::s3_access_key},
    Row{.name = "storage.s3_secret_key", .target = &Settings::s3_secret_key, .is_secret = true},
    Row{"storage.s3_dialect", &Settings::s3_dialect, 0, 0, "aws google"},
    Row{"storage.s3_ca_file", &Settings::s3_ca_file},
    Row{"storage.s3_path_style", &Settings::s3_path_style},
    Row{"storage.s3_conditional_writes", &Settings::s3_conditional_writes},
    Row{"storage.s3_presigned_downloads", &Settings::s3_presigned_downloads},
    Row{"database.url", &Settings::database_url, 0, 0, {}, true},
    Row{"node.name", &Settings::node_name},
    Row{"uploads.expire_hours", &Settings::upload_expire_hours, 1, 24 * 365},
    Row{"uploads.max_open_per_user", &Settings::max_open_uploads, 1, 100'000},
    Row{"images.max_upload_bytes", &Settings::max_upload_bytes, 1024, 4LL << 30},
    Row{"images.max_pixels", &Settings::max_pixels, 1, 1'000'000'000},
    Row{"workers.count", &Settings::workers, 0, 256},
    Row{"workers.express", &Settings::express_workers, 0, 256},
    Row{"workers.training", &Settings::training_workers, 0, 256},
    Row{"workers.max_tasks", &Settings::worker_max_tasks, 0, 1'000'000'000},
    Row{"workers.max_memory_mb", &Settings::worker_max_memory_mb, 128, 1 << 20},
    Row{"workers.decoders", &Settings::decoders, 1, 64},
    Row{"workers.lease_seconds", &Settings::task_lease_seconds, 5, 3600},
    Row{"tasks.keep_days", &Settings::keep_days, 1, 3650},
    Row{"vision.enabled", &Settings::vision_enabled},
    Row{"vision.runtime", &Settings::vision_runtime, 0, 0, "auto opencv onnxruntime"},
    Row{"vision.onnxruntime_library", &Settings::onnxruntime_library},
    Row{"vision.threads", &Settings::vision_threads, 1, 16},
    Row{"vision.raster_side", &Settings::raster_side, 512, 4096},
    Row{"vision.text", &Settings::reads_text},
    Row{"vision.codes", &Settings::reads_codes},
    Row{"vision.critical_classes", &Settings::critical_classes},
    Row{"vision.cache_days", &Settings::vision_cache_days, 0, 3650},
    Row{"vision.idle_unload_minutes", &Settings::idle_unload_minutes, 1, 1440},
    Row{"provider.google_enabled", &Settings::google_enabled},
    Row{"provider.google_endpoint", &Settings::google_endpoint},
    Row{"provider.google_key_file", &Settings::google_key_file},
    Row{"provider.google_features", &Settings::google_features},
    Row{"provider.monthly_budget_cents", &Settings::monthly_budget_cents, 0, 100'000'000},
    Row{"provider.price_micros_per_unit", &Settings::provider_price_micros, 1, 1'000'000'000},
    Row{"accounts.signing_key_file", &Settings::signing_key_file},
    Row{"accounts.access_token_minutes", &Settings::access_token_minutes, 1, 1440},
    Row{"accounts.refresh_token_days", &Settings::refresh_token_days, 1, 365},
    Row{"accounts.login_attempts_per_minute", &Settings::login_attempts_per_minute, 1, 10'000},
    Row{"pull.folders", &Settings::pull_folders},
    Row{"pull.ca_file", &Settings::pull_ca_file},
    Row{"web.tile_server", &Settings::tile_server},
    Row{"web.tile_attribution", &Settings::tile_attribution},
    Row{"log.level", &Settings::log_level, 0, 0, "debug info warning error"},
    Row{"log.format", &Settings::log_format, 0, 0, "text json"},
};

Result<std::int64_t> parse_number(const Row& row, std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number < row.least || number > row.most)
    return core::fail(core::invalid_input(
        std::string(row.name),
        fmt::format("{} is \"{}\"; it must be a whole number from {} to {}", row.name, text, row.least, row.most)));
  return number;
}

Result<std::string> parse_word(const Row& row, std::string_view text) {
  if (row.words.empty()) return std::string(text);
  const std::string spaced = fmt::format(" {} ", row.words);
  if (!text.empty() && spaced.find(fmt::format(" {} ", text)) != std::string::npos) return std::string(text);
  return core::fail(core::invalid_input(std::string(row.name),
                                        fmt::format("{} is \"{}\"; it must be one of: {}", row.name, text, row.words)));
}

Result<bool> parse_truth(const Row& row, std::string_view text) {
  if (text == "true" || text == "1" || text == "yes") return true;
  if (text == "false" || text == "0" || text == "no") return false;
  return core::fail(core::invalid_input(std::string(row.name),
                                        fmt::format("{} is \"{}\"; it must be true or false", row.name, text)));
}

// Of the entries between commas and spaces.
Result<std::vector<std::string>> parse_networks(const Row& row, std::string_view text) {
  constexpr std::string_view separators = ", \t";
  std::vector<std::string> networks;
  for (auto from = text.find_first_not_of(separators); from != std::string_view::npos;) {
    const auto to = std::min(text.find_first_of(separators, from), text.size());
    networks.emplace_back(text.substr(from, to - from));
    from = text.find_first_not_of(separators, to);
  }
  if (const auto checked = http::TrustedProxies::parse(networks); !checked)
    return core::fail(
        core::invalid_input(std::string(row.name), fmt::format("{}: {}", row.name, checked.error().message)));
  return networks;
}

struct Assign {
  Settings& settings;
  const Row& row;
  std::string_view text;

  Result<void> operator()(std::string Settings::* member) const {
    SG_ASSIGN(settings.*member, parse_word(row, text));
    return {};
  }
  Result<void> operator()(std::int32_t Settings::* member) const {
    SG_ASSIGN(const auto number, parse_number(row, text));
    settings.*member = static_cast<std::int32_t>(number);
    return {};
  }
  Result<void> operator()(std::int64_t Settings::* member) const {
    SG_ASSIGN(settings.*member, parse_number(row, text));
    return {};
  }
  Result<void> operator()(std::vector<std::string> Settings::* member) const {
    SG_ASSIGN(settings.*member, parse_networks(row, text));
    return {};
  }
  Result<void> operator()(bool Settings::* member) const {
    SG_ASSIGN(settings.*member, parse_truth(row, text));
    return {};
  }
};

// Of a secret only whether it is set.
constexpr std::string_view hidden = "(set)";

struct WriteJson {
  const Settings& settings;
  core::JsonWriter& json;
  bool is_secret = false;

  void operator()(std::string Settings::* member) const {
    const std::string& text = settings.*member;
    json.string(is_secret && !text.empty() ? hidden : text);
  }
  void operator()(std::int32_t Settings::* member) const { json.integer(settings.*member); }
  void operator()(std::int64_t Settings::* member) const { json.integer(settings.*member); }
  void operator()(bool Settings::* member) const { json.boolean(settings.*member); }
  void operator()(std::vector<std::string> Settings::* member) const {
    json.begin_array();
    for (const auto& text : settings.*member) json.string(text);
    json.end_array();
  }
};

std::string_view nearest_name(std::string_view name) {
  return std::ranges::min_element(table, {}, [name](const Row& row) { return core::edit_distance(row.name, name); })
      ->name;
}

}  // namespace

std::vector<std::string> setting_names() {
  std::vector<std::string> names;
  for (const auto& row : table) names.emplace_back(row.name);
  return names;
}

bool is_secret(std::string_view name) {
  const auto row = std::ranges::find(table, name, &Row::name);
  return row != table.end() && row->is_secret;
}

std::string value_as_json(const Settings& settings, std::string_view name) {
  std::string text;
  core::JsonWriter json(text);
  const auto row = std::ranges::find(table, name, &Row::name);
  if (row != table.end()) std::visit(WriteJson{settings, json, row->is_secret}, row->target);
  return text;
}

std::string environment_name_of(std::string_view name) {
  std::string text = "SIGHTGLASS_";
  for (const char c : name) text += c == '.' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

Result<void> apply_setting(Settings& settings, std::string_view name, std::string_view text,
                           const std::string& origin) {
  const auto row = std::ranges::find(table, name, &Row::name);
  if (row == table.end())
    return core::fail(core::invalid_input(
        std::string(name), fmt::format("there is no setting \"{}\"; did you mean \"{}\"?", name, nearest_name(name))));
  SG_TRY(std::visit(Assign{settings, *row, text}, row->target));
  settings.origins[std::string(name)] = origin;
  return {};
}

}  // namespace sightglass::app
