// What is known of an upload that may be resumed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/ids.hpp"
#include "core/result.hpp"
#include "core/sha256.hpp"
#include "core/time.hpp"

namespace sightglass::core {

// receiving → stored | refused; nothing leads back. How far a receiving one came is the length of its bytes.
enum class UploadState : std::uint8_t { receiving, stored, refused };
std::string_view name_of(UploadState state);
std::optional<UploadState> upload_state_from_name(std::string_view name);

struct ResumableUpload {
  // Also the id its photo will have: the database itself then forbids filing it twice.
  PhotoId id{};
  UserId owner{};
  std::int64_t length = 0;         // of the whole file in bytes, 1 and up
  std::string metadata{};          // the sender's words on it, kept as they came
  std::optional<Sha256> sha256{};  // of the whole file, when the sender said
  Instant created_at{};
  UploadState state = UploadState::receiving;
  std::optional<PhotoId> photo{};  // once stored; another's than `id` when the same picture was there already
  std::optional<Error> problem{};  // why it was refused; without a cause
  std::optional<Instant> finished_at{};
};

}  // namespace sightglass::core
