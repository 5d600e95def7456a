#include "database/storage_totals.hpp"

#include <string>

namespace sightglass::database {
namespace {

constexpr std::string_view totals =
    "SELECT count(CASE WHEN duplicate_of IS NULL AND original_key <> '' THEN 1 END), "
    "sum(CASE WHEN duplicate_of IS NULL AND original_key <> '' THEN file_bytes END), "
    "count(CASE WHEN duplicate_of IS NULL THEN 1 END), "
    "sum(CASE WHEN duplicate_of IS NULL THEN display_bytes END), "
    "sum(CASE WHEN duplicate_of IS NULL THEN thumbnail_bytes END), "
    "count(duplicate_of), sum(CASE WHEN duplicate_of IS NOT NULL THEN file_bytes END), "
    "count(trashed_at), sum(CASE WHEN trashed_at IS NOT NULL THEN file_bytes + display_bytes + thumbnail_bytes END) "
    "FROM photos";

core::Result<std::int64_t> database_bytes(Session& session) {
  const std::string_view sql = session.dialect() == Dialect::postgres
                                   ? "SELECT pg_database_size(current_database())"
                                   : "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()";
  SG_ASSIGN(const auto bytes, session.first(sql, {}, [](const Row& row) { return row.integer(0); }));
  return bytes.value_or(0);
}

}  // namespace

core::Result<StorageTotals> storage_totals(Session& session) {
  SG_ASSIGN(const auto found, session.first(totals, {}, [](const Row& row) {
    const auto files = row.integer(2);
    return StorageTotals{.originals = {row.integer(0), row.integer(1)},
                         .displays = {files, row.integer(3)},
                         .thumbnails = {files, row.integer(4)},
                         .duplicates = {row.integer(5), row.integer(6)},
                         .trash = {row.integer(7), row.integer(8)}};
  }));
  auto result = found.value_or(StorageTotals{});
  SG_ASSIGN(result.database_bytes, database_bytes(session));
  return result;
}

}  // namespace sightglass::database
