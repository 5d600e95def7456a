#include "vision/onnxruntime/ort_library.hpp"

#include <dlfcn.h>
#include <fmt/format.h>

#include <utility>

namespace sightglass::vision::ort {

namespace {

// Whatever it has to say comes back in statuses; its lines on stderr would stand among ours.
void say_nothing(void*, int, const char*, const char*, const char*, const char*) {}

core::Error not_usable(const std::filesystem::path& file, std::string cause) {
  return core::unavailable(fmt::format("{} is no ONNX Runtime that can be used", file.string()), std::move(cause));
}

}  // namespace

core::Result<std::shared_ptr<const Library>> Library::open(const std::filesystem::path& file) {
  // Local: the library brings protobuf and others, whose names must not meet those of the same libraries here.
  void* const handle = ::dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    const char* const said = ::dlerror();
    return core::fail(not_usable(file, said == nullptr ? "" : said));
  }
  const auto get_base = reinterpret_cast<GetApiBase>(::dlsym(handle, "OrtGetApiBase"));
  if (get_base == nullptr) {
    ::dlclose(handle);
    return core::fail(not_usable(file, "it has no function OrtGetApiBase"));
  }
  const ApiBase* const base = get_base();
  const Api* const api = base == nullptr ? nullptr : base->get_api(api_version);
  if (api == nullptr) {
    return core::fail(not_usable(
        file, fmt::format("version {} is older than 1.{}", base == nullptr ? "?" : base->version(), api_version)));
  }
  std::shared_ptr<Library> library(new Library(*api, base->version()));
  if (auto prepared = library->prepare(); !prepared) return core::fail(not_usable(file, prepared.error().cause));
  return library;
}

core::Result<void> Library::prepare() {
  SG_TRY(checked(api_->create_env_with_logger(say_nothing, nullptr, severity_fatal, "sightglass", &env_)));
  SG_TRY(checked(api_->disable_telemetry(env_)));
  SG_TRY(checked(api_->create_cpu_memory_info(arena_allocator, memory_default, &memory_)));
  return checked(api_->default_allocator(&allocator_));
}

Library::~Library() {
  if (memory_ != nullptr) api_->release_memory_info(memory_);
  if (env_ != nullptr) api_->release_env(env_);
}

core::Result<void> Library::checked(Status* status) const {
  if (status == nullptr) return {};
  std::string said = api_->get_error_message(status);
  const int code = api_->get_error_code(status);
  api_->release_status(status);
  if (said.size() > 300) said.resize(300);
  if (code == error_not_implemented) {
    return core::fail({.code = core::ErrorCode::unsupported_format,
                       .message = "ONNX Runtime lacks an operator",
                       .field = {},
                       .cause = std::move(said)});
  }
  return core::fail(core::internal_error("ONNX Runtime refused its input", std::move(said)));
}

}  // namespace sightglass::vision::ort
