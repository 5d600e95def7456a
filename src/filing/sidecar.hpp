// The JSON file beside each original: all that is known of a photo, enough to make its row again.
#pragma once

#include <string>
#include <string_view>

#include "core/photo.hpp"
#include "core/result.hpp"
#include "core/task.hpp"

namespace sightglass::filing {

// What a sidecar holds. Of the photo everything but the state of its analysis: status, task, error.
struct Sidecar {
  core::Photo photo{};
  std::string uploader_name{};                      // so that a lost user comes back with a name
  core::TaskQueue queue = core::TaskQueue::normal;  // of the first analysis, for an upload cut short
};

std::string to_json(const Sidecar& sidecar);
// invalid_input naming the member that is missing, of the wrong type, out of its range, or a key outside the layout.
core::Result<Sidecar> sidecar_from_json(std::string_view text);
// Whether the text says of the photo what a sidecar written now would. The uploader's name, the queue and
// `duplicate_of` do not count: the row does not know the first two, and the last is found again by hash.
bool is_current(std::string_view text, const core::Photo& photo);

}  // namespace sightglass::filing
