// What the process that judges frames does with one: pixels, model, network, verdict; and the picture people see of it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "core/raster.hpp"
#include "core/result.hpp"
#include "core/time.hpp"
#include "inspection/judging/judge_wire.hpp"
#include "inspection/trained_models.hpp"
#include "vision/instruments.hpp"

namespace sightglass::inspection::judging {

// Not thread-safe. Blocks. Frames have their bytes. Errors: those of FrameJudge.
class FrameInspector {
 public:
  FrameInspector(TrainedModels& models, vision::Instruments& instruments, const core::Clock& clock)
      : models_(models), instruments_(instruments), clock_(clock) {}

  core::Result<Judgement> judge(const JudgeOrder& order);
  core::Result<std::string> annotate(const wire::Drawing& drawing);
  // Reads the model and loads its network, by judging a grey picture.
  core::Result<void> warm(const std::string& model);

 private:
  // With the threshold of an order. A name alone is looked up again every few seconds.
  struct Chosen {
    Judge row{};
    std::optional<vision::PictureJudge> judge{};
    core::Instant looked_at{};
    std::uint64_t used = 0;
  };
  using Key = std::pair<std::string, std::optional<double>>;
  core::Result<const Chosen*> chosen(const Key& key);
  core::Result<void> look_up(const Key& key, Chosen& entry);
  core::Result<void> score(const core::Raster& picture, const JudgeOrder& order, Judgement& judgement);
  core::Result<std::string> read_code(const JudgeOrder& order);

  TrainedModels& models_;
  vision::Instruments& instruments_;
  const core::Clock& clock_;
  std::uint64_t calls_ = 0;
  std::map<Key, Chosen> chosen_{};
};

}  // namespace sightglass::inspection::judging
