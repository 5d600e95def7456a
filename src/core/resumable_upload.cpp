#include "core/resumable_upload.hpp"

#include <array>

namespace sightglass::core {
namespace {

constexpr std::array states{UploadState::receiving, UploadState::stored, UploadState::refused};

}  // namespace

std::string_view name_of(UploadState state) {
  switch (state) {
    case UploadState::receiving: return "receiving";
    case UploadState::stored: return "stored";
    case UploadState::refused: return "refused";
  }
  return "receiving";
}

std::optional<UploadState> upload_state_from_name(std::string_view name) {
  for (const auto state : states)
    if (name_of(state) == name) return state;
  return std::nullopt;
}

}  // namespace sightglass::core
