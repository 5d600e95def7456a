#include "inspection/review.hpp"

#include <array>
#include <utility>

#include "database/decisions.hpp"
#include "database/photos.hpp"
#include "filing/json_fields.hpp"

namespace sightglass::inspection {
namespace {

using core::FindingKind;
using core::Result;
using database::Session;
using database::photos::Visibility;
namespace stored = database::findings;

constexpr std::array kinds{FindingKind::anomaly, FindingKind::reading, FindingKind::damage, FindingKind::spotting};
constexpr std::int32_t past_readings = 10;
constexpr std::int32_t largest_burst = 200;

// The good picture that the model found most like the doubtful one, when it is still a photo that may be seen.
Result<std::optional<core::Photo>> nearest_good(Session& session, const core::Finding& finding,
                                                const Visibility& visibility) {
  constexpr std::size_t most_bytes = 200;
  auto details = filing::JsonFields::parse(finding.details);
  const auto name = details ? details->optional_text("nearest_good", most_bytes) : std::nullopt;
  const auto id = core::PhotoId::parse(name.value_or(""));
  if (!id) return std::optional<core::Photo>{};
  SG_ASSIGN(auto good, database::photos::find(session, *id));
  if (!good || good->trashed_at) return std::optional<core::Photo>{};
  SG_ASSIGN(const bool may_see, database::photos::may_see(session, visibility, *good));
  return may_see ? std::move(good) : std::optional<core::Photo>{};
}

// Else the same thing as it looked when it was last good.
Result<std::optional<core::Photo>> last_good(Session& session, const core::Photo& photo, const Visibility& visibility) {
  if (!photo.asset_id) return std::optional<core::Photo>{};
  const database::photos::Filter filter{.asset = photo.asset_id, .verdict = "OK", .limit = 2};
  SG_ASSIGN(auto page, database::photos::list(session, filter, visibility, std::nullopt));
  for (auto& good : page.photos)
    if (good.id != photo.id) return std::optional(std::move(good));
  return std::optional<core::Photo>{};
}

Result<std::vector<core::Finding>> of_burst(Session& session, const core::Finding& finding,
                                            const Visibility& visibility) {
  std::vector<core::Finding> burst;
  if (finding.burst.empty()) return burst;
  SG_ASSIGN(auto page, stored::list(session,
                                    {.kind = finding.kind,
                                     .state = core::FindingState::open,
                                     .burst = finding.burst,
                                     .sort = stored::Sort::oldest,
                                     .limit = largest_burst},
                                    visibility, std::nullopt));
  for (auto& listed : page.findings) burst.push_back(std::move(listed.finding));
  return burst;
}

Result<void> add_meter(Session& session, ReviewItem& item) {
  const auto& meter = item.listed.finding.meter_id;
  if (!meter) return {};
  SG_ASSIGN(item.meter, database::meters::find(session, *meter));
  SG_ASSIGN(item.readings, stored::past_readings(session, *meter, item.photo.taken_at, past_readings));
  return {};
}

Result<std::optional<ReviewItem>> item_of(Session& session, stored::Listed listed, const Visibility& visibility) {
  SG_ASSIGN(auto photo, database::photos::find(session, listed.finding.photo_id));
  if (!photo) return std::optional<ReviewItem>{};
  ReviewItem item{.listed = std::move(listed), .photo = std::move(*photo)};
  SG_ASSIGN(item.others, stored::of_photo(session, item.photo.id));
  std::erase_if(item.others, [&](const core::Finding& other) { return other.id == item.listed.finding.id; });
  SG_ASSIGN(item.burst, of_burst(session, item.listed.finding, visibility));
  SG_ASSIGN(item.visit, database::bursts::of_burst(session, item.listed.finding.burst, visibility, largest_burst));
  if (item.listed.finding.kind == FindingKind::anomaly) {
    SG_ASSIGN(item.good, nearest_good(session, item.listed.finding, visibility));
    if (!item.good) {
      SG_ASSIGN(item.good, last_good(session, item.photo, visibility));
    }
  }
  SG_TRY(add_meter(session, item));
  return std::optional(std::move(item));
}

}  // namespace

Result<std::vector<QueueState>> queues(Session& session, const Visibility& visibility,
                                       std::optional<core::UserId> person) {
  std::vector<QueueState> states;
  for (const auto kind : kinds) {
    QueueState state{.kind = kind};
    SG_ASSIGN(state.waiting, stored::waiting(session, kind, visibility, most_waiting));
    if (person) {
      SG_ASSIGN(state.median_seconds, database::decisions::median_seconds(session, *person, kind));
    }
    states.push_back(state);
  }
  return states;
}

Result<ReviewPage> next_items(Session& session, const stored::Filter& filter, const Visibility& visibility,
                              const std::optional<stored::PageKey>& after) {
  auto open = filter;
  open.state = core::FindingState::open;
  SG_ASSIGN(auto page, stored::list(session, open, visibility, after));
  ReviewPage found{.items = {}, .next = page.next};
  for (auto& listed : page.findings) {
    SG_ASSIGN(auto item, item_of(session, std::move(listed), visibility));
    if (item) found.items.push_back(std::move(*item));
  }
  return found;
}

}  // namespace sightglass::inspection
