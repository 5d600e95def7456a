// A camera on the bench: what the suite needs of every kind of camera, faults included.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <ostream>
#include <string>

#include "camera/device.hpp"

namespace sightglass::camera {

class Rig {
 public:
  virtual ~Rig() = default;
  // Why this cannot run on this machine; empty when it can.
  virtual std::string hindrance() const { return {}; }
  // A driver's object for the one camera of this rig. The faults below act on the last that was made.
  virtual std::unique_ptr<Device> make_device() = 0;
  virtual void pulse_line() = 0;
  // What the one output line of this rig, Line1, carries.
  virtual bool is_output_high() = 0;
  virtual void lose_all_frames(bool on) = 0;
  virtual void lose_parts_of_frames(bool on) = 0;
  virtual void vanish() = 0;
  virtual void come_back() = 0;
  virtual void let_another_take_control() = 0;
  virtual void let_another_go() = 0;
};

struct RigKind {
  std::string name;
  std::function<std::unique_ptr<Rig>()> make;
};
inline void PrintTo(const RigKind& kind, std::ostream* out) { *out << kind.name; }
RigKind simulated_rig();
RigKind gige_rig();

}  // namespace sightglass::camera
