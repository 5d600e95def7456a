// Everything that looks at pictures, for one task worker: runtimes, networks, and the readers and detectors made of
// them.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "core/time.hpp"
#include "vision/detection/detector.hpp"
#include "vision/instruments.hpp"
#include "vision/loaded_model.hpp"
#include "vision/model_bundle.hpp"
#include "vision/network.hpp"
#include "vision/text/text_networks.hpp"

namespace sightglass::vision {

// Where an engine's models come from. Used by one thread. Blocks.
class ModelSupply {
 public:
  virtual ~ModelSupply() = default;
  // "name@version" of the models that do `task` now, the chosen one first; empty when none is installed. A
  // text-recogniser has one for each width that it reads, a text-finder one for each size. Asked often: must be quick.
  virtual core::Result<std::vector<std::string>> models_of(std::string_view task) = 0;
  // Errors: not_found, and those of ModelBundle::open.
  virtual core::Result<ModelBundle> bundle(std::string_view model) = 0;
};

enum class RuntimeChoice : std::uint8_t { automatic, opencv, onnxruntime };

struct EnginePlan {
  // `automatic` takes ONNX Runtime when there is one that works, and OpenCV otherwise.
  RuntimeChoice runtime = RuntimeChoice::automatic;
  std::filesystem::path onnxruntime_library{};  // empty: looked for where open_onnxruntime() says
  std::int32_t threads = 1;
  std::chrono::minutes idle{10};  // networks not used for this long are dropped
  std::function<core::Result<std::unique_ptr<CodeReader>>()> open_code_reader{};  // none: codes are not read
};

// What an engine has in memory, for /health and logs.
struct EngineState {
  std::string runtime{};              // "onnxruntime 1.28.2"
  std::string why_not_faster{};       // why ONNX Runtime was not taken, when it was wished
  std::vector<std::string> loaded{};  // "name@version" of networks in memory
  std::int64_t network_bytes = 0;     // of their files
};

// Not thread-safe. Blocks.
class Engine final : public Instruments {
 public:
  // Opens the runtimes and loads nothing. To be called before a worker confines itself: it may open a shared library.
  // `source` and `clock` must outlive it. Errors: unavailable when the runtime that was asked for by name is not there.
  static core::Result<std::unique_ptr<Engine>> open(EnginePlan plan, ModelSupply& source, const core::Clock& clock);
  ~Engine() override;

  std::string model_of(std::string_view task) override;
  std::vector<std::string> labels_of(std::string_view task, std::string_view group) override;
  // Its passes carry the detections of the objects model, whether that is the backbone itself or another.
  core::Result<Embedder*> embedder() override;
  core::Result<TextReader*> text_reader() override;
  core::Result<CodeReader*> code_reader() override;
  core::Result<MeterReader*> meter_reader() override;
  // Of the task "objects", or another whose model is a detector.
  core::Result<Detector*> detector(std::string_view task);

  // A network of a small model with a `task`; for readers that other parts make. Stays good until the next call of a
  // member of the engine. Errors: not_found when none is installed.
  core::Result<LoadedModel> network(std::string_view task);
  // For readers of displays and plates, which have their crop already.
  TextNetworks& text_networks();

  // Drops what was not used for plan.idle. Called by the members above as well; for a worker that waits.
  void drop_idle();
  EngineState state() const;

 private:
  struct Parts;
  explicit Engine(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace sightglass::vision
