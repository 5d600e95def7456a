#include <gtest/gtest.h>

#include <iostream>

#include "conformance/camera/own_network.hpp"

namespace sightglass::camera {
namespace {

// GigE Vision cameras are searched for by broadcasts, and the simulator listens on a fixed port: neither shall meet
// what else is on this machine.
class OwnNetwork final : public testing::Environment {
 public:
  void SetUp() override {
    if (!enter_own_network())
      std::cerr << "no network of its own is allowed here: the loopback of the machine is used\n";
  }
};
[[maybe_unused]] testing::Environment* const own_network = testing::AddGlobalTestEnvironment(new OwnNetwork);

}  // namespace
}  // namespace sightglass::camera
