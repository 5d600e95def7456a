// What administrators learn of the installation: its settings and its storage.
#include <chrono>
#include <memory>
#include <mutex>

#include "core/json_writer.hpp"
#include "database/storage_totals.hpp"
#include "filing/layout.hpp"
#include "http/account_endpoints.hpp"
#include "http/endpoint_support.hpp"

namespace sightglass::http {
namespace {

using database::FileTotal;

void write_setting(core::JsonWriter& json, const SettingFact& fact) {
  json.begin_object().member("name", fact.name).key("value").raw(fact.value).key("default").raw(fact.usual);
  json.member("source", fact.source).member("words", fact.words).end_object();
}

core::Result<Response> list_settings(const Services& services, const Request&) {
  std::string text;
  core::JsonWriter json(text);
  json.begin_array();
  for (const auto& fact : services.settings) write_setting(json, fact);
  json.end_array();
  return private_json(200, std::move(text));
}

core::Result<FileTotal> total_below(const storage::BlobStore& blobs, std::string_view prefix) {
  FileTotal total;
  SG_TRY(blobs.list(prefix, [&](std::string_view, const storage::BlobInfo& info) {
    ++total.count;
    total.bytes += info.bytes;
    return true;
  }));
  return total;
}

struct StorageState {
  database::StorageTotals totals{};
  FileTotal quarantine{};
  FileTotal unfinished{};       // uploads on their way
  FileTotal tiles{};            // of pictures that were looked at closely
  std::int64_t free_bytes = 0;  // −1: no limit
  core::Instant measured_at{};
};

// Measured at most every few seconds, by one caller at a time: it reads every row. Thread-safe; look() blocks.
class StorageWatch {
 public:
  static constexpr std::chrono::seconds max_age{10};
  explicit StorageWatch(const Services& services) : services_(services) {}

  core::Result<StorageState> look() {
    const std::lock_guard lock(mutex_);
    const auto now = services_.clock.now();
    if (state_.measured_at == core::Instant{} || now - state_.measured_at > max_age) {
      SG_ASSIGN(state_, measure(now));
    }
    return state_;
  }

 private:
  core::Result<StorageState> measure(core::Instant now) const {
    StorageState state{.measured_at = now};
    SG_ASSIGN(state.totals, services_.database.read(database::storage_totals));
    SG_ASSIGN(state.quarantine, total_below(services_.blobs, filing::quarantine_prefix));
    SG_ASSIGN(state.unfinished, total_below(services_.blobs, filing::incoming_prefix));
    SG_ASSIGN(const auto tiles, services_.tiles.kept());
    state.tiles = {.count = tiles.count, .bytes = tiles.bytes};
    SG_ASSIGN(state.free_bytes, services_.blobs.free_bytes());
    return state;
  }

  const Services& services_;
  std::mutex mutex_;
  StorageState state_{};
};

void write_total(core::JsonWriter& json, core::JsonKey name, const FileTotal& total) {
  json.key(name).begin_object().member("count", total.count).member("bytes", total.bytes).end_object();
}

core::Result<Response> get_storage(const Services& services, StorageWatch& watch) {
  SG_ASSIGN(const auto state, watch.look());
  std::string text;
  core::JsonWriter json(text);
  json.begin_object();
  write_total(json, "originals", state.totals.originals);
  write_total(json, "displays", state.totals.displays);
  write_total(json, "thumbnails", state.totals.thumbnails);
  write_total(json, "duplicates", state.totals.duplicates);
  write_total(json, "trash", state.totals.trash);
  write_total(json, "quarantine", state.quarantine);
  write_total(json, "unfinished_uploads", state.unfinished);
  write_total(json, "tiles", state.tiles);
  json.member("database_bytes", state.totals.database_bytes);
  json.member("free_bytes", state.free_bytes < 0 ? std::nullopt : std::optional(state.free_bytes));
  json.member("min_free_bytes", services.admission.min_free_bytes());
  json.member("measured_at", core::to_iso8601(state.measured_at)).end_object();
  return private_json(200, std::move(text));
}

Guard for_administrators() {
  return {.least_role = core::Role::administrator, .area = accounts::Area::settings, .access = accounts::Access::read};
}

}  // namespace

void add_installation_endpoints(EndpointTable& table, const Services& services) {
  const auto watch = std::make_shared<StorageWatch>(services);  // lives as long as its row
  table.push_back({.method = Method::get,
                   .pattern = "/api/v1/settings",
                   .operation = "listSettings",
                   .guard = for_administrators(),
                   .handle = bound(services, list_settings)});
  table.push_back({.method = Method::get,
                   .pattern = "/api/v1/storage",
                   .operation = "getStorage",
                   .guard = for_administrators(),
                   .handle = [watch, &services](const Request& request) -> core::Result<Response> {
                     SG_TRY(QueryReader(request).finish());
                     return get_storage(services, *watch);
                   }});
}

}  // namespace sightglass::http
