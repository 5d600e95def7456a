#include "database/photo_labels.hpp"

#include <algorithm>

#include "database/string_list.hpp"

namespace sightglass::database::photo_labels {
namespace {

core::Result<void> check(const std::vector<std::string>& names) {
  const bool is_sound = std::ranges::all_of(
      names, [](const std::string& name) { return !name.empty() && !name.contains(list_separator); });
  if (is_sound) return {};
  return core::fail(core::invalid_input("labels", "A label must not be empty and not hold the character U+001F."));
}

core::Result<void> take_away(Session& session, core::PhotoId photo, const PhotoLabel& label) {
  SG_TRY(session.execute("DELETE FROM photo_labels WHERE photo_id = $1 AND label = $2", {photo, label.name}));
  if (label.is_by_person) return {};
  SG_TRY(session.execute("INSERT INTO removed_labels (photo_id, label) VALUES ($1, $2) ON CONFLICT DO NOTHING",
                         {photo, label.name}));
  return {};
}

core::Result<void> give(Session& session, core::PhotoId photo, const std::string& name) {
  SG_TRY(session.execute("DELETE FROM removed_labels WHERE photo_id = $1 AND label = $2", {photo, name}));
  SG_TRY(
      session.execute("INSERT INTO photo_labels (label, photo_id, confidence, origin) VALUES ($1, $2, 1, 'person') "
                      "ON CONFLICT DO NOTHING",
                      {name, photo}));
  return {};
}

}  // namespace

core::Result<std::vector<PhotoLabel>> of_photo(Session& session, core::PhotoId photo) {
  return session.all("SELECT label, confidence, origin FROM photo_labels WHERE photo_id = $1 ORDER BY label", {photo},
                     [](const Row& row) {
                       return PhotoLabel{
                           .name = row.string(0), .confidence = row.real(1), .is_by_person = row.text(2) == "person"};
                     });
}

core::Result<std::vector<std::string>> removed_from(Session& session, core::PhotoId photo) {
  return session.all("SELECT label FROM removed_labels WHERE photo_id = $1 ORDER BY label", {photo},
                     [](const Row& row) { return row.string(0); });
}

core::Result<void> set_by_person(Session& session, core::PhotoId photo, const std::vector<std::string>& names) {
  SG_TRY(check(names));
  SG_ASSIGN(const auto there, of_photo(session, photo));
  std::vector<std::string> shown;
  for (const auto& name : names)
    if (std::ranges::find(shown, name) == shown.end()) shown.push_back(name);
  SG_ASSIGN(const auto changed,
            session.execute("UPDATE photos SET labels = $2 WHERE id = $1", {photo, join_list(shown)}));
  if (changed == 0) return core::fail(core::not_found("There is no such photo."));
  for (const auto& label : there)
    if (std::ranges::find(shown, label.name) == shown.end()) SG_TRY(take_away(session, photo, label));
  for (const auto& name : shown) SG_TRY(give(session, photo, name));
  return {};
}

}  // namespace sightglass::database::photo_labels
