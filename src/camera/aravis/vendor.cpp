#include "camera/aravis/vendor.hpp"

#include <fmt/format.h>

namespace sightglass::camera {

core::Error Failure::error(std::string_view doing) const {
  std::string cause = error_ == nullptr ? "" : error_->message;
  const bool is_device = error_ != nullptr && error_->domain == ARV_DEVICE_ERROR;
  switch (is_device ? error_->code : ARV_DEVICE_ERROR_UNKNOWN) {
    case ARV_DEVICE_ERROR_NOT_CONNECTED:
    case ARV_DEVICE_ERROR_NOT_FOUND:
    case ARV_DEVICE_ERROR_TIMEOUT:
    case ARV_DEVICE_ERROR_TRANSFER_ERROR:
      return core::unavailable(fmt::format("The camera did not answer while {}.", doing), std::move(cause));
    case ARV_DEVICE_ERROR_NOT_CONTROLLER:
    case ARV_DEVICE_ERROR_PROTOCOL_ERROR_ACCESS_DENIED:
      return core::unavailable(fmt::format("Another program holds control of the camera ({}).", doing),
                               std::move(cause));
    default: return core::internal_error(fmt::format("The camera refused {}: {}", doing, cause), cause);
  }
}

}  // namespace sightglass::camera
