#include "camera/aravis/features.hpp"

#include <fmt/format.h>

#include <cmath>

#include "camera/settings.hpp"

namespace sightglass::camera {
namespace {

std::string reading(const char* name) { return fmt::format("reading {}", name); }
std::string setting(const char* name) { return fmt::format("setting {}", name); }

}  // namespace

bool Features::has(const char* name) const {
  Failure failure;
  return arv_camera_is_feature_available(camera_, name, failure.out()) != FALSE && !failure.is_set();
}

const char* Features::first_of(std::initializer_list<const char*> names) const {
  for (const char* name : names) {
    if (has(name)) return name;
  }
  return nullptr;
}

bool Features::is_whole(const char* name) const {
  return ARV_IS_GC_INTEGER(arv_device_get_feature(arv_camera_get_device(camera_), name)) != FALSE &&
         ARV_IS_GC_FLOAT(arv_device_get_feature(arv_camera_get_device(camera_), name)) == FALSE;
}

core::Result<Range> Features::range(const char* name) const {
  Failure failure;
  Range range;
  if (is_whole(name)) {
    gint64 least = 0;
    gint64 most = 0;
    arv_camera_get_integer_bounds(camera_, name, &least, &most, failure.out());
    SG_TRY(failure.result(reading(name)));
    range = {static_cast<double>(least), static_cast<double>(most),
             static_cast<double>(arv_camera_get_integer_increment(camera_, name, failure.out()))};
  } else {
    arv_camera_get_float_bounds(camera_, name, &range.least, &range.most, failure.out());
    SG_TRY(failure.result(reading(name)));
    range.step = arv_camera_get_float_increment(camera_, name, failure.out());
  }
  // What has no increment says so by the smallest number there is.
  if (failure.is_set() || range.step < 1e-9) range.step = 0;
  return range;
}

core::Result<double> Features::number(const char* name) const {
  Failure failure;
  const double value = is_whole(name) ? static_cast<double>(arv_camera_get_integer(camera_, name, failure.out()))
                                      : arv_camera_get_float(camera_, name, failure.out());
  SG_TRY(failure.result(reading(name)));
  return value;
}

core::Result<void> Features::set_number(const char* name, double value) const {
  SG_ASSIGN(const Range bounds, range(name));
  value = rounded_to(bounds, value);
  Failure failure;
  if (is_whole(name)) {
    arv_camera_set_integer(camera_, name, std::llround(value), failure.out());
  } else {
    arv_camera_set_float(camera_, name, value, failure.out());
  }
  return failure.result(setting(name));
}

core::Result<void> Features::set_number_if(const char* name, const std::optional<double>& value) const {
  return name != nullptr && value && has(name) ? set_number(name, *value) : core::Result<void>{};
}

core::Result<std::string> Features::text(const char* name) const {
  Failure failure;
  const char* value = arv_camera_get_string(camera_, name, failure.out());
  SG_TRY(failure.result(reading(name)));
  return std::string(value == nullptr ? "" : value);
}

core::Result<void> Features::set_text(const char* name, const std::string& value) const {
  Failure failure;
  arv_camera_set_string(camera_, name, value.c_str(), failure.out());
  return failure.result(fmt::format("setting {} to {}", name, value));
}

core::Result<void> Features::set_text_if_there(const char* name, const std::string& value) const {
  return has(name) ? set_text(name, value) : core::Result<void>{};
}

core::Result<void> Features::set_flag(const char* name, bool value) const {
  Failure failure;
  arv_camera_set_boolean(camera_, name, value ? TRUE : FALSE, failure.out());
  return failure.result(setting(name));
}

core::Result<void> Features::execute(const char* name) const {
  Failure failure;
  arv_camera_execute_command(camera_, name, failure.out());
  return failure.result(fmt::format("executing {}", name));
}

std::vector<std::string> Features::choices(const char* name) const {
  std::vector<std::string> result;
  if (!has(name)) return result;
  Failure failure;
  guint count = 0;
  const std::unique_ptr<const char*, Free> values(
      arv_camera_dup_available_enumerations_as_strings(camera_, name, &count, failure.out()));
  if (failure.is_set() || !values) return result;
  for (guint i = 0; i < count; ++i) result.emplace_back(values.get()[i]);
  return result;
}

}  // namespace sightglass::camera
