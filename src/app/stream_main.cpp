// sightglass-stream: reads the video of one camera for the server, which starts it and ends it. A program of its own,
// because the libraries that read video take a tenth of a second to load, which decoders of pictures need not wait for.
#include <fmt/format.h>

#include <exception>

#include "camera/stream/libav/stream_process.hpp"

int main() {
  constexpr int socket_fd = 3;
  try {
    return sightglass::camera::stream::run_stream(socket_fd);
  } catch (const std::exception& error) {
    fmt::print(stderr, "sightglass-stream: {}\n", error.what());
    return 1;
  }
}
