// One action on many photos in one transaction, each photo checked like a single change.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/photo.hpp"
#include "core/result.hpp"
#include "http/message.hpp"
#include "http/photo_change.hpp"
#include "http/photo_selection.hpp"
#include "http/services.hpp"

namespace sightglass::http {

inline constexpr std::size_t most_bulk_photos = 1000;  // of one call

struct AddTags {
  std::vector<std::string> tags;
};
struct RemoveTags {
  std::vector<std::string> tags;
};
struct Assign {
  PhotoChange change;
};
struct Reprocess {};
struct Trash {};
struct Restore {};
using BulkAction = std::variant<AddTags, RemoveTags, Assign, Reprocess, Trash, Restore>;

struct BulkRequest {
  PhotoSelection selection{};
  BulkAction action{};
};

// invalid_input naming the member: neither or both of photos and filter, no action or several, wrong values.
core::Result<BulkRequest> read_bulk_request(const Request& request);

struct BulkOutcome {
  std::vector<core::Photo> changed{};  // as they are now
  std::vector<std::pair<core::PhotoId, std::string>> refused{};
  std::optional<std::string> next{};  // goes on with the filter's next photos
};

// Photos that cannot be changed are refused by name and do not keep the others from it; invalid_input, for what the
// action itself names, changes nothing. Blocks; sidecars are the caller's work afterwards.
core::Result<BulkOutcome> perform(const Services& services, const Request& request, BulkRequest bulk);

}  // namespace sightglass::http
