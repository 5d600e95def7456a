// The border to OpenCV: its exceptions end here, as errors.
#pragma once

#include <exception>
#include <opencv2/core.hpp>
#include <utility>

#include "core/error.hpp"
#include "core/result.hpp"

namespace sightglass::vision::opencv {

// What the library says of itself, cut to 300 bytes: its messages repeat the expression and the source line.
core::Error error_of(const cv::Exception& exception);
core::Error error_of(const std::exception& exception);

// Before anything else of the library runs: one thread, no lines on stderr. Cheap after the first call.
void quieten();

// The answer of `work`, a Result; what the library throws on the way is an error.
template <typename Work>
auto translated(Work&& work) -> decltype(work()) {
  quieten();
  try {
    return std::forward<Work>(work)();
  } catch (const cv::Exception& exception) {
    return std::unexpected(error_of(exception));
  } catch (const std::exception& exception) {
    // The library's own containers, on files and sizes that it did not expect.
    return std::unexpected(error_of(exception));
  }
}

}  // namespace sightglass::vision::opencv
