#include "imaging/vips/vips_library.hpp"

#include <dlfcn.h>
#include <fmt/format.h>
#include <gmodule.h>
#include <vips/vips.h>

#include <cstdlib>

#include "imaging/vips/vips_handle.hpp"

namespace sightglass::imaging::vips {

namespace {

// Modules lie beside the library, e.g. /usr/lib/x86_64-linux-gnu/vips-modules-8.14.
std::string module_path(std::string_view name) {
  Dl_info info{};
  if (dladdr(reinterpret_cast<void*>(&vips_init), &info) == 0 || info.dli_fname == nullptr) return {};
  const std::string library = info.dli_fname;
  const auto slash = library.find_last_of('/');
  return fmt::format("{}/vips-modules-{}.{}/{}", library.substr(0, slash), vips_version(0), vips_version(1), name);
}

// Left alone, vips_init loads every module it finds: ImageMagick, Poppler, OpenSlide, 40 MB and more that
// strangers' files shall never reach. It looks below VIPSHOME, so that is pointed at nothing for the moment.
int init_without_modules() {
  const char* kept = std::getenv("VIPSHOME");
  const std::string home = kept == nullptr ? "" : kept;
  setenv("VIPSHOME", "/proc/self/no-vips-modules", 1);
  const int outcome = vips_init("sightglass");
  if (kept == nullptr) {
    unsetenv("VIPSHOME");
  } else {
    setenv("VIPSHOME", home.c_str(), 1);
  }
  return outcome;
}

void allow_only_known_loaders() {
  vips_operation_block_set("VipsForeignLoad", TRUE);
  for (const char* loader : {"VipsForeignLoadJpeg", "VipsForeignLoadPng", "VipsForeignLoadWebp", "VipsForeignLoadHeif",
                             "VipsForeignLoadTiff", "VipsForeignLoadNsgif"}) {
    vips_operation_block_set(loader, FALSE);
  }
}

// Warnings about strangers' files belong into results, not onto standard error.
void swallow(const gchar*, GLogLevelFlags, const gchar*, gpointer) {}

core::Result<void> start_once() {
  g_log_set_handler("VIPS", static_cast<GLogLevelFlags>(G_LOG_LEVEL_WARNING | G_LOG_LEVEL_INFO), swallow, nullptr);
  if (init_without_modules() != 0) return core::fail(core::unavailable("libvips cannot be started", take_error()));
  // Debian builds HEIF as a module; elsewhere it may be part of the library, so a missing file is no failure.
  const auto heif = module_path("vips-heif.so");
  if (GModule* module = g_module_open(heif.c_str(), G_MODULE_BIND_LAZY)) g_module_make_resident(module);
  allow_only_known_loaders();
  // Pictures are spread over processes, so that more threads in one would only compete. None comes twice: a cache
  // would hold memory for nothing.
  vips_concurrency_set(1);
  vips_cache_set_max(0);
  return {};
}

}  // namespace

std::string take_error() {
  const Memory text(vips_error_buffer_copy());
  std::string said = static_cast<const char*>(text.get());
  while (!said.empty() && said.back() == '\n') said.pop_back();
  return said;
}

core::Result<void> start() {
  static const core::Result<void> outcome = start_once();
  return outcome;
}

}  // namespace sightglass::imaging::vips
