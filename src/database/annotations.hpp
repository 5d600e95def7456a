// Photos with what was found on them, in the order that exports walk them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/findings.hpp"
#include "core/photo.hpp"
#include "core/records.hpp"
#include "core/result.hpp"
#include "database/bursts.hpp"
#include "database/database.hpp"
#include "database/photos.hpp"

namespace sightglass::database::annotations {

// All functions block. Photos in the trash are never among the answers.

struct Filter {
  std::optional<core::FindingKind> kind{};
  std::vector<core::FindingState> states{};  // any of these; empty: every one but rejected
  std::optional<std::string> class_name{};
  std::optional<core::AssetId> asset{};
  std::optional<core::JobId> job{};
  std::optional<core::LocationId> location{};
  std::optional<core::Instant> taken_from{};  // inclusive
  std::optional<core::Instant> taken_to{};    // exclusive
  // Photos of neither a job nor an asset as well, whether or not something was found on them: what cameras in the
  // field took. Their findings pass the conditions above all the same.
  bool has_field_photos = false;
};

struct AnnotatedPhoto {
  core::Photo photo{};
  core::Size upright{};  // before a person turned it: what boxes are pixels of
  std::optional<core::Location> location{};
  std::vector<core::Finding> findings{};  // by id
  std::string burst{};                    // that the photo is of; empty: none
  bursts::Span burst_span{};              // when that was
};

// Up to `limit` photos (1 … 500) behind `after`, by id: the order in which they came in.
core::Result<std::vector<AnnotatedPhoto>> list(Session& session, const Filter& filter,
                                               const photos::Visibility& visibility,
                                               const std::optional<core::PhotoId>& after, std::int32_t limit);

// How many photos list() would give in all; counted no further than `most`.
core::Result<std::int64_t> count(Session& session, const Filter& filter, const photos::Visibility& visibility,
                                 std::int64_t most);

struct Class {
  core::FindingKind kind{};
  std::string name{};
  bool operator==(const Class&) const = default;
};
// Those of the findings that list() would give, by kind and name.
core::Result<std::vector<Class>> classes(Session& session, const Filter& filter, const photos::Visibility& visibility);

}  // namespace sightglass::database::annotations
