#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <thread>

#include "imaging/exiv2/metadata_reader.hpp"
#include "imaging/pipeline/picture_decoder.hpp"
#include "imaging/worker/decode_loop.hpp"
#include "runtime/child_process.hpp"
#include "runtime/sandbox.hpp"
#include "telemetry/log.hpp"

namespace sightglass::imaging::worker {
namespace {

// Planes of one picture after the other reuse the same pages; handing them back each time costs more than the
// filters. Above this much a process does hand back what it does not use.
constexpr int kept_bytes = 32 << 20;

// What is mapped already: programs, libraries, their tables. 0 when the kernel does not tell.
std::int64_t mapped_bytes() {
  std::int64_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  return pages * ::sysconf(_SC_PAGESIZE);
}

// RLIMIT_AS counts what is mapped, touched or not, so it must lie above the physical memory that
// limits.max_decode_bytes stands for. Measured with pictures of a hundred megapixels (decoder_memory_test.cpp prints
// the column "mapped"): at most the estimate for most formats, which may itself be half too low; but 7.1 bytes per
// pixel for lossy WebP, of whose frame libwebp touches an eighth. Its sides have 14 bits.
std::int64_t address_space_for(const Limits& limits) {
  constexpr std::int64_t webp_pixels = 16'383LL * 16'383;
  constexpr std::int64_t webp_bytes_per_pixel = 8;
  // Thread stacks, an allocator's second arena, holes left between one picture and the next.
  constexpr std::int64_t headroom = 128LL << 20;
  // dav1d starts a thread for each processor, with a stack of 1 MiB and scratch memory of its own.
  const auto threads = static_cast<std::int64_t>(std::thread::hardware_concurrency()) * (2LL << 20);
  const auto pixels = std::min(limits.max_pixels, webp_pixels);
  const auto decoding = std::max(limits.max_decode_bytes * 3 / 2, pixels * webp_bytes_per_pixel);
  return mapped_bytes() + limits.max_bytes + decoding + threads + headroom;
}

core::Result<void> prepare(const Limits& limits) {
  ::mallopt(M_MMAP_THRESHOLD, kept_bytes);
  ::mallopt(M_TRIM_THRESHOLD, kept_bytes);
  // Each further arena reserves 64 MiB of address space for one of a library's threads, which hardly compete for it.
  ::mallopt(M_ARENA_MAX, 2);
  // libvips would put large pictures into temporary files, which the sandbox forbids; memory is bounded anyway.
  ::setenv("VIPS_DISC_THRESHOLD", "8g", 1);
  // Its warnings repeat what the answer says, once per broken chunk, into the server's log.
  ::setenv("VIPS_WARNING", "off", 1);
  exiv2::warm_up_metadata();
  SG_TRY(pipeline::PictureDecoder::warm_up());
  return runtime::enter_decoder_sandbox({.address_space_bytes = address_space_for(limits)});
}

}  // namespace

int run_decode_loop(int socket_fd, const Limits& limits) {
  runtime::die_with_parent();
  if (const auto ready = prepare(limits); !ready) {
    telemetry::log_error("decoder cannot start", {{"message", ready.error().message}, {"cause", ready.error().cause}});
    return 1;
  }
  pipeline::PictureDecoder decoder;
  return serve_requests(socket_fd, decoder) ? 0 : 1;
}

}  // namespace sightglass::imaging::worker
