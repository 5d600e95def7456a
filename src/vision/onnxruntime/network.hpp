// Networks run by ONNX Runtime, two to three times as fast as OpenCV: a shared library that may be there or not.
#pragma once

#include <filesystem>
#include <memory>

#include "vision/network.hpp"

namespace sightglass::vision {

// `library` empty: taken from the environment's SIGHTGLASS_ONNXRUNTIME, else lib/sightglass/libonnxruntime.so
// beside the folder of the running program or lib/libonnxruntime.so inside it, else what the system's loader finds. It
// is tried on a small network, whose numbers must be those of `reference`. Blocks; to be called before a process
// confines itself. Errors: unavailable when there is none, it is too old, or computes something else.
core::Result<std::unique_ptr<NetworkRuntime>> open_onnxruntime(const std::filesystem::path& library,
                                                               NetworkRuntime& reference);

}  // namespace sightglass::vision
