// Which photos one camera took in one go, and what was seen on each of them alone: what a burst is judged by.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/ids.hpp"
#include "core/result.hpp"
#include "core/time.hpp"
#include "database/database.hpp"
#include "database/photos.hpp"

namespace sightglass::database::bursts {

struct Frame {
  core::PhotoId photo_id{};
  std::string camera{};  // empty: unknown, or no burst is to be looked for
  core::Instant taken_at{};
  std::string burst{};          // empty: it stands alone
  std::string sightings{"[]"};  // a JSON array, as inspection/sightings.hpp has it
};

// All functions block.

core::Result<std::optional<Frame>> find(Session& session, core::PhotoId photo);
// In the place of the photo's earlier one. conflict when there is no such photo.
core::Result<void> put(Session& session, const Frame& frame);
core::Result<bool> remove(Session& session, core::PhotoId photo);

// The frames of a camera that one comes to from `at` without a pause of more than `gap`, in the order in which they
// were taken, those of one moment by their ids; without their sightings. More than `most` before or behind `at` are not
// looked for.
core::Result<std::vector<Frame>> around(Session& session, const std::string& camera, core::Instant at,
                                        core::Instant::duration gap, std::size_t most);
// All of a camera from `first` to `last`, in that order.
core::Result<std::vector<Frame>> between(Session& session, const std::string& camera, core::Instant first,
                                         core::Instant last);
// Of those of a burst that may be seen and are not in the trash, in that order.
struct Shown {
  core::PhotoId photo_id{};
  core::Instant taken_at{};
  std::int32_t rotation = 0;           // as core::Photo has it
  std::optional<double> confidence{};  // of its surest animal that nobody rejected; nullopt: it shows none
};
core::Result<std::vector<Shown>> of_burst(Session& session, const std::string& burst,
                                          const photos::Visibility& visibility, std::size_t most);
// Names the photo's burst, also at its spottings, whoever made and decided them. Nobody sees another revision.
core::Result<void> set_burst(Session& session, core::PhotoId photo, const std::string& burst);

struct Span {
  core::Instant first{}, last{};
};
// When the burst's photos were taken; nullopt for an unknown one.
core::Result<std::optional<Span>> span_of(Session& session, const std::string& burst);

}  // namespace sightglass::database::bursts
