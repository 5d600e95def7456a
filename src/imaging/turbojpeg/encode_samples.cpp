#include "imaging/turbojpeg/encode_samples.hpp"

#include <turbojpeg.h>

#include <memory>

namespace sightglass::imaging::turbojpeg {

namespace {

struct DestroyHandle {
  void operator()(void* handle) const { tjDestroy(handle); }
};

int pixel_format_of(pipeline::SampleOrder order) {
  switch (order) {
    case pipeline::SampleOrder::grey: return TJPF_GRAY;
    case pipeline::SampleOrder::rgb: return TJPF_RGB;
    case pipeline::SampleOrder::bgr: return TJPF_BGR;
  }
  return TJPF_GRAY;
}

}  // namespace

core::Result<std::string> encode_samples(const pipeline::Samples& samples, std::int32_t quality) {
  const std::unique_ptr<void, DestroyHandle> handle(tjInitCompress());
  if (!handle) return core::fail(core::internal_error("TurboJPEG cannot be started", tjGetErrorStr2(nullptr)));
  const int subsampling = samples.channels() == 1 ? TJSAMP_GRAY : TJSAMP_444;
  const auto [width, height] = samples.size;
  // The worst case's size; TJFLAG_NOREALLOC keeps TurboJPEG from putting a buffer of its own in its place.
  unsigned long length = tjBufSize(width, height, subsampling);
  const auto buffer = std::make_unique_for_overwrite<unsigned char[]>(length);
  auto* out = buffer.get();
  const int outcome = tjCompress2(handle.get(), samples.first, width, static_cast<int>(samples.pitch), height,
                                  pixel_format_of(samples.order), &out, &length, subsampling, quality,
                                  TJFLAG_NOREALLOC | TJFLAG_ACCURATEDCT);
  if (outcome != 0)
    return core::fail(core::internal_error("A frame could not be encoded", tjGetErrorStr2(handle.get())));
  return std::string(reinterpret_cast<const char*>(buffer.get()), length);
}

}  // namespace sightglass::imaging::turbojpeg
