// The features of a camera by their GenICam names (SFNC), older names included.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "camera/aravis/vendor.hpp"
#include "camera/types.hpp"

namespace sightglass::camera {

// Borrows the camera, which must be there before anything is asked. All calls block for a register's round trip, and
// for 2.5 s when the camera is gone.
class Features {
 public:
  Features() = default;
  explicit Features(ArvCamera* camera) : camera_(camera) {}

  bool has(const char* name) const;
  // The first of the names that the camera has; nullptr: none.
  const char* first_of(std::initializer_list<const char*> names) const;

  // Whatever their type, whole numbers or not: "Gain" is a float, "GainRaw" an integer.
  core::Result<Range> range(const char* name) const;
  core::Result<double> number(const char* name) const;
  // Clamped to the bounds of now, and rounded to the increment.
  core::Result<void> set_number(const char* name, double value) const;
  // Nothing when there is no such feature, or no value for it.
  core::Result<void> set_number_if(const char* name, const std::optional<double>& value) const;

  core::Result<std::string> text(const char* name) const;  // also of enumerations
  core::Result<void> set_text(const char* name, const std::string& value) const;
  core::Result<void> set_text_if_there(const char* name, const std::string& value) const;
  core::Result<void> set_flag(const char* name, bool value) const;
  core::Result<void> execute(const char* name) const;
  std::vector<std::string> choices(const char* name) const;  // none when there is no such enumeration

 private:
  bool is_whole(const char* name) const;
  ArvCamera* camera_ = nullptr;
};

}  // namespace sightglass::camera
