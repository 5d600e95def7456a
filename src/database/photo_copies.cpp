#include "database/photo_copies.hpp"

#include <string>

#include "database/conditions.hpp"
#include "database/photo_rows.hpp"
#include "database/photo_visibility.hpp"

namespace sightglass::database::photo_copies {
namespace {

core::Result<std::optional<core::PhotoId>> find_id(Session& session, const core::Sha256& sha256,
                                                   const Destination& destination) {
  const auto read = [](const Row& row) { return row.id<core::PhotoId>(0); };
  const std::string end =
      destination.counts_trash ? " ORDER BY id LIMIT 1" : " AND trashed_at IS NULL ORDER BY id LIMIT 1";
  if (destination.kind == core::PhotoKind::job) {
    const std::string in_job =
        "SELECT id FROM photos WHERE sha256 = $1 AND kind = 'job' AND job_id = $2"
        " AND (CAST($3 AS TEXT) IS NULL OR uploaded_by = $3)";
    return session.first(in_job + end, {sha256, destination.job, destination.uploaded_by}, read);
  }
  const std::string in_field =
      "SELECT id FROM photos WHERE sha256 = $1 AND kind = 'field'"
      " AND job_id IS NOT DISTINCT FROM CAST($2 AS BIGINT)"
      " AND asset_id IS NOT DISTINCT FROM CAST($3 AS TEXT)"
      " AND location_id IS NOT DISTINCT FROM CAST($4 AS TEXT)"
      " AND (CAST($5 AS TEXT) IS NULL OR uploaded_by = $5)";
  return session.first(in_field + end,
                       {sha256, destination.job, destination.asset, destination.location, destination.uploaded_by},
                       read);
}

}  // namespace

core::Result<std::optional<core::Photo>> find_at(Session& session, const core::Sha256& sha256,
                                                 const Destination& destination) {
  SG_ASSIGN(const auto id, find_id(session, sha256, destination));
  if (!id) return std::optional<core::Photo>{};
  return photos::find(session, *id);
}

core::Result<std::vector<core::Photo>> list_others(Session& session, const core::Photo& photo,
                                                   const photos::Visibility& visibility, std::int32_t limit) {
  Conditions conditions;
  conditions.add("p.sha256 = ? AND p.id <> ? AND p.trashed_at IS NULL", {photo.sha256, photo.id});
  photos::add_visibility(conditions, visibility);
  const std::string sql = "SELECT " + photos::columns_of_photos(true) + " FROM photos p" + conditions.where() +
                          " ORDER BY p.id LIMIT " + conditions.parameter(limit);
  return session.all(sql, conditions.parameters(), photos::read_photo);
}

}  // namespace sightglass::database::photo_copies
