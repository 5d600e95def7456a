// The task and scope that requests about training name.
#pragma once

#include "core/result.hpp"
#include "database/database.hpp"
#include "http/json_body.hpp"
#include "http/query.hpp"
#include "inspection/training/training_set.hpp"

namespace sightglass::http {

// "task" and "scope", the global one when it is absent. What is no task or scope is left to training::check().
inspection::training::Subject read_subject(JsonObject& body);
// "task", "scope_kind" and "scope_value" of a query, alike.
inspection::training::Subject read_subject(QueryReader& query);

// invalid_input naming "scope" for an asset or location that there is none of. Blocks.
core::Result<void> check_scope_exists(database::Session& session, const inspection::Scope& scope);

}  // namespace sightglass::http
