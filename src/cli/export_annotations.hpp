// `sightglass export DIR --annotations FORMAT`: what was found instead of the photos, for other programs.
#pragma once

#include <CLI/App.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/context.hpp"
#include "core/time.hpp"

namespace sightglass::cli {

struct AnnotationChoices {
  std::string format;  // empty: photos are exported
  std::string kind, asset, class_name, project;
  std::vector<std::string> states;
  bool has_pictures = false;
};

void add_annotation_options(CLI::App& command, AnnotationChoices& choices);

// What both exports take.
struct ExportedPhotos {
  std::string directory;
  std::int64_t job = 0;  // 0: of all and none
  std::optional<core::Instant> from{}, to{};
};
core::Result<Exit> export_annotations(Installation& installation, const Output& out, const ExportedPhotos& photos,
                                      const AnnotationChoices& choices);

}  // namespace sightglass::cli
