// Turns errno into the errors a store promises.
#pragma once

#include <string>
#include <string_view>

#include "core/error.hpp"

namespace sightglass::storage::disk {

// `doing` completes "The store could not …". not_found, conflict, the error of core/no_room.hpp (a full disk or
// an exhausted quota: says that nothing was kept) and unavailable are told apart (a missing right of the
// process is unavailable); the rest is internal.
core::Error error_from(int error_number, std::string_view doing, std::string_view key);

}  // namespace sightglass::storage::disk
