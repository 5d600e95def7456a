// What the program sightglass-stream does: reads one camera's stream for the server.
#pragma once

namespace sightglass::camera::stream {

// Answers the commands of stream_wire.hpp on `socket_fd` until the other side hangs up. Confines itself when it is told
// the address: before the first byte of a network's camera is read, behind the opening of a device. Blocks for the life
// of the process. The exit status: 0 when the other side hung up.
int run_stream(int socket_fd);

}  // namespace sightglass::camera::stream
