// The checks that handlers share: which object a route names, whether the caller may see it.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "accounts/audit_log.hpp"
#include "core/photo.hpp"
#include "core/records.hpp"
#include "core/result.hpp"
#include "database/database.hpp"
#include "database/photos.hpp"
#include "http/message.hpp"

namespace sightglass::http {

accounts::Origin origin_of(const Request& request);

// The id in the route's segment "{id}" (or `segment`). Text that is no such id names nothing: not_found.
core::Result<core::PhotoId> captured_photo(const Request& request);
core::Result<core::JobId> captured_job(const Request& request, std::string_view segment = "id");
core::Result<core::AssetId> captured_asset(const Request& request);
core::Result<core::LocationId> captured_location(const Request& request);
core::Result<core::TaskId> captured_task(const Request& request);
core::Result<core::AnalysisId> captured_analysis(const Request& request);

// Block on the database. not_found both when there is none and when the caller may not see it, in equal words.
core::Result<core::Photo> visible_photo(database::Session& session, const accounts::Caller& caller, core::PhotoId id);
core::Result<core::Job> visible_job(database::Session& session, const accounts::Caller& caller, core::JobId id);

// Of one object among many that a request changes: told beside the others' outcomes, instead of ending the request.
bool is_refusal(core::ErrorCode code);

// Empties `duplicate_of` where it names a photo that the caller may not see. Blocks: one query for all, if any.
core::Result<void> hide_unseen_duplicates(database::Session& session, const accounts::Caller& caller,
                                          std::span<core::Photo> photos);

// What a form or a body names, resolved; invalid_input naming `field` when unknown or not visible.
core::Result<core::Job> named_job(database::Session& session, const accounts::Caller& caller, std::string_view text);
core::Result<core::AssetId> named_asset(database::Session& session, std::string_view id_or_code);
core::Result<core::LocationId> named_location(database::Session& session, std::string_view text);

// Whether any photo, visible or not, passes the filter: what is named must not vanish. Blocks on the database.
core::Result<bool> has_photos(database::Session& session, database::photos::Filter filter);

// permission_denied with a sentence saying what is not allowed.
core::Error forbidden(std::string message);

}  // namespace sightglass::http
