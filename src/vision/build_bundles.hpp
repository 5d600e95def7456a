// Makes bundles of what models/sources.toml names, from the files of the packages.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace sightglass::vision {

struct BundleBuild {
  std::filesystem::path sources{};  // models/sources.toml, with descriptions, labels and licences beside it
  std::filesystem::path members{};  // folder/NAME-VERSION/package/… of each package that is there
  std::filesystem::path bundles{};  // folder that gets NAME/VERSION/…
  std::filesystem::path worker{};   // sightglass-worker, which converts
  std::function<void(std::string_view)> tell{};  // one line for each model
};

// "@scope/name" of version 1.0 is packed as "scope-name-1.0.tgz", and lies unpacked in "scope-name-1.0".
std::string packed_name(std::string_view package, std::string_view version);

// What stands in sources.toml as lines for tools/fetch_models:
//   package NAME VERSION SHA512 default|optional PACKED-NAME MACHINE|any
//   member PACKED-NAME PATH
//   library PACKED-NAME PATH SHA256
core::Result<std::string> list_sources(const std::filesystem::path& sources);

// Makes or renews the bundle of every model whose package's files are there; the same bundle is left as it is. Blocks.
// Errors: invalid_input for files and networks of another sum than is pinned, and descriptions that are wrong; of the
// conversion. Bundles made before an error stay.
core::Result<void> build_bundles(const BundleBuild& build);

}  // namespace sightglass::vision
