#include "camera/types.hpp"

#include <array>

namespace sightglass::camera {
namespace {

constexpr std::array<std::string_view, 6> states{"disconnected", "connecting", "idle", "armed", "streaming", "faulted"};
constexpr std::array<std::string_view, 3> drivers{"aravis", "stream", "simulated"};

}  // namespace

std::string_view name_of(State state) { return states.at(static_cast<std::size_t>(state)); }
std::string_view name_of(Driver driver) { return drivers.at(static_cast<std::size_t>(driver)); }

std::optional<Driver> driver_from_name(std::string_view name) {
  for (std::size_t i = 0; i < drivers.size(); ++i) {
    if (drivers.at(i) == name) return static_cast<Driver>(i);
  }
  return std::nullopt;
}

bool may_follow(State from, State to) {
  switch (from) {
    case State::disconnected: return to == State::connecting;
    case State::faulted: return to == State::connecting || to == State::disconnected;
    case State::connecting: return to == State::idle || to == State::disconnected || to == State::faulted;
    case State::idle:
      return to == State::streaming || to == State::armed || to == State::disconnected || to == State::faulted;
    case State::streaming:
    case State::armed: return to == State::idle || to == State::disconnected || to == State::faulted;
  }
  return false;
}

}  // namespace sightglass::camera
