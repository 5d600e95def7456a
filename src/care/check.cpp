#include "care/check.hpp"

#include "care/catalogue_check.hpp"
#include "care/findings.hpp"
#include "care/row_check.hpp"
#include "care/store_check.hpp"
#include "database/photos.hpp"

namespace sightglass::care {
namespace {

core::Result<void> check_rows(database::Database& database, RowCheck& rows, KnownKeys& known, CheckReport& report,
                              const CheckOptions& options) {
  std::optional<core::PhotoId> after;
  for (;;) {
    SG_ASSIGN(const auto page,
              database.read([&](database::Session& session) { return database::photos::scan(session, after, 500); }));
    if (page.empty()) return {};
    for (const auto& photo : page) {
      known.add(photo.files);
      SG_TRY(rows.check(photo));
    }
    report.photos += static_cast<std::int64_t>(page.size());
    if (options.progress) options.progress(report.photos, report.files);
    after = page.back().id;
  }
}

core::Result<void> check_database(database::Database& database, Findings& findings) {
  SG_ASSIGN(const auto faults, database.verify());
  for (const auto& fault : faults) {
    findings.add({.severity = Severity::error,
                  .code = "database_damaged",
                  .path = {},
                  .id = {},
                  .message = fault,
                  .advice = "Keep a copy of the database file, then run rebuild into a new one."});
  }
  return {};
}

}  // namespace

core::Result<CheckReport> check(storage::BlobStore& blobs, database::Database& database, const core::Clock& clock,
                                const CheckOptions& options) {
  CheckReport report;
  Findings findings(report);
  KnownKeys known;
  RowCheck rows(blobs, database, clock, options, findings);
  StoreCheck store(blobs, database, clock, options, findings);
  SG_TRY(check_database(database, findings));
  SG_TRY(store.check_incoming(known));
  SG_TRY(check_rows(database, rows, known, report, options));
  known.seal();
  SG_TRY(store.check_files(known, report));
  SG_TRY(check_catalogue(blobs, database, clock, options, findings));
  return report;
}

}  // namespace sightglass::care
