// The whole decoder on any bytes, within limits small enough for many runs per second.
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>

#include "imaging/pipeline/picture_decoder.hpp"
#include "runtime/unix_fd.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sightglass;
  const runtime::UnixFd file(memfd_create("fuzz", MFD_CLOEXEC));
  if (!file || write(file.get(), data, size) != static_cast<ssize_t>(size)) return 0;
  const imaging::Limits limits{.max_bytes = 1 << 20, .max_pixels = 1 << 17, .max_decode_bytes = 16 << 20};
  imaging::pipeline::PictureDecoder decoder;
  static_cast<void>(
      decoder.derive(file.get(), {.display_box = {64, 64}, .thumbnail_box = {16, 16}, .allow_damaged = true}, limits));
  static_cast<void>(decoder.measure(file.get(), limits));
  return 0;
}
