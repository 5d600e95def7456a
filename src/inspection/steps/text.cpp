#include "inspection/steps/steps.hpp"

namespace sightglass::inspection::steps {

core::Result<void> read_text(StepContext& context) {
  SG_ASSIGN(const auto* picture, context.picture.image());
  SG_ASSIGN(auto* reader, context.instruments.text_reader());
  SG_ASSIGN(auto found, reader->read(picture->raster, {}));
  for (auto& line : found.lines) {
    line.box = context.picture.on_original(line.box);
    if (!line.box.is_empty()) context.seen.text.push_back(std::move(line));
  }
  return {};
}

core::Result<void> read_codes(StepContext& context) {
  SG_ASSIGN(const auto* picture, context.picture.image());
  SG_ASSIGN(auto* reader, context.instruments.code_reader());
  SG_ASSIGN(auto found, reader->read(picture->raster, vision::CodeEffort::quick));
  for (auto& code : found) {
    code.box = context.picture.on_original(code.box);
    context.seen.codes.push_back(std::move(code));
  }
  return {};
}

}  // namespace sightglass::inspection::steps
