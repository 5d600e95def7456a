#include "app/program_files.hpp"

#include <cstdlib>

namespace sightglass::app {
namespace {

std::filesystem::path program_folder() {
  std::error_code error;
  return std::filesystem::read_symlink("/proc/self/exe", error).parent_path();
}

}  // namespace

std::filesystem::path worker_program() { return program_folder() / "sightglass-worker"; }

std::filesystem::path stream_program() { return program_folder() / "sightglass-stream"; }

std::filesystem::path web_root() {
  if (const char* path = std::getenv("SIGHTGLASS_WEB_ROOT")) return path;
  // build/<preset>/sightglass in a checkout, <prefix>/bin/sightglass when installed.
  for (const auto& candidate : {program_folder() / "../share/sightglass/web", program_folder() / "../../web/dist"})
    if (std::error_code error; std::filesystem::is_directory(candidate, error))
      return std::filesystem::weakly_canonical(candidate, error);
  return program_folder() / "web";
}

std::filesystem::path bundled_models() {
  if (const char* path = std::getenv("SIGHTGLASS_MODELS")) return path;
  // build/<preset>/sightglass in a checkout, <prefix>/bin/sightglass when installed.
  const auto installed = program_folder() / "../share/sightglass/models";
  if (std::error_code error; std::filesystem::is_directory(installed, error)) return installed;
  return program_folder() / "../models/bundles";
}

}  // namespace sightglass::app
