// Instruments that see what a test tells them to see.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "vision/instruments.hpp"

namespace sightglass::inspection {

class FakeInstruments final : public vision::Instruments,
                              public vision::Embedder,
                              public vision::TextReader,
                              public vision::CodeReader,
                              public vision::MeterReader {
 public:
  std::map<std::string, std::string, std::less<>> models{
      {"objects", "net@1"}, {"embedding", "net@1"}, {"text-recogniser", "reader@1"}};
  std::vector<std::string> animals{"bird", "cat", "dog", "horse", "sheep", "cow", "bear"};  // of the detector's labels
  std::vector<vision::Detection> detections{};                                              // pixels of the raster
  std::vector<vision::TextLine> lines{};
  std::vector<vision::FoundCode> codes{};
  std::optional<core::Error> text_failure{};
  vision::Embedder* backbone = nullptr;  // looks at pictures in the fake's place
  std::vector<vision::MeterPart> parts_asked{};  // corners in pixels of the raster
  core::Result<vision::PartSeen> part = vision::PartSeen{};
  vision::FaceMove move{.likeness = 1};
  int passes = 0;
  core::Size raster{};  // of the last picture shown

  std::string model_of(std::string_view task) override {
    const auto found = models.find(task);
    return found == models.end() ? std::string() : found->second;
  }
  std::vector<std::string> labels_of(std::string_view task, std::string_view group) override {
    return task == "objects" && group == "animal" ? animals : std::vector<std::string>{};
  }
  core::Result<vision::Embedder*> embedder() override { return this; }
  core::Result<vision::TextReader*> text_reader() override { return this; }
  core::Result<vision::CodeReader*> code_reader() override { return this; }
  core::Result<vision::MeterReader*> meter_reader() override { return this; }

  std::string_view model() const override { return backbone == nullptr ? "net@1" : backbone->model(); }
  core::Result<vision::BackbonePass> pass(const core::Raster& picture, double least_confidence) override {
    ++passes;
    raster = picture.size;
    if (backbone != nullptr) {
      SG_ASSIGN(auto seen, backbone->pass(picture, least_confidence));
      seen.detections = detections;
      return seen;
    }
    return vision::BackbonePass{.letterbox = vision::Letterbox::fit(picture.size, {512, 512}),
                                .fine = {.shape = {1, 1, 2, 2}, .values = {1, 1, 1, 1}},
                                .coarse = {.shape = {1, 1, 1, 1}, .values = {2}},
                                .detections = detections};
  }
  core::Result<vision::TextFound> read(const core::Raster&, const vision::TextWish&) override {
    if (text_failure) return core::fail(*text_failure);
    return vision::TextFound{.lines = lines};
  }
  core::Result<std::vector<vision::FoundCode>> read(const core::Raster&, vision::CodeEffort) override { return codes; }
  core::Result<vision::PartSeen> read(const core::Raster&, const vision::MeterPart& asked) override {
    parts_asked.push_back(asked);
    return part;
  }
  core::Result<vision::FaceMove> find_face(const core::Raster&, const core::Raster&) override { return move; }
};

}  // namespace sightglass::inspection
