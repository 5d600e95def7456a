// Owners of what libvips and GLib hand out.
#pragma once

#include <vips/vips.h>

#include <memory>

namespace sightglass::imaging::vips {

struct UnrefObject {
  void operator()(void* object) const { g_object_unref(object); }
};
struct FreeMemory {
  void operator()(void* memory) const { g_free(memory); }
};

// A reference on a GObject, given back when it goes.
template <typename T>
using Handle = std::unique_ptr<T, UnrefObject>;
using Memory = std::unique_ptr<void, FreeMemory>;

}  // namespace sightglass::imaging::vips
