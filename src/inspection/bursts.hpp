// Photos that one camera took in one go, and what they show together.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "core/findings.hpp"
#include "core/photo.hpp"
#include "core/result.hpp"
#include "core/time.hpp"
#include "database/database.hpp"
#include "inspection/sightings.hpp"

namespace sightglass::inspection {

// A photo that a camera took at most so long after the one before belongs to its burst.
inline constexpr std::chrono::seconds burst_gap{60};
// Of pictures that their camera itself numbers as one series. Cameras count events anew when their card is emptied:
// after so long the same number is another event.
inline constexpr std::chrono::minutes numbered_gap{15};
// A camera that takes more without a pause takes pictures by the clock: none of them are a burst.
inline constexpr std::size_t most_of_burst = 200;

// What tells the camera of a photo from others: make, model and serial number, else the place, make and model; and the
// camera's own number of the event, where the picture is one of a series that it numbers. Empty when the camera is not
// known, or when the photo was taken is not: then the photo stands alone.
std::string camera_key(const core::Photo& photo);

// All block, in the caller's transaction. The bursts that come of it are the same whatever order photos come in.

// Puts a photo on which `sightings` were seen into its burst, and judges that anew: the spottings of the other photos
// are replaced where they come out otherwise. What people decided stays. Returns what is found on this photo, for the
// caller to write. not_found when the photo is gone.
core::Result<std::vector<core::Finding>> join_burst(database::Session& session, core::PhotoId photo,
                                                    const std::vector<Sighting>& sightings, core::Instant now);
// Puts it there also when nobody looked for animals, as without a network: what people draw on it is then of a burst.
core::Result<void> place_in_burst(database::Session& session, core::PhotoId photo, core::Instant now);
// After a person changed when, where or of what the photo is. Nothing for one that is in none of these.
core::Result<void> renew_burst(database::Session& session, core::PhotoId photo, core::Instant now);

}  // namespace sightglass::inspection
