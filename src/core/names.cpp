// The words enumerations are stored and sent as. They are part of the database and of the API: never renamed.
#include <array>
#include <cstddef>

#include "core/findings.hpp"
#include "core/media_type.hpp"
#include "core/photo.hpp"
#include "core/records.hpp"
#include "core/task.hpp"

namespace sightglass::core {
namespace {

using namespace std::string_view_literals;

// Indexed by the enumerators: their order and that of the words belong together.
constexpr std::array photo_sources{"upload"sv, "job_upload"sv, "import"sv, "camera"sv, "trigger"sv, "pull"sv};
constexpr std::array processing_statuses{"PENDING"sv, "PROCESSING"sv, "COMPLETED"sv, "FAILED"sv};
constexpr std::array taken_sources{"exif"sv, "gps"sv, "xmp"sv, "upload"sv, "person"sv};
constexpr std::array roles{"viewer"sv, "technician"sv, "reviewer"sv, "operator"sv, "administrator"sv};
constexpr std::array task_states{"available"sv, "scheduled"sv, "running"sv,  "retryable"sv,
                                 "completed"sv, "discarded"sv, "cancelled"sv};
// Clients know one word for every task that waits for its first attempt.
constexpr std::array client_statuses{"PENDING"sv, "PENDING"sv, "STARTED"sv, "RETRY"sv,
                                     "SUCCESS"sv, "FAILURE"sv, "REVOKED"sv};
constexpr std::array finding_kinds{"anomaly"sv, "reading"sv, "damage"sv, "spotting"sv};
constexpr std::array finding_states{"open"sv, "confirmed"sv, "rejected"sv, "corrected"sv, "resolved"sv};
constexpr std::array severities{"none"sv, "low"sv, "medium"sv, "high"sv, "critical"sv};

struct MediaNames {
  std::string_view mime, extension, name;
};
constexpr std::array media_types{MediaNames{"image/jpeg", "jpg", "JPEG"},  MediaNames{"image/png", "png", "PNG"},
                                 MediaNames{"image/webp", "webp", "WebP"}, MediaNames{"image/tiff", "tif", "TIFF"},
                                 MediaNames{"image/heic", "heic", "HEIC"}, MediaNames{"image/avif", "avif", "AVIF"},
                                 MediaNames{"image/gif", "gif", "GIF"}};

template <typename Enum, std::size_t N>
std::optional<Enum> find_name(const std::array<std::string_view, N>& names, std::string_view name) {
  for (std::size_t i = 0; i < N; ++i)
    if (names[i] == name) return static_cast<Enum>(i);
  return std::nullopt;
}

template <std::size_t N, typename Enum>
std::string_view word(const std::array<std::string_view, N>& names, Enum value) {
  return names.at(static_cast<std::size_t>(value));
}

}  // namespace

std::string_view name_of(PhotoSource source) { return word(photo_sources, source); }
std::optional<PhotoSource> photo_source_from_name(std::string_view name) {
  return find_name<PhotoSource>(photo_sources, name);
}
std::string_view name_of(ProcessingStatus status) { return word(processing_statuses, status); }
std::optional<ProcessingStatus> processing_status_from_name(std::string_view name) {
  return find_name<ProcessingStatus>(processing_statuses, name);
}
std::string_view name_of(TakenSource source) { return word(taken_sources, source); }
std::optional<TakenSource> taken_source_from_name(std::string_view name) {
  return find_name<TakenSource>(taken_sources, name);
}
std::string_view name_of(FindingKind kind) { return word(finding_kinds, kind); }
std::optional<FindingKind> finding_kind_from_name(std::string_view name) {
  return find_name<FindingKind>(finding_kinds, name);
}
std::string_view name_of(FindingState state) { return word(finding_states, state); }
std::optional<FindingState> finding_state_from_name(std::string_view name) {
  return find_name<FindingState>(finding_states, name);
}
std::string_view name_of(Severity severity) { return word(severities, severity); }
std::optional<Severity> severity_from_name(std::string_view name) { return find_name<Severity>(severities, name); }
std::string_view name_of(Role role) { return word(roles, role); }
std::optional<Role> role_from_name(std::string_view name) { return find_name<Role>(roles, name); }
std::string_view name_of(TaskState state) { return word(task_states, state); }
std::optional<TaskState> task_state_from_name(std::string_view name) { return find_name<TaskState>(task_states, name); }
std::string_view client_status_of(TaskState state) { return word(client_statuses, state); }
std::string_view name_of(TaskQueue queue) { return word(task_queue_names, queue); }
std::optional<TaskQueue> task_queue_from_name(std::string_view name) {
  return find_name<TaskQueue>(task_queue_names, name);
}

std::string_view mime_of(MediaType type) { return media_types.at(static_cast<std::size_t>(type)).mime; }
std::string_view extension_of(MediaType type) { return media_types.at(static_cast<std::size_t>(type)).extension; }
std::string_view name_of(MediaType type) { return media_types.at(static_cast<std::size_t>(type)).name; }
std::optional<MediaType> media_type_from_mime(std::string_view mime) {
  for (std::size_t i = 0; i < media_types.size(); ++i)
    if (media_types[i].mime == mime) return static_cast<MediaType>(i);
  return std::nullopt;
}

}  // namespace sightglass::core
