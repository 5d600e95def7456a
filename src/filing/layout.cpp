#include "filing/layout.hpp"

#include "storage/blob_store.hpp"

namespace sightglass::filing {
namespace {

constexpr std::string_view derived_extension = ".jpg";
constexpr std::string_view sidecar_extension = ".json";
constexpr std::string_view deletion_ending = ".delete.json";
constexpr std::string_view record_ending = ".upload";  // not ".json", which would make it a journal
constexpr std::string_view bytes_ending = ".bytes";
constexpr std::string_view turned_display_ending = ".turned.jpg";
constexpr std::string_view turned_thumbnail_ending = ".turned_thumbnail.jpg";

std::string_view without_extension(std::string_view key) { return key.substr(0, key.rfind('.')); }

std::string_view folder_of(std::string_view key) {
  const auto slash = key.rfind('/');
  return slash == std::string_view::npos ? std::string_view{} : key.substr(0, slash);
}

std::string join(std::string_view a, std::string_view b, std::string_view c = {}) {
  return std::string(a).append(b).append(c);
}

std::optional<core::PhotoId> named_between(std::string_view prefix, std::string_view key, std::string_view ending) {
  if (!key.starts_with(prefix) || !key.ends_with(ending)) return std::nullopt;
  key.remove_prefix(prefix.size());
  key.remove_suffix(ending.size());
  return core::PhotoId::parse(key);
}

constexpr std::size_t id_characters = 36;  // RFC 9562

// "<photo>" or "<photo>.<run>", and what kind of journal it is.
std::string journal_key(core::PhotoId id, const Run& run, std::string_view ending) {
  std::string key = join(incoming_prefix, id.to_string());
  if (run) key.append(".").append(run->to_string());
  return key.append(ending);
}

std::optional<core::PhotoId> journal_named(std::string_view key, std::string_view ending) {
  if (const auto id = named_between(incoming_prefix, key, ending)) return id;
  return run_of_journal(key) && key.ends_with(ending)
             ? core::PhotoId::parse(key.substr(incoming_prefix.size(), id_characters))
             : std::nullopt;
}

std::optional<core::PhotoId> resumable_named(std::string_view key, std::string_view ending) {
  return named_between(resumable_prefix, key, ending);
}

}  // namespace

std::string folder_for(const core::Photo& photo) {
  if (photo.kind == core::PhotoKind::job) {
    return join(job_photos_prefix, "job_", photo.job_id.value_or(core::JobId{}).to_string());
  }
  const std::string day = core::to_compact(photo.uploaded_at);  // "20261121_041233"
  return join(field_photos_prefix, day.substr(0, 4) + "/" + day.substr(4, 2) + "/" + day.substr(6, 2));
}

core::PhotoFiles files_for(const core::Photo& photo, std::string_view stem, bool keeps_original) {
  const std::string folder = folder_for(photo);
  core::PhotoFiles files;
  if (keeps_original) {
    files.original = join(folder + "/originals/", stem, ".").append(core::extension_of(photo.media_type));
  }
  files.display = join(folder + "/", stem, derived_extension);
  files.thumbnail = join(folder + "/thumbnails/", stem, derived_extension);
  return files;
}

std::string sidecar_key(const core::PhotoFiles& files) {
  const std::string_view beside = files.original.empty() ? files.display : files.original;
  return join(without_extension(beside), sidecar_extension);
}

bool is_proper(const core::PhotoFiles& files, std::string_view filename) {
  const std::string_view folder = folder_of(files.display);
  const std::string inside = std::string(folder) + "/";
  if (!inside.starts_with(job_photos_prefix) && !inside.starts_with(field_photos_prefix)) return false;
  if (!storage::is_valid_key(files.display) || filename.find('/') != std::string_view::npos) return false;
  if (!filename.ends_with(derived_extension) || files.display != inside + std::string(filename)) return false;
  if (files.thumbnail != join(inside, "thumbnails/", filename)) return false;
  if (files.original.empty()) return true;
  const std::string originals = join(inside, "originals/", without_extension(filename));
  return storage::is_valid_key(files.original) && without_extension(files.original) == originals &&
         !files.original.ends_with(sidecar_extension);
}

std::string upload_journal_key(core::PhotoId id, const Run& run) { return journal_key(id, run, sidecar_extension); }
std::string deletion_journal_key(core::PhotoId id, const Run& run) { return journal_key(id, run, deletion_ending); }
bool is_deletion_journal(std::string_view key) {
  return key.starts_with(incoming_prefix) && key.ends_with(deletion_ending);
}
bool is_upload_journal(std::string_view key) {
  return key.starts_with(incoming_prefix) && key.ends_with(sidecar_extension) && !is_deletion_journal(key);
}
std::string journals_prefix(core::PhotoId id) { return join(incoming_prefix, id.to_string(), "."); }

TurnedKeys turned_keys(core::PhotoId id, const Run& run) {
  return {.display = journal_key(id, run, turned_display_ending),
          .thumbnail = journal_key(id, run, turned_thumbnail_ending)};
}
std::optional<core::PhotoId> photo_of_turned(std::string_view key) {
  const auto display = journal_named(key, turned_display_ending);
  return display ? display : journal_named(key, turned_thumbnail_ending);
}

Run run_of_journal(std::string_view key) {
  const std::size_t at = incoming_prefix.size() + id_characters;
  if (!key.starts_with(incoming_prefix) || key.size() < at + 1 + id_characters + 1) return std::nullopt;
  if (key[at] != '.' || key[at + 1 + id_characters] != '.') return std::nullopt;
  if (!core::PhotoId::parse(key.substr(incoming_prefix.size(), id_characters))) return std::nullopt;
  return database::RunId::parse(key.substr(at + 1, id_characters));
}

std::string resumable_record_key(core::PhotoId id) { return join(resumable_prefix, id.to_string(), record_ending); }
std::string resumable_bytes_key(core::PhotoId id) { return join(resumable_prefix, id.to_string(), bytes_ending); }
std::optional<core::PhotoId> resumable_of_record(std::string_view key) { return resumable_named(key, record_ending); }
std::optional<core::PhotoId> resumable_of_bytes(std::string_view key) { return resumable_named(key, bytes_ending); }

std::string job_key(core::JobId id) { return join(catalogue_prefix, "jobs/" + id.to_string(), sidecar_extension); }
std::string asset_key(core::AssetId id) {
  return join(catalogue_prefix, "assets/" + id.to_string(), sidecar_extension);
}
std::string location_key(core::LocationId id) {
  return join(catalogue_prefix, "locations/" + id.to_string(), sidecar_extension);
}

}  // namespace sightglass::filing
