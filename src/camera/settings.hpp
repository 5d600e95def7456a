// What settings mean: which are possible, what they change, and which of them need a stream to stop.
#pragma once

#include "camera/types.hpp"
#include "core/result.hpp"

namespace sightglass::camera {

// invalid_input naming the field and what it may be, for the first that this camera cannot be told.
core::Result<void> check_settings(const Settings& settings, const Capabilities& capabilities);
core::Result<void> check_trigger(const Trigger& trigger, const Capabilities& capabilities);

// `base` with what is present in `wish` over it. An exposure that is wished for ends automatic exposure.
Settings merged(const Settings& base, const Settings& wish);

// Of `wanted`, what differs from `current`. Nothing of an exposure that the camera finds by itself.
Settings difference(const Settings& current, const Settings& wanted);

bool is_empty(const Settings& settings);
// Region, binning, format, user set: what changes the size of frames, or everything.
bool needs_stopped_stream(const Settings& settings);

// The nearest value that `range` allows.
double rounded_to(const Range& range, double value);
// Likewise for a part of a sensor: offsets and sizes go down to a multiple of the step, and sizes to no less than
// allowed.
Region rounded_to(const Capabilities& capabilities, const Region& region);

}  // namespace sightglass::camera
