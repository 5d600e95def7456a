// Jobs, assets and locations: what photos are about.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/records.hpp"
#include "core/result.hpp"
#include "database/database.hpp"
#include "database/photos.hpp"

namespace sightglass::database {

namespace jobs {
struct Filter {
  std::optional<std::string> status{};
  std::optional<std::string> text{};    // occurs in number, title, customer, address (any case)
  std::optional<core::JobId> before{};  // keyset: ids below this one
  std::int32_t limit = 50;
};
core::Result<core::JobId> insert(Session& session, const core::Job& job);  // job.id is ignored unless > 0
core::Result<std::optional<core::Job>> find(Session& session, core::JobId id);
core::Result<bool> may_see(Session& session, const photos::Visibility& visibility, core::JobId id);
core::Result<std::vector<core::Job>> list(Session& session, const Filter& filter,
                                          const photos::Visibility& visibility);  // newest first, with counts
core::Result<void> update(Session& session, const core::Job& job);
core::Result<bool> remove(Session& session, core::JobId id);  // conflict while it has photos
}  // namespace jobs

namespace assets {
struct Filter {
  std::optional<core::LocationId> location{};
  std::optional<std::string> text{};
  std::optional<core::AssetId> after{};
  std::int32_t limit = 50;
};
core::Result<void> insert(Session& session, const core::Asset& asset);
core::Result<std::optional<core::Asset>> find(Session& session, core::AssetId id);
core::Result<std::optional<core::Asset>> find_by_code(Session& session, std::string_view code);
core::Result<std::vector<core::Asset>> list(Session& session, const Filter& filter);
core::Result<void> update(Session& session, const core::Asset& asset);
core::Result<bool> remove(Session& session, core::AssetId id);
}  // namespace assets

namespace locations {
struct Filter {
  std::optional<std::string> text{};
  std::optional<core::LocationId> after{};
  std::int32_t limit = 50;
};
core::Result<void> insert(Session& session, const core::Location& location);
core::Result<std::optional<core::Location>> find(Session& session, core::LocationId id);
core::Result<std::vector<core::Location>> list(Session& session, const Filter& filter);
core::Result<void> update(Session& session, const core::Location& location);
core::Result<bool> remove(Session& session, core::LocationId id);
}  // namespace locations

}  // namespace sightglass::database
