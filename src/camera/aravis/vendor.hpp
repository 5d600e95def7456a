// Aravis: its header, its objects as owners, its errors as ours. Only for this folder.
#pragma once

#include <arv.h>

#include <memory>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace sightglass::camera {

struct Unref {
  void operator()(gpointer object) const { g_object_unref(object); }
};
template <typename T>
using Handle = std::unique_ptr<T, Unref>;

struct Free {
  void operator()(gpointer memory) const { g_free(memory); }
};

// Where a call of Aravis leaves its error: `ArvCamera* c = arv_camera_new(name, failure.out())`.
class Failure {
 public:
  Failure() = default;
  ~Failure() { g_clear_error(&error_); }
  Failure(const Failure&) = delete;
  Failure& operator=(const Failure&) = delete;
  GError** out() {
    g_clear_error(&error_);
    return &error_;
  }
  bool is_set() const { return error_ != nullptr; }
  // unavailable when the device does not answer or is not ours any more, else internal; `doing` as in "setting its
  // gain".
  core::Error error(std::string_view doing) const;
  // Nothing when no error was left.
  core::Result<void> result(std::string_view doing) const {
    if (!is_set()) return {};
    return core::fail(error(doing));
  }

 private:
  GError* error_ = nullptr;
};

}  // namespace sightglass::camera
