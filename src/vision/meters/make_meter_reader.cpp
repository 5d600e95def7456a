#include "vision/meters/make_meter_reader.hpp"

#include "vision/meters/display_reader.hpp"
#include "vision/meters/find_move.hpp"
#include "vision/meters/place_reader.hpp"

namespace sightglass::vision {

namespace {

class NetworkMeterReader final : public MeterReader {
 public:
  explicit NetworkMeterReader(MeterNetworks& networks) : networks_(networks) {}

  core::Result<PartSeen> read(const core::Raster& picture, const MeterPart& part) override {
    PartSeen seen{.kind = part.kind};
    if (part.kind == PartKind::display) {
      SG_ASSIGN(seen.guesses, read_display(picture, part.corners, networks_));
    } else if (part.corners) {
      SG_ASSIGN(seen.places, read_places(picture, part.kind, *part.corners, part.digits, networks_));
    } else {
      return core::fail(core::invalid_input("corners", "wheels and needles are read where somebody showed them"));
    }
    return seen;
  }

  core::Result<FaceMove> find_face(const core::Raster& reference, const core::Raster& picture) override {
    return find_move(reference, picture);
  }

 private:
  MeterNetworks& networks_;
};

}  // namespace

std::unique_ptr<MeterReader> make_meter_reader(MeterNetworks& networks) {
  return std::make_unique<NetworkMeterReader>(networks);
}

}  // namespace sightglass::vision
