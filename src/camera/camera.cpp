#include "camera/camera.hpp"

#include "camera/owner.hpp"

namespace sightglass::camera {
namespace {

// Ends with itself what it was made for.
template <typename Owner>
class Held final : public Camera::Subscription {
 public:
  Held(std::shared_ptr<Subscriber> subscriber, std::weak_ptr<Owner> owner)
      : subscriber_(std::move(subscriber)), owner_(std::move(owner)) {}
  ~Held() override {
    subscriber_->end();
    if (const auto owner = owner_.lock()) owner->forget(subscriber_);
  }
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;

 private:
  std::shared_ptr<Subscriber> subscriber_;  // shared with the owner's list
  std::weak_ptr<Owner> owner_;
};

}  // namespace

Camera::Camera(std::unique_ptr<Device> device, CameraOptions options)
    : owner_(std::make_shared<Owner>(std::move(device), std::move(options))) {}

Camera::~Camera() { owner_->stop(); }

void Camera::capture(const Settings& settings, OnShot done) { owner_->capture(settings, std::move(done)); }
void Camera::configure(const Settings& settings, OnSettings done) { owner_->configure(settings, std::move(done)); }
void Camera::trigger_software(OnDone done) { owner_->trigger_software(std::move(done)); }

std::unique_ptr<Camera::Subscription> Camera::watch(OnFrame frame) {
  return std::make_unique<Held<Owner>>(owner_->watch(std::move(frame)), owner_);
}

core::Result<std::unique_ptr<Camera::Subscription>> Camera::arm(const Trigger& trigger, OnFrame frame,
                                                                ArmEvents events) {
  SG_ASSIGN(auto subscriber, owner_->arm(trigger, std::move(frame), std::move(events)));
  return std::make_unique<Held<Owner>>(std::move(subscriber), owner_);
}

void Camera::set_output(const std::string& line, bool is_high, OnDone done) {
  owner_->set_output(line, is_high, std::move(done));
}

core::Result<std::unique_ptr<Camera::Subscription>> Camera::arm(const Trigger& trigger, OnFrame frame) {
  return arm(trigger, std::move(frame), {});
}

Status Camera::status() const { return owner_->status(); }
const std::string& Camera::name() const { return owner_->name(); }

}  // namespace sightglass::camera
