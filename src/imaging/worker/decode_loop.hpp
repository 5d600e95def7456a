// What a decoding process does: greets, then answers one picture after the other until its parent hangs up.
#pragma once

#include "imaging/decoder.hpp"

namespace sightglass::imaging::worker {

// Loads everything decoding needs, enters the sandbox and serves `socket_fd`, a Unix stream socket from the server's
// DecoderPool. Pictures within `limits` fit into the memory the process leaves itself; a request may not ask for more.
// Returns the process's exit status: 0 when the parent hung up, 1 when the sandbox or the socket failed.
// Blocks for the life of the process.
int run_decode_loop(int socket_fd, const Limits& limits = {});

// The loop alone, over any decoder: greets with the sandbox's description, then serves. Blocks until the other end
// hangs up; false when the socket fails or a message is not one of ours.
bool serve_requests(int socket_fd, Decoder& decoder);

}  // namespace sightglass::imaging::worker
