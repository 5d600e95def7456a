// What keeps a run from going on, and what of it may pass.
#pragma once

#include <string>

#include "sources/gateway.hpp"

namespace sightglass::pulls {

// What may pass when it is asked again in a moment.
bool may_pass(const sources::Failure& failure);
// Ours, such as a full disk or a database that is away.
sources::Failure own(core::Error error);
sources::Failure too_long_listing();
// For who looks at the source later, and sees no field beside the words.
std::string words_of(const core::Error& error);

}  // namespace sightglass::pulls
