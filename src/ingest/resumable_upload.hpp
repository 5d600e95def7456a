// What is known of an upload that may be resumed, and how that is written down beside its bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/ids.hpp"
#include "core/result.hpp"
#include "core/sha256.hpp"
#include "core/time.hpp"

namespace sightglass::ingest {

// receiving → stored | refused; nothing leads back. How far a receiving one came is the length of its bytes.
enum class UploadState : std::uint8_t { receiving, stored, refused };
std::string_view name_of(UploadState state);

struct ResumableUpload {
  // Also the id its photo will have: the database itself then forbids filing it twice.
  core::PhotoId id{};
  core::UserId owner{};
  std::int64_t length = 0;               // of the whole file in bytes, 1 and up
  std::string metadata{};                // the sender's words on it, kept as they came
  std::optional<core::Sha256> sha256{};  // of the whole file, when the sender said
  core::Instant created_at{};
  UploadState state = UploadState::receiving;
  std::optional<core::PhotoId> photo{};  // once stored; another's than `id` when the same picture was there already
  std::optional<core::Error> problem{};  // why it was refused; without a cause
  std::optional<core::Instant> finished_at{};
};

// Nobody but the server writes or reads these.
std::string to_json(const ResumableUpload& upload);
// invalid_input naming the member.
core::Result<ResumableUpload> resumable_upload_from_json(std::string_view text);

}  // namespace sightglass::ingest
