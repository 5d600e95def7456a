#include "database/photo_verdicts.hpp"

#include <string>

namespace sightglass::database::photo_verdicts {
namespace {

struct Standing {
  std::string verdict;
  bool is_by_person;
  bool has_model;
  bool has_defect;
};

// A verdict without a word on whose it is came with a photo that was found again or imported: a person's.
core::Result<std::optional<Standing>> standing_of(Session& session, core::PhotoId photo) {
  return session.first(
      "SELECT p.verdict, coalesce(v.is_by_person, CASE p.verdict WHEN '' THEN 0 ELSE 1 END), "
      "coalesce(v.has_model, 0), (SELECT count(*) FROM findings f WHERE f.photo_id = p.id AND f.kind = 'anomaly' AND "
      "f.state IN ('open', 'confirmed', 'corrected')) FROM photos p LEFT JOIN photo_verdicts v ON v.photo_id = p.id "
      "WHERE p.id = $1",
      {photo}, [](const Row& row) {
        return Standing{.verdict = row.string(0),
                        .is_by_person = row.boolean(1),
                        .has_model = row.boolean(2),
                        .has_defect = row.integer(3) > 0};
      });
}

// Keeps whose the verdict has been until now.
core::Result<void> ensure_row(Session& session, core::PhotoId photo) {
  SG_TRY(
      session.execute("INSERT INTO photo_verdicts (photo_id, is_by_person, has_model) "
                      "SELECT id, CASE verdict WHEN '' THEN 0 ELSE 1 END, 0 FROM photos WHERE id = $1 "
                      "ON CONFLICT (photo_id) DO NOTHING",
                      {photo}));
  return {};
}

}  // namespace

core::Result<void> note_model(Session& session, core::PhotoId photo, bool has_judged) {
  // Of most photos no model judges anything: without a row none does.
  if (has_judged) SG_TRY(ensure_row(session, photo));
  SG_TRY(session.execute("UPDATE photo_verdicts SET has_model = $2 WHERE photo_id = $1", {photo, has_judged}));
  return {};
}

core::Result<void> note_person(Session& session, core::PhotoId photo, bool has_decided) {
  SG_TRY(ensure_row(session, photo));
  SG_TRY(session.execute("UPDATE photo_verdicts SET is_by_person = $2 WHERE photo_id = $1", {photo, has_decided}));
  return {};
}

core::Result<bool> is_by_person(Session& session, core::PhotoId photo) {
  SG_ASSIGN(const auto standing, standing_of(session, photo));
  return standing && !standing->verdict.empty() && standing->is_by_person;
}

core::Result<bool> settle(Session& session, core::PhotoId photo) {
  SG_ASSIGN(const auto standing, standing_of(session, photo));
  if (!standing || standing->is_by_person) return false;
  const std::string_view verdict = standing->has_defect ? bad : standing->has_model ? good : std::string_view{};
  if (verdict == standing->verdict) return false;
  // Now it is known to be the machine's.
  SG_TRY(ensure_row(session, photo));
  SG_TRY(session.execute("UPDATE photos SET verdict = $2 WHERE id = $1", {photo, verdict}));
  return true;
}

}  // namespace sightglass::database::photo_verdicts
