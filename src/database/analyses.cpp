#include "database/analyses.hpp"

#include <algorithm>

#include "database/conditions.hpp"
#include "database/photo_visibility.hpp"

namespace sightglass::database::analyses {
namespace {

const std::string select_analyses =
    "SELECT a.id, a.photo_id, a.model, a.version, a.provider, a.labels, a.objects, a.text, a.properties, "
    "a.perceptual_hash, a.duration_ms, a.cost, a.created_at, a.codes, a.steps, a.scores FROM analyses a";

Analysis read_analysis(const Row& row) {
  return {.id = row.id<core::AnalysisId>(0),
          .photo_id = row.id<core::PhotoId>(1),
          .model = row.string(2),
          .version = row.string(3),
          .provider = row.string(4),
          .labels = row.string(5),
          .objects = row.string(6),
          .text = row.string(7),
          .properties = row.string(8),
          .codes = row.string(13),
          .scores = row.string(15),
          .steps = row.string(14),
          .perceptual_hash = row.integer(9),
          .duration_ms = row.real(10),
          .cost = row.real(11),
          .created_at = row.instant(12)};
}

}  // namespace

core::Result<void> save(Session& session, const Analysis& analysis) {
  // The latency is that of the first run: a photo analysed again a year later did not wait a year.
  SG_ASSIGN(const auto changed,
            session.execute(
                "INSERT INTO analyses (id, photo_id, model, version, provider, labels, objects, text, properties, "
                "perceptual_hash, duration_ms, cost, created_at, latency, codes, steps, scores) "
                "SELECT $1, p.id, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13 - p.uploaded_at, $14, $15, $16 "
                "FROM photos p WHERE p.id = $2 "
                "ON CONFLICT (photo_id, model, version) DO UPDATE SET provider = excluded.provider, "
                "labels = excluded.labels, objects = excluded.objects, text = excluded.text, "
                "properties = excluded.properties, perceptual_hash = excluded.perceptual_hash, "
                "duration_ms = excluded.duration_ms, cost = excluded.cost, created_at = excluded.created_at, "
                "codes = excluded.codes, steps = excluded.steps, scores = excluded.scores",
                {analysis.id, analysis.photo_id, analysis.model, analysis.version, analysis.provider, analysis.labels,
                 analysis.objects, analysis.text, analysis.properties, analysis.perceptual_hash, analysis.duration_ms,
                 analysis.cost, analysis.created_at, analysis.codes, analysis.steps, analysis.scores}));
  if (changed == 0) return core::fail(core::not_found("There is no such photo."));
  return {};
}

core::Result<std::optional<Analysis>> find(Session& session, core::AnalysisId id) {
  return session.first(select_analyses + " WHERE a.id = $1", {id}, read_analysis);
}

core::Result<std::optional<Analysis>> latest_of(Session& session, core::PhotoId photo) {
  return session.first(select_analyses + " WHERE a.photo_id = $1 ORDER BY a.created_at DESC, a.id DESC LIMIT 1",
                       {photo}, read_analysis);
}

core::Result<Page> list(Session& session, const photos::Visibility& visibility, std::optional<core::PhotoId> photo,
                        std::optional<core::AnalysisId> after, std::int32_t limit) {
  const auto most = static_cast<std::size_t>(std::max(limit, 1));
  Conditions conditions;
  if (photo) conditions.add("a.photo_id = ?", {*photo});
  if (after) conditions.add("a.id < ?", {*after});
  photos::add_visibility(conditions, visibility);
  const std::string join = visibility.sees_all ? "" : " JOIN photos p ON p.id = a.photo_id";
  const std::string sql = select_analyses + join + conditions.where() + " ORDER BY a.id DESC LIMIT " +
                          conditions.parameter(static_cast<std::int64_t>(most) + 1);
  Page page;
  SG_ASSIGN(page.analyses, session.all(sql, conditions.parameters(), read_analysis));
  if (page.analyses.size() > most) {
    page.analyses.pop_back();
    page.next = page.analyses.back().id;
  }
  return page;
}

}  // namespace sightglass::database::analyses
