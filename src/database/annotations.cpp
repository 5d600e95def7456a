#include "database/annotations.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "database/catalogue.hpp"
#include "database/conditions.hpp"
#include "database/finding_rows.hpp"
#include "database/photo_rows.hpp"
#include "database/photo_visibility.hpp"

namespace sightglass::database::annotations {
namespace {

constexpr std::int32_t largest_page = 500;

// "(?, ?, …)" of as many parameters.
template <typename Values, typename ToValue>
std::string parameters_of(Conditions& conditions, const Values& values, ToValue to_value) {
  std::string list = "(";
  for (const auto& value : values) list += (list.size() > 1 ? ", " : "") + conditions.parameter(to_value(value));
  return list + ")";
}

// On findings "f".
std::string finding_conditions(Conditions& conditions, const Filter& filter) {
  std::string text = "f.state <> 'rejected'";
  if (!filter.states.empty())
    text = "f.state IN " + parameters_of(conditions, filter.states,
                                         [](core::FindingState state) { return Value(core::name_of(state)); });
  if (filter.kind) text += " AND f.kind = " + conditions.parameter(core::name_of(*filter.kind));
  if (filter.class_name) text += " AND f.class = " + conditions.parameter(*filter.class_name);
  return text;
}

// On photos "p".
void add_photo_conditions(Conditions& conditions, const Filter& filter, const photos::Visibility& visibility) {
  conditions.add("p.trashed_at IS NULL");
  if (filter.asset) conditions.add("p.asset_id = ?", {*filter.asset});
  if (filter.job) conditions.add("p.job_id = ?", {*filter.job});
  if (filter.location) conditions.add("p.location_id = ?", {*filter.location});
  if (filter.taken_from) conditions.add("p.taken_at >= ?", {*filter.taken_from});
  if (filter.taken_to) conditions.add("p.taken_at < ?", {*filter.taken_to});
  photos::add_visibility(conditions, visibility);
}

// Photos of the filter, as list() walks them.
Conditions walked(const Filter& filter, const photos::Visibility& visibility) {
  Conditions conditions;
  std::string wanted =
      "EXISTS (SELECT 1 FROM findings f WHERE f.photo_id = p.id AND " + finding_conditions(conditions, filter) + ")";
  if (filter.has_field_photos)
    wanted = "(" + wanted + " OR (p.kind = 'field' AND p.job_id IS NULL AND p.asset_id IS NULL))";
  add_photo_conditions(conditions, filter, visibility);
  conditions.add(wanted);
  return conditions;
}

core::Result<std::vector<core::Photo>> list_photos(Session& session, const Filter& filter,
                                                   const photos::Visibility& visibility,
                                                   const std::optional<core::PhotoId>& after, std::int32_t limit) {
  auto conditions = walked(filter, visibility);
  if (after) conditions.add("p.id > ?", {*after});
  return session.all("SELECT " + photos::columns_of_photos(true) + " FROM photos p" + conditions.where() +
                         " ORDER BY p.id LIMIT " +
                         conditions.parameter(static_cast<std::int64_t>(std::clamp(limit, 1, largest_page))),
                     conditions.parameters(), photos::read_photo);
}

core::Result<void> add_findings(Session& session, const Filter& filter, std::vector<AnnotatedPhoto>& photos) {
  if (photos.empty()) return {};
  Conditions conditions;
  conditions.add(finding_conditions(conditions, filter));
  conditions.add("f.photo_id IN " +
                 parameters_of(conditions, photos, [](const AnnotatedPhoto& one) { return Value(one.photo.id); }));
  SG_ASSIGN(auto findings, session.all("SELECT " + findings::columns_of_findings() + " FROM findings f" +
                                           conditions.where() + " ORDER BY f.photo_id, f.id",
                                       conditions.parameters(), findings::read_finding));
  // Both are in the order of the photos' ids.
  auto photo = photos.begin();
  for (auto& finding : findings) {
    while (photo->photo.id != finding.photo_id) ++photo;
    photo->findings.push_back(std::move(finding));
  }
  return {};
}

core::Result<void> add_locations(Session& session, std::vector<AnnotatedPhoto>& photos) {
  std::map<core::LocationId, std::optional<core::Location>> known;
  for (auto& one : photos) {
    if (!one.photo.location_id) continue;
    const auto [place, is_new] = known.try_emplace(*one.photo.location_id);
    if (is_new) {
      SG_ASSIGN(place->second, locations::find(session, place->first));
    }
    one.location = place->second;
  }
  return {};
}

// Photos of a burst lie near each other, and are asked about once.
core::Result<void> add_bursts(Session& session, std::vector<AnnotatedPhoto>& photos) {
  std::map<std::string, bursts::Span> known;
  for (auto& one : photos) {
    if (one.photo.kind != core::PhotoKind::field || one.photo.job_id || one.photo.asset_id) continue;
    SG_ASSIGN(const auto frame, bursts::find(session, one.photo.id));
    if (!frame || frame->burst.empty()) continue;
    one.burst = frame->burst;
    const auto [place, is_new] = known.try_emplace(frame->burst);
    if (is_new) {
      SG_ASSIGN(const auto span, bursts::span_of(session, frame->burst));
      place->second = span.value_or(bursts::Span{one.photo.taken_at, one.photo.taken_at});
    }
    one.burst_span = place->second;
  }
  return {};
}

}  // namespace

core::Result<std::vector<AnnotatedPhoto>> list(Session& session, const Filter& filter,
                                               const photos::Visibility& visibility,
                                               const std::optional<core::PhotoId>& after, std::int32_t limit) {
  SG_ASSIGN(auto found, list_photos(session, filter, visibility, after, limit));
  std::vector<AnnotatedPhoto> photos;
  photos.reserve(found.size());
  for (auto& photo : found) {
    auto upright = photo.size;
    if (photo.rotation % 180 != 0) std::swap(upright.width, upright.height);
    photos.push_back({.photo = std::move(photo), .upright = upright});
  }
  SG_TRY(add_findings(session, filter, photos));
  SG_TRY(add_locations(session, photos));
  SG_TRY(add_bursts(session, photos));
  return photos;
}

core::Result<std::int64_t> count(Session& session, const Filter& filter, const photos::Visibility& visibility,
                                 std::int64_t most) {
  auto conditions = walked(filter, visibility);
  const std::string sql = "SELECT count(*) FROM (SELECT 1 FROM photos p" + conditions.where() + " LIMIT " +
                          conditions.parameter(most) + ") found";
  SG_ASSIGN(const auto found,
            session.first(sql, conditions.parameters(), [](const Row& row) { return row.integer(0); }));
  return found.value_or(0);
}

core::Result<std::vector<Class>> classes(Session& session, const Filter& filter, const photos::Visibility& visibility) {
  Conditions conditions;
  add_photo_conditions(conditions, filter, visibility);
  conditions.add(finding_conditions(conditions, filter));
  SG_ASSIGN(
      auto classes,
      session.all(
          "SELECT DISTINCT f.kind, f.class FROM findings f JOIN photos p ON p.id = f.photo_id" + conditions.where(),
          conditions.parameters(), [](const Row& row) {
            return Class{.kind = core::finding_kind_from_name(row.text(0)).value_or(core::FindingKind::anomaly),
                         .name = row.string(1)};
          }));
  // Not by the database, whose order of texts depends on its locale.
  std::ranges::sort(classes, [](const Class& one, const Class& other) {
    return std::pair(one.kind, std::string_view(one.name)) < std::pair(other.kind, std::string_view(other.name));
  });
  return classes;
}

}  // namespace sightglass::database::annotations
