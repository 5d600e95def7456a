// Findings as Ultralytics' YOLO trains on them (docs.ultralytics.com/datasets/detect): a text file for each picture, a
// line for each box.
#pragma once

#include <memory>
#include <vector>

#include "exports/annotation_export.hpp"
#include "exports/package.hpp"

namespace sightglass::exports {

// `options` outlives it.
std::unique_ptr<PackageContents> make_yolo_contents(const Options& options,
                                                    const std::vector<database::annotations::Class>& classes);

}  // namespace sightglass::exports
