// What most rows share: binding a function to the services, refusing stray query parameters, page sizes, audit
// details.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "http/query.hpp"
#include "http/services.hpp"

namespace sightglass::http {

using ServiceFunction = core::Result<Response> (*)(const Services&, const Request&);

// A handler that takes no query parameters: any is refused by name before `handle` runs.
Handler bound(const Services& services, ServiceFunction handle);
// A handler that reads the query itself.
Handler bound_with_query(const Services& services, ServiceFunction handle);

// `limit` (1 … 500, 50 when absent) and `cursor` (still opaque) of a list's query.
struct PageQuery {
  std::int32_t limit = 50;
  std::optional<std::string> cursor{};
};
PageQuery read_page(QueryReader& query);

// The fields a change touched, in the order of the record.
using ChangedFields = std::vector<std::string_view>;
// {"changed":["title",…]}
std::string details_of(const ChangedFields& changed);

// Replaces `target` when `value` is there and differs, and notes the field's name.
template <typename T>
void replace(ChangedFields& changed, std::string_view field, T& target, const std::optional<T>& value) {
  if (!value || *value == target) return;
  target = *value;
  changed.push_back(field);
}

// A row was committed but its sidecar could not be renewed: the answer stands, the log says so, and
// `sightglass check` finds it.
void log_stale_sidecar(const core::Result<void>& written, std::string_view object_type, std::string_view object_id);

// The conflict of a violated constraint in words of this resource; any other error stays as it is.
core::Error worded_conflict(core::Error error, std::string_view field, std::string_view message);

}  // namespace sightglass::http
