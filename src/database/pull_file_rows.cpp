#include "database/pull_file_rows.hpp"

#include <array>
#include <string_view>

namespace sightglass::database::pull_files {
namespace {

constexpr std::array<std::string_view, file_columns> columns{
    "id",          "source_id", "path",          "name",       "address",       "bytes",
    "modified_at", "etag",      "state",         "reason",     "message",       "attempts",
    "next_at",     "revision",  "validator",     "sha256",     "fetched_bytes", "filing_id",
    "photo_id",    "run_id",    "first_seen_at", "changed_at", "checked_at"};

}  // namespace

std::string columns_of_files(bool is_aliased) {
  std::string text;
  for (const auto column : columns) {
    if (!text.empty()) text += ", ";
    if (is_aliased) text += "f.";
    text += column;
  }
  return text;
}

File read_file(const Row& row) {
  return {.id = row.id<core::PullFileId>(0),
          .source_id = row.id<core::PullSourceId>(1),
          .path = row.string(2),
          .name = row.string(3),
          .address = row.string(4),
          .bytes = row.optional_integer(5),
          .modified_at = row.optional_instant(6),
          .etag = row.string(7),
          .state = state_from_name(row.text(8)).value_or(State::seen),
          .reason = row.string(9),
          .message = row.string(10),
          .attempts = static_cast<std::int32_t>(row.integer(11)),
          .next_at = row.optional_instant(12),
          .revision = row.integer(13),
          .validator = row.string(14),
          .sha256 = row.is_null(15) ? std::nullopt : std::optional(row.sha256(15)),
          .fetched_bytes = row.integer(16),
          .filing_id = row.optional_id<core::PhotoId>(17),
          .photo_id = row.optional_id<core::PhotoId>(18),
          .run_id = row.optional_id<core::PullRunId>(19),
          .first_seen_at = row.instant(20),
          .changed_at = row.instant(21),
          .checked_at = row.instant(22)};
}

}  // namespace sightglass::database::pull_files
