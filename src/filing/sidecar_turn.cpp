#include "filing/sidecar_turn.hpp"

#include <array>
#include <functional>

namespace sightglass::filing {
namespace {

std::mutex& mutex_of(std::string_view key) {
  static std::array<std::mutex, 64> turns;
  return turns[std::hash<std::string_view>{}(key) % turns.size()];
}

}  // namespace

SidecarTurn::SidecarTurn(std::string_view sidecar_key) : lock_(mutex_of(sidecar_key)) {}

}  // namespace sightglass::filing
