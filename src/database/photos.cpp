#include "database/photos.hpp"

#include <algorithm>
#include <string>

#include "database/conditions.hpp"
#include "database/photo_labels.hpp"
#include "database/photo_rows.hpp"
#include "database/photo_visibility.hpp"
#include "database/string_list.hpp"

namespace sightglass::database::photos {
namespace {

core::Result<void> check_tags(const core::Photo& photo) {
  for (const std::string& tag : photo.tags)
    if (tag.empty() || tag.contains(list_separator))
      return core::fail(core::invalid_input("tags", "A tag must not be empty and not hold the character U+001F."));
  return {};
}

core::Result<void> insert_tags(Session& session, const core::Photo& photo) {
  for (const std::string& tag : photo.tags)
    SG_TRY(session.execute("INSERT INTO photo_tags (tag, photo_id) VALUES ($1, $2) ON CONFLICT DO NOTHING",
                           {tag, photo.id}));
  return {};
}

core::Result<void> expect_photo(const core::Result<std::int64_t>& changed) {
  if (!changed) return std::unexpected(changed.error());
  if (*changed == 0) return core::fail(core::not_found("There is no such photo."));
  return {};
}

const std::string& insert_statement() {
  static const std::string sql = [] {
    const std::size_t count = values_of({}).size();
    std::string names;
    for (std::size_t i = 1; i <= count; ++i) names += (i == 1 ? "$" : ", $") + std::to_string(i);
    return "INSERT INTO photos (" + columns_of_photos(false) + ") VALUES (" + names + ")";
  }();
  return sql;
}

// One photo by `condition`, with its metadata.
core::Result<std::optional<core::Photo>> find_where(Session& session, std::string_view condition,
                                                    const Session::Parameters& parameters) {
  const std::string sql = "SELECT " + columns_of_photos(true) +
                          ", m.json FROM photos p LEFT JOIN photo_metadata m ON m.photo_id = p.id WHERE " +
                          std::string(condition);
  return session.first(sql, parameters, [](const Row& row) {
    static const int metadata_column = static_cast<int>(values_of({}).size());
    core::Photo photo = read_photo(row);
    if (!row.is_null(metadata_column)) photo.metadata.json = row.string(metadata_column);
    return photo;
  });
}

}  // namespace

core::Result<void> insert(Session& session, const core::Photo& photo) {
  SG_TRY(check_tags(photo));
  SG_TRY(session.execute(insert_statement(), values_of(photo)));
  if (photo.metadata.json != "{}")
    SG_TRY(session.execute("INSERT INTO photo_metadata (photo_id, json) VALUES ($1, $2)",
                           {photo.id, photo.metadata.json}));
  return insert_tags(session, photo);
}

core::Result<std::optional<core::Photo>> find(Session& session, core::PhotoId id) {
  return find_where(session, "p.id = $1", {id});
}

core::Result<std::optional<core::Photo>> find_in_job(Session& session, core::JobId job, std::string_view filename) {
  return find_where(session, "p.job_id = $1 AND p.filename = $2 AND p.kind = 'job'", {job, filename});
}

core::Result<std::optional<core::Photo>> find_by_hash(Session& session, const core::Sha256& sha256) {
  return find_where(session, "p.sha256 = $1 AND p.original_key <> '' ORDER BY p.id LIMIT 1", {sha256});
}

core::Result<bool> may_see(Session& session, const Visibility& visibility, const core::Photo& photo) {
  if (visibility.sees_all) return true;
  if (visibility.user && visibility.user == photo.uploaded_by) return true;
  Conditions conditions;
  conditions.add("p.id = ?", {photo.id});
  add_visibility(conditions, visibility);
  SG_ASSIGN(const auto seen, session.first("SELECT 1 FROM photos p" + conditions.where(), conditions.parameters(),
                                           [](const Row&) { return true; }));
  return seen.has_value();
}

core::Result<std::vector<core::PhotoId>> visible_among(Session& session, const Visibility& visibility,
                                                       const std::vector<core::PhotoId>& ids) {
  if (visibility.sees_all || ids.empty()) return ids;
  Conditions conditions;
  std::string listed;
  for (const auto id : ids) listed += (listed.empty() ? "" : ", ") + conditions.parameter(id);
  conditions.add("p.id IN (" + listed + ")");
  add_visibility(conditions, visibility);
  return session.all("SELECT p.id FROM photos p" + conditions.where(), conditions.parameters(),
                     [](const Row& row) { return row.id<core::PhotoId>(0); });
}

core::Result<void> update(Session& session, const core::Photo& photo) {
  SG_TRY(check_tags(photo));
  const auto& position = photo.metadata.position;
  SG_TRY(expect_photo(session.execute(
      "UPDATE photos SET description = $2, tags = $3, job_id = $4, asset_id = $5, location_id = $6, taken_at = $7, "
      "taken_source = $8, latitude = $9, longitude = $10, altitude = $11, verdict = $12, rotation = $13 WHERE id = $1",
      {photo.id, photo.description, join_list(photo.tags), photo.job_id, photo.asset_id, photo.location_id,
       photo.taken_at, core::name_of(photo.metadata.taken_source), position ? Value(position->latitude) : Value(),
       position ? Value(position->longitude) : Value(), position ? Value(position->altitude) : Value(), photo.verdict,
       photo.rotation})));
  SG_TRY(session.execute("DELETE FROM photo_tags WHERE photo_id = $1", {photo.id}));
  return insert_tags(session, photo);
}

core::Result<void> set_status(Session& session, core::PhotoId id, core::ProcessingStatus status,
                              std::string_view error) {
  return expect_photo(
      session.execute("UPDATE photos SET status = $2, error = $3 WHERE id = $1", {id, core::name_of(status), error}));
}

core::Result<void> set_task(Session& session, core::PhotoId id, core::TaskId task, core::ProcessingStatus status) {
  return expect_photo(session.execute("UPDATE photos SET task_id = $2, status = $3, error = '' WHERE id = $1",
                                      {id, task, core::name_of(status)}));
}

core::Result<bool> fail_task(Session& session, core::PhotoId id, core::TaskId task, std::string_view error) {
  SG_ASSIGN(const auto changed,
            session.execute("UPDATE photos SET status = 'FAILED', error = $3 WHERE id = $1 AND task_id = $2",
                            {id, task, error}));
  return changed > 0;
}

core::Result<void> set_derived(Session& session, const core::Photo& photo) {
  return expect_photo(session.execute(
      "UPDATE photos SET display_width = $2, display_height = $3, display_bytes = $4, thumbnail_bytes = $5, "
      "display_key = $6, thumbnail_key = $7, thumbhash = $8, width = $9, height = $10 WHERE id = $1",
      {photo.id, photo.display_size.width, photo.display_size.height, photo.display_bytes, photo.thumbnail_bytes,
       photo.files.display, photo.files.thumbnail, photo.thumbhash, photo.size.width, photo.size.height}));
}

core::Result<void> set_trap_facts(Session& session, core::PhotoId id, const core::TrapFacts& facts) {
  auto parameters = noted_values_of(facts);
  parameters.emplace_back(id);
  return expect_photo(session.execute(
      "UPDATE photos SET air_temperature = $1, air_humidity = $2, air_pressure = $3, moon_phase = $4, "
      "trap_trigger = $5, trap_event = $6, trap_position = $7, trap_count = $8, battery_volts = $9, is_lit = $10, "
      "camera_serial = $11, camera_label = $12 WHERE id = $13",
      parameters));
}

core::Result<bool> remove(Session& session, core::PhotoId id) {
  SG_ASSIGN(const auto removed, session.execute("DELETE FROM photos WHERE id = $1", {id}));
  return removed > 0;
}

core::Result<bool> set_trashed(Session& session, core::PhotoId id, std::optional<core::Instant> at) {
  const std::string_view differs = at ? " AND trashed_at IS NULL" : " AND trashed_at IS NOT NULL";
  SG_ASSIGN(const auto changed,
            session.execute("UPDATE photos SET trashed_at = $2 WHERE id = $1" + std::string(differs), {id, at}));
  return changed > 0;
}

core::Result<std::vector<core::Photo>> list_trashed(Session& session, core::Instant before, std::int32_t limit) {
  return session.all("SELECT " + columns_of_photos(true) +
                         " FROM photos p WHERE p.trashed_at IS NOT NULL AND p.trashed_at < $1 "
                         "ORDER BY p.trashed_at, p.id LIMIT $2",
                     {before, std::max(limit, 1)}, read_photo);
}

core::Result<void> set_labels(Session& session, core::PhotoId id, const std::vector<Label>& labels) {
  SG_ASSIGN(const auto removed, photo_labels::removed_from(session, id));
  SG_ASSIGN(const auto there, photo_labels::of_photo(session, id));
  std::vector<std::string> names;
  std::vector<Label> kept;
  const auto holds = [](const std::vector<std::string>& list, const std::string& name) {
    return std::ranges::find(list, name) != list.end();
  };
  for (const Label& label : labels) {
    if (label.name.empty() || label.name.contains(list_separator))
      return core::fail(core::invalid_input("labels", "A label must not be empty and not hold the character U+001F."));
    if (holds(removed, label.name) || holds(names, label.name)) continue;
    names.push_back(label.name);
    kept.push_back(label);
  }
  for (const auto& label : there)
    if (label.is_by_person && !holds(names, label.name)) names.push_back(label.name);
  SG_TRY(expect_photo(session.execute("UPDATE photos SET labels = $2 WHERE id = $1", {id, join_list(names)})));
  SG_TRY(session.execute("DELETE FROM photo_labels WHERE photo_id = $1 AND origin = 'machine'", {id}));
  for (const Label& label : kept)
    SG_TRY(session.execute(
        "INSERT INTO photo_labels (label, photo_id, confidence) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        {label.name, id, label.confidence}));
  return {};
}

core::Result<std::vector<core::Photo>> scan(Session& session, std::optional<core::PhotoId> after, std::int32_t limit) {
  Conditions conditions;
  if (after) conditions.add("p.id > ?", {*after});
  const std::string sql = "SELECT " + columns_of_photos(true) + " FROM photos p" + conditions.where() +
                          " ORDER BY p.id LIMIT " + conditions.parameter(std::max(limit, 1));
  return session.all(sql, conditions.parameters(), read_photo);
}

}  // namespace sightglass::database::photos
