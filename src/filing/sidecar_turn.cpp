#include "filing/sidecar_turn.hpp"

#include <array>
#include <functional>
#include <utility>

namespace sightglass::filing {
namespace {

constexpr int most_writings = 100;

std::mutex& mutex_of(std::string_view key) {
  static std::array<std::mutex, 64> turns;
  return turns[std::hash<std::string_view>{}(key) % turns.size()];
}

}  // namespace

SidecarTurn::SidecarTurn(std::string_view sidecar_key) : lock_(mutex_of(sidecar_key)) {}

core::Result<void> settle_on_row(std::string_view key, const std::function<core::Result<RowText>()>& read_row,
                                 const std::function<core::Result<void>(const RowText&)>& write) {
  const SidecarTurn turn(key);
  SG_ASSIGN(auto row, read_row());
  // Nobody changes one record for so long without a pause; should they, the last of them comes here as well.
  for (int writing = 0; writing < most_writings; ++writing) {
    SG_TRY(write(row));
    SG_ASSIGN(auto now, read_row());
    if (now == row) return {};
    row = std::move(now);
  }
  return {};
}

}  // namespace sightglass::filing
