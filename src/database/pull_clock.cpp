#include "database/pull_clock.hpp"

namespace sightglass::database::pull_clock {
namespace {

const std::string from_shifted =
    " FROM pull_photos s JOIN photos p ON p.id = s.photo_id WHERE s.source_id = $1 AND s.follows_clock = 1 AND "
    "p.taken_source IN ('exif', 'xmp') AND p.file_taken_at IS NOT NULL AND p.taken_at <> p.file_taken_at + $2";

std::int64_t micros(std::chrono::seconds offset) { return std::chrono::microseconds(offset).count(); }

}  // namespace

core::Result<std::vector<Shifted>> shifted(Session& session, core::PullSourceId source, std::chrono::seconds offset,
                                           std::optional<core::PhotoId> before, std::int32_t limit) {
  // '~' is behind every id.
  return session.all("SELECT p.id, p.original_filename, p.taken_at, p.file_taken_at" + from_shifted +
                         " AND p.id < $3 ORDER BY p.id DESC LIMIT $4",
                     {source, micros(offset), before ? before->to_string() : std::string("~"), limit},
                     [&](const Row& row) {
                       return Shifted{.photo_id = row.id<core::PhotoId>(0),
                                      .filename = row.string(1),
                                      .taken_at = row.instant(2),
                                      .corrected_at = row.instant(3) + offset};
                     });
}

core::Result<std::int64_t> count_shifted(Session& session, core::PullSourceId source, std::chrono::seconds offset) {
  SG_ASSIGN(const auto found, session.first("SELECT count(*)" + from_shifted, {source, micros(offset)},
                                            [](const Row& row) { return row.integer(0); }));
  return found.value_or(0);
}

core::Result<void> leave_alone(Session& session, core::PhotoId photo) {
  SG_TRY(session.execute("UPDATE pull_photos SET follows_clock = 0 WHERE photo_id = $1", {photo}));
  return {};
}

}  // namespace sightglass::database::pull_clock
