// Ids of what sources of pictures keep.
#pragma once

#include "core/ids.hpp"

namespace sightglass::core {

using PullSourceId = UuidId<struct PullSourceTag>;
using PullFileId = UuidId<struct PullFileTag>;
using PullRunId = UuidId<struct PullRunTag>;

}  // namespace sightglass::core
