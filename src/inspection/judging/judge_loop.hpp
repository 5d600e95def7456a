// The loop of the process that judges frames.
#pragma once

#include "inspection/judging/frame_inspector.hpp"

namespace sightglass::inspection::judging {

// Greets and answers requests until the other side hangs up: true. False when it does not keep to the protocol, or is
// gone in the middle. Blocks.
bool serve_judging(int socket_fd, FrameInspector& inspector);

}  // namespace sightglass::inspection::judging
