// Judges frames in processes of their own, which keep their models in memory from one part to the next.
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "inspection/frame_judge.hpp"

namespace sightglass::inspection::judging {

struct JudgePoolOptions {
  std::filesystem::path executable{};                              // normally sightglass-worker
  std::vector<std::string> arguments{};                            // the request socket is descriptor 3
  std::vector<std::pair<std::string, std::string>> environment{};  // added to ours
  std::size_t processes = 1;                        // that judge, 1 and up; each has its models for itself
  std::size_t most_waiting = 32;                    // orders, and drawings, beside those under way
  std::chrono::milliseconds start_timeout{60'000};  // until a process greets
  std::chrono::milliseconds patience{60'000};       // of one frame, the loading of its model included; not of waiting
};

// No process is started before the first order or warm(). Orders are taken in the order in which they come; what
// annotate() draws is drawn by one more process, beside them. A process
// that ended is started again, and made warm, before anybody asks; a frame over which one ended is tried once more.
// Destroying it ends the processes; no call may be under way then.
std::unique_ptr<FrameJudge> make_frame_judge(JudgePoolOptions options);

}  // namespace sightglass::inspection::judging
