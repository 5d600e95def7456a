#include "care/store_check.hpp"

#include <algorithm>
#include <utility>

#include "database/photos.hpp"
#include "filing/deletion_journal.hpp"
#include "filing/layout.hpp"
#include "filing/sidecar.hpp"

namespace sightglass::care {
namespace {

// Strays are looked at one by one after the walk; beyond this many a further run finds the rest.
constexpr std::size_t most_strays = 100'000;

// What a journal names, whatever it is of; nothing when it cannot be read.
std::optional<core::PhotoFiles> files_in(const storage::BlobStore& blobs, std::string_view journal) {
  const auto text = blobs.read(journal);
  if (!text) return std::nullopt;
  if (filing::is_deletion_journal(journal)) {
    const auto deletion = filing::deletion_journal_from_json(*text);
    return deletion ? std::optional(deletion->files) : std::nullopt;
  }
  const auto sidecar = filing::sidecar_from_json(*text);
  return sidecar ? std::optional(sidecar->photo.files) : std::nullopt;
}

// Whether an upload or a deletion of the photo was begun and is not at its end, by whomever. When the store cannot say,
// it may be.
bool is_under_way(const storage::BlobStore& blobs, core::PhotoId id) {
  bool is_found = false;
  const auto listed = blobs.list(filing::journals_prefix(id), [&](std::string_view key, const storage::BlobInfo&) {
    is_found = filing::is_upload_journal(key) || filing::is_deletion_journal(key);
    return !is_found;
  });
  return is_found || !listed;
}

bool names(const core::PhotoFiles& files, const std::string& key) {
  return key == files.original || key == files.display || key == files.thumbnail || key == filing::sidecar_key(files);
}

// The day's folder and the key with it: what comes from one place lies in one place.
std::string quarantine_key(core::Instant now, const std::string& key, int copy) {
  const std::string day = core::to_compact(now).substr(0, 8);
  const std::string path = std::string(filing::quarantine_prefix) + day + "/" + key;
  return copy == 0 ? path : path + "." + std::to_string(copy);
}

}  // namespace

void KnownKeys::add(const core::PhotoFiles& files) {
  for (const std::string& key : {files.original, files.display, files.thumbnail}) {
    if (!key.empty()) add(key);
  }
  add(filing::sidecar_key(files));
}

void KnownKeys::seal() { std::sort(hashes_.begin(), hashes_.end()); }

bool KnownKeys::holds(std::string_view key) const {
  return std::binary_search(hashes_.begin(), hashes_.end(), std::hash<std::string_view>{}(key));
}

bool StoreCheck::is_young(core::Instant modified_at) const { return clock_.now() - modified_at < options_.grace; }

core::Result<void> StoreCheck::check_incoming(KnownKeys& known) {
  std::vector<Stray> found;
  SG_TRY(blobs_.list(filing::incoming_prefix, [&](std::string_view key, const storage::BlobInfo& info) {
    // Uploads that may be resumed wait there until they expire; the server looks after them.
    if (!key.starts_with(filing::resumable_prefix)) found.push_back({std::string(key), info.modified_at});
    return found.size() < most_strays;
  }));
  for (const auto& [key, modified_at] : found) {
    if (const auto files = files_in(blobs_, key)) known.add(*files);
    if (is_young(modified_at) || !blobs_.info(key)) continue;
    findings_.add({.severity = Severity::warning,
                   .code = "incoming_leftover",
                   .path = key,
                   .id = {},
                   .message = "An upload or deletion was begun long ago and not brought to its end.",
                   .advice = "Restart the server: it settles what is left in incoming/."});
  }
  return {};
}

core::Result<void> StoreCheck::check_files(const KnownKeys& known, CheckReport& report) {
  SG_TRY(collect(filing::job_photos_prefix, known, report));
  SG_TRY(collect(filing::field_photos_prefix, known, report));
  for (const auto& key : std::exchange(strays_, {})) SG_TRY(handle_stray(key));
  return {};
}

core::Result<void> StoreCheck::collect(std::string_view prefix, const KnownKeys& known, CheckReport& report) {
  return blobs_.list(prefix, [&](std::string_view key, const storage::BlobInfo& info) {
    ++report.files;
    report.bytes += info.bytes;
    if (report.files % 512 == 0 && options_.progress) options_.progress(report.photos, report.files);
    if (!known.holds(key) && !is_young(info.modified_at)) strays_.emplace_back(key);
    return strays_.size() < most_strays;
  });
}

core::Result<void> StoreCheck::handle_stray(const std::string& key) {
  SG_ASSIGN(const bool is_known, has_owner_by_now(key));
  if (is_known || !blobs_.info(key)) return {};
  findings_.add({.severity = Severity::warning,
                 .code = "file_without_row",
                 .path = key,
                 .id = {},
                 .message = "No photo in the database knows this file.",
                 .advice = "Run rebuild if the database was lost; else check --repair moves it to quarantine/.",
                 .is_repaired = options_.repair && quarantine(key)});
  return {};
}

// A file that looks old can be of an upload under way: a hard link keeps the time of its first name. Its sidecar says
// whose it is.
core::Result<bool> StoreCheck::has_owner_by_now(const std::string& key) {
  std::string folder = key.substr(0, key.rfind('/'));
  for (const std::string_view part : {"/originals", "/thumbnails"}) {
    if (folder.ends_with(part)) folder.resize(folder.size() - part.size());
  }
  const std::string stem = key.substr(key.rfind('/') + 1, key.rfind('.') - key.rfind('/') - 1);
  for (const std::string& sidecar : {folder + "/originals/" + stem + ".json", folder + "/" + stem + ".json"}) {
    const auto text = blobs_.read(sidecar);
    if (!text && text.error().code == core::ErrorCode::unavailable) return core::fail(text.error());
    const auto read = text ? filing::sidecar_from_json(*text) : std::unexpected(text.error());
    if (!read) continue;
    // Looked for before the row: a journal goes only when the row is there, or when the files are not.
    if (is_under_way(blobs_, read->photo.id) && names(read->photo.files, key)) return true;
    SG_ASSIGN(const auto row, database_.read([&](database::Session& session) {
      return database::photos::find(session, read->photo.id);
    }));
    if (row && names(row->files, key)) return true;
  }
  return false;
}

// A link and a removal, because a rename would replace what was quarantined under the same name before.
bool StoreCheck::quarantine(const std::string& key) {
  constexpr int most_of_one_name = 1000;
  for (int copy = 0; copy < most_of_one_name; ++copy) {
    const auto linked = blobs_.link(key, quarantine_key(clock_.now(), key, copy));
    if (linked) return blobs_.remove(key).has_value();
    if (linked.error().code != core::ErrorCode::conflict) return false;
  }
  return false;
}

}  // namespace sightglass::care
