// What clients say of findings: filters of lists, and the words of a decision.
#pragma once

#include <optional>
#include <string>

#include "core/result.hpp"
#include "database/findings.hpp"
#include "http/json_body.hpp"
#include "http/query.hpp"
#include "inspection/decisions.hpp"

namespace sightglass::http {

// The filters that all lists of findings take, with limit and cursor. Finishes the query.
struct FindingQuery {
  database::findings::Filter filter{};
  std::optional<database::findings::PageKey> after{};
};
// `kind` in the path, or nullopt where it is a parameter. `cursor_name` is "cursor"; of the review queue "after".
struct FindingQueryForm {
  std::optional<core::FindingKind> kind{};
  std::string_view cursor_name = "cursor";
  database::findings::Sort usual_sort = database::findings::Sort::newest;
  std::int32_t usual_limit = 50;
};
core::Result<FindingQuery> read_finding_query(QueryReader& query, const FindingQueryForm& form);
std::string finding_cursor(const FindingQuery& query, const database::findings::PageKey& key);

// "class", "severity", "box", "value", "count", "meter_id", "notes", "seconds", "client_id", "revision".
inspection::Word read_word(JsonObject& body);
// {"x","y","width","height"} in pixels of the upright original.
std::optional<core::Box> read_box(JsonObject& body, std::string_view name);
// The part of the word's box on a picture of this size; invalid_input naming "box" when nothing of it lies there.
core::Result<void> clip(inspection::Word& word, core::Size upright);
// The revision that an If-Match header names ("\"3\""); invalid_input for any other text.
core::Result<std::optional<std::int64_t>> read_if_match(const Request& request);

}  // namespace sightglass::http
