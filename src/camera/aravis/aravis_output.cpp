#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "camera/aravis/aravis_device.hpp"

namespace sightglass::camera {
namespace {

constexpr std::string_view user_outputs = "UserOutput";

core::Error no_such_output(std::string message) { return core::invalid_input("line", std::move(message)); }

// Of the bits that software can set, the one that drives the line already, the one of its number, or the first.
std::string user_output_for(const std::string& line, const std::string& now, std::vector<std::string> sources) {
  std::erase_if(sources, [](const std::string& source) { return !source.starts_with(user_outputs); });
  if (sources.empty() || std::ranges::count(sources, now) > 0) return sources.empty() ? std::string() : now;
  const auto number = std::min(line.find_first_of("0123456789"), line.size());
  const std::string of_number = std::string(user_outputs) + line.substr(number);
  return std::ranges::count(sources, of_number) > 0 ? of_number : sources.front();
}

}  // namespace

// Standard Features Naming Convention 2.7, 7: a line that is an output carries what LineSource says, and
// UserOutputValue is what software says.
core::Result<void> AravisDevice::prepare_output(const std::string& line) {
  const std::vector<std::string> lines = features_.choices("LineSelector");
  if (lines.empty() || !features_.has("UserOutputSelector") || !features_.has("UserOutputValue"))
    return core::fail(no_such_output("This camera has no output lines that software can switch."));
  if (std::ranges::count(lines, line) == 0)
    return core::fail(
        no_such_output(fmt::format("This camera has no {}; its lines are {}.", line, fmt::join(lines, ", "))));
  output_line_.clear();
  SG_TRY(features_.set_text("LineSelector", line));
  if (features_.has("LineMode")) {
    SG_ASSIGN(const std::string mode, features_.text("LineMode"));
    if (mode != "Output" && std::ranges::count(features_.choices("LineMode"), "Output") == 0)
      return core::fail(no_such_output(fmt::format("{} of this camera cannot be an output.", line)));
    if (mode != "Output") SG_TRY(features_.set_text("LineMode", "Output"));
  }
  SG_ASSIGN(const std::string source, features_.text("LineSource"));
  const std::string wanted = user_output_for(line, source, features_.choices("LineSource"));
  if (wanted.empty()) return core::fail(no_such_output(fmt::format("Software cannot switch {} of this camera.", line)));
  if (wanted != source) SG_TRY(features_.set_text("LineSource", wanted));
  user_output_ = wanted;
  output_line_ = line;
  return {};
}

core::Result<void> AravisDevice::set_output(const std::string& line, bool is_high) {
  SG_TRY(present());
  if (output_line_ != line) SG_TRY(prepare_output(line));
  SG_TRY(features_.set_text("UserOutputSelector", user_output_));
  return features_.set_flag("UserOutputValue", is_high);
}

}  // namespace sightglass::camera
