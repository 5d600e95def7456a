#include "camera/simulated/simulated_device.hpp"
#include "conformance/camera/rig.hpp"

namespace sightglass::camera {
namespace {

class SimulatedRig final : public Rig {
 public:
  std::unique_ptr<Device> make_device() override {
    auto wish = *parse_simulated_address(address_);
    auto scene = make_scene(wish);
    auto device = std::make_unique<SimulatedDevice>(std::move(wish), address_, std::move(*scene));
    device_ = device.get();
    device_->set_busy(is_taken_);
    return device;
  }
  void pulse_line() override { device_->pulse_line(); }
  bool is_output_high() override { return device_->is_high("Line1"); }
  void lose_all_frames(bool on) override { device_->set_lost(on ? 1 : 0); }
  void lose_parts_of_frames(bool on) override { device_->set_incomplete(on ? 1 : 0); }
  void vanish() override { device_->set_gone(true); }
  void come_back() override { device_->set_gone(false); }
  void let_another_take_control() override { is_taken_ = true; }
  void let_another_go() override {
    is_taken_ = false;
    if (device_ != nullptr) device_->set_busy(false);
  }

 private:
  std::string address_ = "scene:gradient?size=512x512";
  SimulatedDevice* device_ = nullptr;
  bool is_taken_ = false;
};

}  // namespace

RigKind simulated_rig() {
  return {"simulated", [] { return std::make_unique<SimulatedRig>(); }};
}

}  // namespace sightglass::camera
