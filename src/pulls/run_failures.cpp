#include "pulls/run_failures.hpp"

#include <chrono>
#include <utility>

namespace sightglass::pulls {

using sources::Trouble;

bool may_pass(const sources::Failure& failure) {
  return failure.trouble == Trouble::unreachable || failure.trouble == Trouble::timeout ||
         failure.trouble == Trouble::server_error ||
         (failure.trouble == Trouble::busy &&
          failure.retry_after.value_or(std::chrono::seconds(0)) <= std::chrono::seconds(5));
}

std::string words_of(const core::Error& error) {
  if (error.field == "settings.allow_private_addresses")
    return error.message + " An administrator may allow such addresses for this source.";
  return error.message;
}

sources::Failure own(core::Error error) {
  return {.error = std::move(error), .trouble = Trouble::other, .concerns_source = true};
}

sources::Failure too_long_listing() {
  return {.error = core::unavailable("The names in the directory are too many to be kept: give the source a smaller "
                                     "directory, or a pattern that fits fewer names."),
          .trouble = Trouble::listing,
          .concerns_source = true};
}

}  // namespace sightglass::pulls
