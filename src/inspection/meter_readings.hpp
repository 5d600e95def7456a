// The meters of a photo's asset, and what is read of them on it.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/findings.hpp"
#include "core/photo.hpp"
#include "core/raster.hpp"
#include "core/result.hpp"
#include "database/database.hpp"
#include "database/meters.hpp"
#include "inspection/picture.hpp"
#include "vision/instruments.hpp"
#include "vision/readings/judge_reading.hpp"
#include "vision/readings/meter_profile.hpp"

namespace sightglass::inspection {

struct MeterToRead {
  database::meters::Meter meter{};
  vision::MeterProfile profile{};
  std::string fault{};  // why the profile cannot be used, when it cannot
  std::optional<vision::LastReading> last{};
};

// What reading needs beside the photo; borrowed.
struct MetersAtHand {
  std::vector<MeterToRead> meters{};
  // The pixels of a reference photo, as people see it. Errors: not_found when it is gone.
  std::function<core::Result<core::Raster>(core::PhotoId)> reference{};
};

// Those of the photo's asset that somebody taught where to read, each with the last reading before the photo was taken
// that a person stood for. Blocks.
core::Result<std::vector<MeterToRead>> meters_to_read(database::Session& session, const core::Photo& photo);
// One of them, with another profile when one is given. Blocks.
core::Result<MeterToRead> meter_to_read(database::Session& session, database::meters::Meter meter,
                                        const core::Photo& photo);

// One finding of the kind reading for each meter; one without a value says why it has none. Blocks. Errors: those of
// the picture and of models; what is wrong with a meter or its place on this photo is a finding's reason.
core::Result<std::vector<core::Finding>> read_meters(Picture& picture, vision::Instruments& instruments,
                                                     const MetersAtHand& at_hand);

}  // namespace sightglass::inspection
