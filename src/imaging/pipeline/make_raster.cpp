#include "imaging/pipeline/make_raster.hpp"

#include "imaging/pipeline/scale_upright.hpp"
#include "imaging/turbojpeg/jpeg_planes.hpp"

namespace sightglass::imaging::pipeline {

core::Result<void> check_plan(const RasterPlan& plan) {
  if (plan.max_side < least_raster_side || plan.max_side > most_raster_side)
    return core::fail(core::invalid_input("max_side", "The longer side of a raster has 64 to 4096 pixels"));
  if (!core::is_quarter_turn(plan.rotation))
    return core::fail(core::invalid_input("rotation", "A picture is turned by 0, 90, 180 or 270 degrees"));
  return {};
}

core::Result<core::Raster> make_raster(const PlanarPicture& source, core::Size target, core::Orientation orientation) {
  return turbojpeg::rgb_of_planes(scale_upright(source, target, orientation, Chroma::full));
}

}  // namespace sightglass::imaging::pipeline
