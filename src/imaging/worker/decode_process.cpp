#include <malloc.h>

#include <cstdlib>

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

core::Result<void> prepare() {
  ::mallopt(M_MMAP_THRESHOLD, kept_bytes);
  ::mallopt(M_TRIM_THRESHOLD, kept_bytes);
  // libvips would put large pictures into temporary files, which the sandbox forbids; memory is bounded anyway.
  ::setenv("VIPS_DISC_THRESHOLD", "8g", 1);
  // Its warnings repeat what the answer says, once per broken chunk, into the server's log.
  ::setenv("VIPS_WARNING", "off", 1);
  exiv2::warm_up_metadata();
  SG_TRY(pipeline::PictureDecoder::warm_up());
  return runtime::enter_decoder_sandbox({});
}

}  // namespace

int run_decode_loop(int socket_fd) {
  runtime::die_with_parent();
  if (const auto ready = prepare(); !ready) {
    telemetry::log_error("decoder cannot start", {{"message", ready.error().message}, {"cause", ready.error().cause}});
    return 1;
  }
  pipeline::PictureDecoder decoder;
  return serve_requests(socket_fd, decoder) ? 0 : 1;
}

}  // namespace sightglass::imaging::worker
