#include "vision/opencv/translated.hpp"

#include <new>
#include <opencv2/core/utils/logger.hpp>
#include <string>

namespace sightglass::vision::opencv {

namespace {

int say_nothing(int, const char*, const char*, const char*, int, void*) { return 0; }

bool quieten_once() {
  // Threads of the library's own would be refused in the workers' confinement, and share cores with other workers.
  cv::setNumThreads(1);
  cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
  cv::redirectError(say_nothing);  // else each exception is printed before it is thrown
  return true;
}

core::Error said_by_library(std::string said, bool is_out_of_memory) {
  if (said.size() > 300) said.resize(300);
  if (is_out_of_memory) {
    return {.code = core::ErrorCode::too_large,
            .message = "not enough memory for this picture or network",
            .field = {},
            .cause = std::move(said)};
  }
  return core::internal_error("the vision library refused its input", std::move(said));
}

}  // namespace

void quieten() { [[maybe_unused]] static const bool is_quiet = quieten_once(); }

core::Error error_of(const cv::Exception& exception) {
  const std::string said = exception.err.empty() ? std::string(exception.what()) : std::string(exception.err);
  return said_by_library(said, exception.code == cv::Error::StsNoMem);
}

core::Error error_of(const std::exception& exception) {
  return said_by_library(exception.what(), dynamic_cast<const std::bad_alloc*>(&exception) != nullptr);
}

}  // namespace sightglass::vision::opencv
