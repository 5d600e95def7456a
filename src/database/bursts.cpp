#include "database/bursts.hpp"

#include <algorithm>
#include <utility>

#include "database/conditions.hpp"
#include "database/photo_visibility.hpp"

namespace sightglass::database::bursts {
namespace {

const std::string select_frames = "SELECT b.photo_id, b.camera, b.taken_at, b.burst, b.sightings FROM photo_bursts b";
const std::string select_bare_frames = "SELECT b.photo_id, b.camera, b.taken_at, b.burst FROM photo_bursts b";
constexpr std::int64_t page = 32;  // more than most bursts have

Frame read_bare_frame(const Row& row) {
  return {.photo_id = row.id<core::PhotoId>(0),
          .camera = row.string(1),
          .taken_at = row.instant(2),
          .burst = row.string(3)};
}

Frame read_frame(const Row& row) {
  auto frame = read_bare_frame(row);
  frame.sightings = row.string(4);
  return frame;
}

enum class Way { back, on };

core::Result<std::vector<Frame>> next_page(Session& session, const Frame& from, Way way) {
  const std::string compared = way == Way::back ? "<" : ">";
  const std::string direction = way == Way::back ? "DESC" : "ASC";
  return session.all(select_bare_frames + " WHERE b.camera = $1 AND (b.taken_at, b.photo_id) " + compared +
                         " ($2, $3) ORDER BY b.taken_at " + direction + ", b.photo_id " + direction + " LIMIT $4",
                     {from.camera, from.taken_at, from.photo_id, page}, read_bare_frame);
}

// Those that one comes to from `from`, the nearest first.
core::Result<std::vector<Frame>> walk(Session& session, Frame from, Way way, core::Instant::duration gap,
                                      std::size_t most) {
  std::vector<Frame> found;
  while (found.size() < most) {
    SG_ASSIGN(auto frames, next_page(session, from, way));
    for (auto& frame : frames) {
      const auto pause = way == Way::back ? from.taken_at - frame.taken_at : frame.taken_at - from.taken_at;
      if (pause > gap || found.size() == most) return found;
      found.push_back(frame);
      from = std::move(frame);
    }
    if (std::cmp_less(frames.size(), page)) break;
  }
  return found;
}

}  // namespace

core::Result<std::optional<Frame>> find(Session& session, core::PhotoId photo) {
  return session.first(select_frames + " WHERE b.photo_id = $1", {photo}, read_frame);
}

core::Result<void> put(Session& session, const Frame& frame) {
  SG_TRY(session.execute(
      "INSERT INTO photo_bursts (photo_id, camera, taken_at, burst, sightings) VALUES ($1, $2, $3, $4, $5) "
      "ON CONFLICT (photo_id) DO UPDATE SET camera = excluded.camera, taken_at = excluded.taken_at, "
      "burst = excluded.burst, sightings = excluded.sightings",
      {frame.photo_id, frame.camera, frame.taken_at, frame.burst, frame.sightings}));
  return {};
}

core::Result<bool> remove(Session& session, core::PhotoId photo) {
  SG_ASSIGN(const auto removed, session.execute("DELETE FROM photo_bursts WHERE photo_id = $1", {photo}));
  return removed > 0;
}

core::Result<std::vector<Frame>> around(Session& session, const std::string& camera, core::Instant at,
                                        core::Instant::duration gap, std::size_t most) {
  // Ids are never of all zeros: what was taken at this very moment lies behind.
  const Frame here{.camera = camera, .taken_at = at};
  SG_ASSIGN(auto frames, walk(session, here, Way::back, gap, most));
  std::ranges::reverse(frames);
  SG_ASSIGN(auto later, walk(session, here, Way::on, gap, most));
  std::ranges::move(later, std::back_inserter(frames));
  return frames;
}

core::Result<std::vector<Frame>> between(Session& session, const std::string& camera, core::Instant first,
                                         core::Instant last) {
  return session.all(
      select_frames + " WHERE b.camera = $1 AND b.taken_at >= $2 AND b.taken_at <= $3 ORDER BY b.taken_at, b.photo_id",
      {camera, first, last}, read_frame);
}

core::Result<std::vector<Shown>> of_burst(Session& session, const std::string& burst,
                                          const photos::Visibility& visibility, std::size_t most) {
  if (burst.empty()) return std::vector<Shown>{};
  Conditions conditions;
  conditions.add("b.burst = ? AND b.burst <> ''", {burst});
  conditions.add("p.trashed_at IS NULL");
  photos::add_visibility(conditions, visibility);
  return session.all(
      "SELECT b.photo_id, b.taken_at, p.rotation, (SELECT max(f.confidence) FROM findings f WHERE "
      "f.photo_id = b.photo_id AND f.kind = 'spotting' AND f.state <> 'rejected' AND f.class <> 'empty') "
      "FROM photo_bursts b JOIN photos p ON p.id = b.photo_id" +
          conditions.where() + " ORDER BY b.taken_at, b.photo_id LIMIT " +
          conditions.parameter(static_cast<std::int64_t>(most)),
      conditions.parameters(), [](const Row& row) {
        return Shown{.photo_id = row.id<core::PhotoId>(0),
                     .taken_at = row.instant(1),
                     .rotation = static_cast<std::int32_t>(row.integer(2)),
                     .confidence = row.optional_real(3)};
      });
}

core::Result<void> set_burst(Session& session, core::PhotoId photo, const std::string& burst) {
  SG_TRY(session.execute("UPDATE photo_bursts SET burst = $2 WHERE photo_id = $1 AND burst <> $2", {photo, burst}));
  SG_TRY(session.execute("UPDATE findings SET burst = $2 WHERE photo_id = $1 AND kind = 'spotting' AND burst <> $2",
                         {photo, burst}));
  return {};
}

core::Result<std::optional<Span>> span_of(Session& session, const std::string& burst) {
  if (burst.empty()) return std::optional<Span>{};
  SG_ASSIGN(const auto span,
            session.first("SELECT min(taken_at), max(taken_at) FROM photo_bursts WHERE burst = $1 AND burst <> ''",
                          {burst}, [](const Row& row) {
                            return row.is_null(0) ? std::optional<Span>{}
                                                  : std::optional(Span{row.instant(0), row.instant(1)});
                          }));
  return span.value_or(std::nullopt);
}

}  // namespace sightglass::database::bursts
