#include <arv.h>

#include "conformance/camera/rig.hpp"

namespace sightglass::camera {
namespace {

constexpr const char* loopback = "127.0.0.1";

struct Unref {
  void operator()(gpointer object) const { g_object_unref(object); }
};

// Aravis' own simulator of a GigE Vision camera: the real protocols, GVCP and GVSP, on the loopback of this machine.
class GigeRig final : public Rig {
 public:
  GigeRig() { come_back(); }

  std::string hindrance() const override {
    if (arv_gv_fake_camera_is_running(camera_.get()) != FALSE) return {};
    return "the GigE Vision simulator cannot listen on UDP port 3956 of 127.0.0.1";
  }
  std::unique_ptr<Device> make_device() override {
    auto device = camera::make_device({.driver = Driver::aravis, .address = loopback});
    return device ? std::move(*device) : nullptr;
  }
  // The simulator has no line. What waits for Line0 is let see one trigger as of software; the poll between frames
  // takes no notice until both registers say so.
  void pulse_line() override {
    ArvFakeCamera* camera = arv_gv_fake_camera_get_fake_camera(camera_.get());
    arv_fake_camera_write_register(camera, ARV_FAKE_CAMERA_REGISTER_TRIGGER_SOURCE, 1);
    arv_fake_camera_write_register(camera, ARV_FAKE_CAMERA_REGISTER_TRIGGER_SOFTWARE, 1);
  }
  void lose_all_frames(bool on) override { lose(on ? 1.0 : 0.0); }
  // Of a frame's 190 packets and more some are lost with certainty, and some arrive.
  void lose_parts_of_frames(bool on) override { lose(on ? 0.2 : 0.0); }
  void vanish() override { camera_.reset(); }
  void come_back() override { camera_.reset(arv_gv_fake_camera_new(loopback, "SG-GIGE-1")); }
  void let_another_take_control() override { other_.reset(arv_camera_new(loopback, nullptr)); }
  void let_another_go() override { other_.reset(); }

 private:
  void lose(double share) { g_object_set(camera_.get(), "gvsp-lost-ratio", share, nullptr); }

  std::unique_ptr<ArvGvFakeCamera, Unref> camera_;
  std::unique_ptr<ArvCamera, Unref> other_;
};

}  // namespace

RigKind gige_rig() {
  return {"gige_vision", [] { return std::make_unique<GigeRig>(); }};
}

}  // namespace sightglass::camera
