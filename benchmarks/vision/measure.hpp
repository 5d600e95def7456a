// What the measures of vision share: sets of labelled pictures, the models they run with, and rows of the report.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/raster.hpp"
#include "core/result.hpp"
#include "vision/embedding/embedder.hpp"
#include "vision/metrics.hpp"

namespace sightglass::bench {

// A line of the report. `right` says on which side of the goal it should be.
struct Measure {
  std::string name{};
  double value = 0;
  std::optional<double> goal{};
  bool is_less_better = false;
  std::optional<vision::Interval> interval{};  // 95 %
  std::string detail{};
  bool is_met() const { return !goal || (is_less_better ? value <= *goal : value >= *goal); }
};

// Lines of a labels.csv by the names of its columns. Blocks.
using Line = std::map<std::string, std::string>;
core::Result<std::vector<Line>> read_table(const std::filesystem::path& file);

// One picture as analysis gets it: upright, sRGB, `max_side` at most. Blocks.
core::Result<core::Raster> read_picture(const std::filesystem::path& file, std::int32_t max_side = 1600);

struct Ground {
  std::filesystem::path train{}, test{};  // folders of sets; the same: roles and folds divide them
  vision::Embedder* embedder = nullptr;
  std::filesystem::path models{};  // bundles, by name and version
  bool is_one() const { return train == test; }
};

// The backbone out of a folder of bundles, run by ONNX Runtime when there is one, else by OpenCV.
core::Result<std::unique_ptr<vision::Embedder>> open_backbone(const std::filesystem::path& bundles,
                                                              const std::string& name);

// Each adds its rows; an error says why it could not be measured.
core::Result<void> measure_anomalies(const Ground& ground, std::vector<Measure>& report);
core::Result<void> measure_steel(const Ground& ground, std::vector<Measure>& report);
core::Result<void> measure_road(const Ground& ground, std::vector<Measure>& report);
core::Result<void> measure_cameras(const Ground& ground, std::vector<Measure>& report);
core::Result<void> measure_meters(const Ground& ground, std::vector<Measure>& report);
core::Result<void> measure_references(const Ground& ground, std::vector<Measure>& report);

}  // namespace sightglass::bench
