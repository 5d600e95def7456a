#include "app/vision_plan.hpp"

#include "vision/codes/make_code_reader.hpp"

namespace sightglass::app {

vision::EnginePlan engine_plan(const WorkerArguments& arguments) {
  const auto wanted = arguments.text("vision-runtime");
  using enum vision::RuntimeChoice;
  return {.runtime = wanted == "opencv"        ? opencv
                     : wanted == "onnxruntime" ? onnxruntime
                                               : automatic,
          .onnxruntime_library = arguments.text("onnxruntime"),
          .threads = static_cast<std::int32_t>(arguments.number("vision-threads")),
          .idle = std::chrono::minutes(arguments.number("idle-minutes")),
          .open_code_reader = []() -> core::Result<std::unique_ptr<vision::CodeReader>> {
            return vision::make_code_reader();
          }};
}

}  // namespace sightglass::app
