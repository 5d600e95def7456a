#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "benchmarks/vision/measure.hpp"
#include "imaging/pipeline/picture_decoder.hpp"
#include "vision/detection/model_input.hpp"
#include "vision/embedding/make_embedder.hpp"
#include "vision/model_bundle.hpp"
#include "vision/onnxruntime/network.hpp"
#include "vision/opencv/network.hpp"

namespace sightglass::bench {

namespace {

// No field of the sets' tables has quotes or commas in it.
std::vector<std::string> fields_of(std::string line) {
  if (!line.empty() && line.back() == '\r') line.pop_back();
  std::vector<std::string> fields(1);
  for (const char c : line) {
    if (c == ',')
      fields.emplace_back();
    else
      fields.back().push_back(c);
  }
  return fields;
}

}  // namespace

core::Result<std::vector<Line>> read_table(const std::filesystem::path& file) {
  std::ifstream input(file);
  std::string line;
  if (!std::getline(input, line)) return core::fail(core::not_found(fmt::format("{} is missing.", file.string())));
  const auto names = fields_of(line);
  std::vector<Line> table;
  while (std::getline(input, line)) {
    const auto fields = fields_of(line);
    Line& entry = table.emplace_back();
    for (std::size_t i = 0; i < std::min(names.size(), fields.size()); ++i) entry[names[i]] = fields[i];
  }
  return table;
}

core::Result<core::Raster> read_picture(const std::filesystem::path& file, std::int32_t max_side) {
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return core::fail(core::not_found(fmt::format("{} is missing.", file.string())));
  auto image =
      imaging::pipeline::PictureDecoder().inspect(descriptor, {.max_side = max_side, .allow_damaged = true}, {});
  ::close(descriptor);
  if (!image) return std::unexpected(std::move(image).error());
  return std::move(image->raster);
}

core::Result<std::unique_ptr<vision::Embedder>> open_backbone(const std::filesystem::path& bundles,
                                                              const std::string& name) {
  // Bundles lie by name and version; the last version is taken.
  std::filesystem::path folder;
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator(bundles / name, none))
    folder = std::max(folder, entry.path());
  SG_ASSIGN(const auto bundle, vision::ModelBundle::read(folder));
  SG_ASSIGN(const auto plan, vision::network_plan_of(bundle.description(), 1));
  auto runtime = vision::open_opencv();
  if (auto faster = vision::open_onnxruntime({}, *runtime)) runtime = std::move(*faster);
  fmt::print(stderr, "{} by {}\n", name, runtime->name());
  const auto network = bundle.network();
  SG_ASSIGN(auto loaded, runtime->load(std::as_bytes(std::span(network.data(), network.size())), plan));
  return vision::make_embedder(bundle.description(), std::move(loaded));
}

}  // namespace sightglass::bench
