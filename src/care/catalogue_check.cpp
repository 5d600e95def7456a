#include "care/catalogue_check.hpp"

#include "care/catalogue_sidecars.hpp"
#include "database/catalogue.hpp"
#include "filing/catalogue_json.hpp"
#include "filing/layout.hpp"

namespace sightglass::care {
namespace {

constexpr std::int32_t page_size = 200;

std::string key_of(const core::Job& job) { return filing::job_key(job.id); }
std::string key_of(const core::Asset& asset) { return filing::asset_key(asset.id); }
std::string key_of(const core::Location& location) { return filing::location_key(location.id); }

struct Parts {
  storage::BlobStore& blobs;
  database::Database& database;
  const core::Clock& clock;
  const CheckOptions& options;
  Findings& findings;
};

template <typename Record>
void check_record(const Parts& parts, const Record& record) {
  const auto& [blobs, database, clock, options, findings] = parts;
  const std::string key = key_of(record);
  const auto text = blobs.read(key);
  if (text && *text == filing::to_json(record)) return;
  // Whoever changes a record writes its file just after the commit.
  if (!options.repair && clock.now() - record.updated_at < options.grace) return;
  const bool is_repaired =
      options.repair && blobs.put(key, filing::to_json(record), storage::BlobStore::Durability::durable);
  findings.add({.severity = Severity::note,
                .code = text ? "catalogue_stale" : "catalogue_missing",
                .path = key,
                .id = {},
                .message = "The database knows this better than its file, or the file is not there.",
                .advice = "Run check --repair: it is written again from the database.",
                .is_repaired = is_repaired});
}

// Pages of `list(session, last of the page before)` until one comes back empty.
template <typename List>
core::Result<void> check_all(const Parts& parts, List&& list) {
  auto filter = list.filter;
  for (;;) {
    SG_ASSIGN(const auto page,
              parts.database.read([&](database::Session& session) { return list.page(session, filter); }));
    if (page.empty()) return {};
    for (const auto& record : page) check_record(parts, record);
    list.advance(filter, page.back());
  }
}

struct Jobs {
  database::jobs::Filter filter{.limit = page_size};
  static auto page(database::Session& session, const database::jobs::Filter& filter) {
    return database::jobs::list(session, filter, {.sees_all = true});
  }
  static void advance(database::jobs::Filter& filter, const core::Job& last) { filter.before = last.id; }
};
struct Assets {
  database::assets::Filter filter{.limit = page_size};
  static auto page(database::Session& session, const database::assets::Filter& filter) {
    return database::assets::list(session, filter);
  }
  static void advance(database::assets::Filter& filter, const core::Asset& last) { filter.after = last.id; }
};
struct Locations {
  database::locations::Filter filter{.limit = page_size};
  static auto page(database::Session& session, const database::locations::Filter& filter) {
    return database::locations::list(session, filter);
  }
  static void advance(database::locations::Filter& filter, const core::Location& last) { filter.after = last.id; }
};

}  // namespace

core::Result<void> check_catalogue(storage::BlobStore& blobs, database::Database& database, const core::Clock& clock,
                                   const CheckOptions& options, Findings& findings) {
  const Parts parts{blobs, database, clock, options, findings};
  SG_TRY(check_all(parts, Jobs{}));
  SG_TRY(check_all(parts, Assets{}));
  return check_all(parts, Locations{});
}

}  // namespace sightglass::care
