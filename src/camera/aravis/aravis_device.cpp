#include "camera/aravis/aravis_device.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <mutex>

#include "camera/aravis/aravis_camera.hpp"
#include "camera/settings.hpp"

namespace sightglass::camera {
namespace {

// GigE Vision 2.0, 28.1: whoever controls the camera stands in this register.
constexpr guint64 control_channel_privilege = 0x0a00;

bool is_ip_address(const std::string& text) {
  in_addr address{};
  return inet_pton(AF_INET, text.c_str(), &address) == 1;
}

std::string text_or_empty(const char* text) { return text == nullptr ? "" : text; }

// The list of devices is one for the process, and texts of it last only until it is made anew.
std::mutex list_in_use;

// Aravis names a device differently by its kind; what a person typed may be any of these.
std::string search_for(const std::string& wanted) {
  const std::lock_guard lock(list_in_use);
  arv_update_device_list();
  for (unsigned int i = 0; i < arv_get_n_devices(); ++i) {
    for (const char* name : {arv_get_device_id(i), arv_get_device_physical_id(i), arv_get_device_serial_nbr(i),
                             arv_get_device_address(i)}) {
      if (name != nullptr && wanted == name) return text_or_empty(arv_get_device_id(i));
    }
  }
  return {};
}

void note_loss(ArvDevice* /*device*/, std::atomic<bool>* is_lost) { *is_lost = true; }

std::unexpected<core::Error> refuse(std::string message) {
  return core::fail(core::ErrorCode::conflict, std::move(message));
}

}  // namespace

core::Result<Handle<ArvCamera>> AravisDevice::connect() const {
  std::string name = address_;
  if (!is_ip_address(address_)) {
    name = search_for(address_);
    if (name.empty()) return core::fail(core::unavailable(fmt::format("No camera called {} was found.", address_)));
  }
  Failure failure;
  Handle<ArvCamera> camera(arv_camera_new(name.c_str(), failure.out()));
  if (!camera) {
    core::Error error = failure.error("being opened");
    return core::fail(core::unavailable(fmt::format("No camera answers at {}.", address_), std::move(error.cause)));
  }
  ArvDevice* device = arv_camera_get_device(camera.get());
  if (ARV_IS_GV_DEVICE(device) && arv_gv_device_is_controller(ARV_GV_DEVICE(device)) == FALSE) {
    return core::fail(core::unavailable(fmt::format("Another program holds control of the camera {}.", address_)));
  }
  return camera;
}

core::Result<Identity> AravisDevice::open(std::chrono::milliseconds /*patience*/) {
  if (camera_) return refuse("The camera is open already.");
  SG_ASSIGN(camera_, connect());
  is_lost_ = false;
  output_line_.clear();
  ArvDevice* device = arv_camera_get_device(camera_.get());
  g_signal_connect(device, "control-lost", G_CALLBACK(note_loss), &is_lost_);
  // The first stream tries out how large packets may be, which takes 50 ms; later ones keep to that.
  if (ARV_IS_GV_DEVICE(device)) {
    arv_camera_gv_set_packet_size_adjustment(camera_.get(), ARV_GV_PACKET_SIZE_ADJUSTMENT_ONCE);
  }
  features_ = Features(camera_.get());
  const Features& features = features_;
  names_ = {.exposure = features.first_of({"ExposureTime", "ExposureTimeAbs", "ExposureTimeRaw"}),
            .gain = features.first_of({"Gain", "GainRaw"}),
            .black_level = features.first_of({"BlackLevel", "BlackLevelRaw"}),
            .frame_rate = features.first_of({"AcquisitionFrameRate", "AcquisitionFrameRateAbs"})};
  SG_TRY(features.set_text_if_there("TriggerSelector", "FrameStart"));
  SG_ASSIGN(able_, ask_capabilities());
  SG_ASSIGN(settings_, in_force());
  counters_ = {};
  Identity identity{.address = address_};
  Failure failure;
  identity.vendor = text_or_empty(arv_camera_get_vendor_name(camera_.get(), failure.out()));
  identity.model = text_or_empty(arv_camera_get_model_name(camera_.get(), failure.out()));
  identity.serial = text_or_empty(arv_camera_get_device_serial_number(camera_.get(), failure.out()));
  if (const char* version = features.first_of({"DeviceFirmwareVersion", "DeviceVersion"})) {
    identity.firmware = features.text(version).value_or("");
  }
  return identity;
}

void AravisDevice::close() {
  if (stream_) {
    Failure failure;
    // A camera that is gone would only be waited for.
    if (!is_lost_) arv_camera_stop_acquisition(camera_.get(), failure.out());
    stream_.reset();
  }
  camera_.reset();
}

core::Result<void> AravisDevice::present() const {
  if (!camera_) return refuse("The camera is not open.");
  if (is_lost_) return core::fail(core::unavailable(fmt::format("The camera {} does not answer any more.", address_)));
  return {};
}

core::Result<void> AravisDevice::check() {
  SG_TRY(present());
  ArvDevice* device = arv_camera_get_device(camera_.get());
  if (!ARV_IS_GV_DEVICE(device)) return {};
  Failure failure;
  guint32 value = 0;
  arv_device_read_register(device, control_channel_privilege, &value, failure.out());
  if (failure.is_set()) {
    is_lost_ = true;
    return core::fail(failure.error("being asked whether it is there"));
  }
  return {};
}

core::Result<Capabilities> AravisDevice::capabilities() {
  SG_TRY(present());
  return able_;
}

core::Result<std::unique_ptr<Device>> make_aravis_device(const std::string& address) {
  constexpr std::size_t longest = 200;
  if (address.empty() || address.size() > longest) {
    return core::fail(core::invalid_input(
        "address", "address must be the IP address, serial number or id of a camera, of at most 200 characters."));
  }
  return std::make_unique<AravisDevice>(address);
}

core::Result<std::vector<Found>> discover_aravis() {
  const std::lock_guard lock(list_in_use);
  arv_update_device_list();
  std::vector<Found> result;
  for (unsigned int i = 0; i < arv_get_n_devices(); ++i) {
    Identity identity{.vendor = text_or_empty(arv_get_device_vendor(i)),
                      .model = text_or_empty(arv_get_device_model(i)),
                      .serial = text_or_empty(arv_get_device_serial_nbr(i)),
                      .address = text_or_empty(arv_get_device_address(i))};
    // An address that is no IP address, as of USB, does not open a camera; its id does.
    Source source{Driver::aravis,
                  is_ip_address(identity.address) ? identity.address : text_or_empty(arv_get_device_id(i))};
    result.push_back({std::move(source), std::move(identity)});
  }
  return result;
}

}  // namespace sightglass::camera
