// Where the program's other files are, found from where it runs.
#pragma once

#include <filesystem>

namespace sightglass::app {

// sightglass-worker, beside the running program.
std::filesystem::path worker_program();
// sightglass-stream, likewise.
std::filesystem::path stream_program();
// The built pages: SIGHTGLASS_WEB_ROOT, else ../share/sightglass/web of an installation, else the checkout's web/dist.
std::filesystem::path web_root();
// The models that come along, as NAME/VERSION/: SIGHTGLASS_MODELS, else ../share/sightglass/models of an installation,
// else the checkout's build/models/bundles. May not be there.
std::filesystem::path bundled_models();

}  // namespace sightglass::app
