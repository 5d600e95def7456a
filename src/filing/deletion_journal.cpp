#include "filing/deletion_journal.hpp"

#include <array>

#include "core/json_writer.hpp"
#include "filing/json_fields.hpp"
#include "filing/layout.hpp"
#include "filing/sidecar_files.hpp"

namespace sightglass::filing {
namespace {

std::string_view filename_of(std::string_view display) {
  const auto slash = display.rfind('/');
  return slash == std::string_view::npos ? display : display.substr(slash + 1);
}

}  // namespace

std::string to_json(const DeletionJournal& journal) {
  std::string text;
  core::JsonWriter json(text);
  json.begin_object().member("sightglass", std::int64_t{1}).member("delete", journal.photo.to_string());
  json.member("original", journal.files.original).member("display", journal.files.display);
  json.member("thumbnail", journal.files.thumbnail).end_object();
  text += '\n';
  return text;
}

core::Result<DeletionJournal> deletion_journal_from_json(std::string_view text) {
  constexpr std::size_t key_bytes = 1000;
  SG_ASSIGN(JsonFields in, JsonFields::parse(text));
  in.integer("sightglass", 1, 1);
  DeletionJournal journal;
  journal.photo = in.id<core::PhotoId>("delete");
  journal.files.original = in.text("original", key_bytes);
  journal.files.display = in.text("display", key_bytes);
  journal.files.thumbnail = in.text("thumbnail", key_bytes);
  if (!is_proper(journal.files, filename_of(journal.files.display))) {
    in.complain("display", "does not fit the layout of the data directory");
  }
  SG_TRY(in.outcome());
  return journal;
}

core::Result<void> remove_files(storage::BlobStore& blobs, core::PhotoId photo, const core::PhotoFiles& files) {
  const std::string sidecar = sidecar_key(files);
  // A name whose sidecar tells of another photo was given away after the deletion began.
  SG_ASSIGN(const auto owner, owner_of_sidecar(blobs, sidecar));
  if (owner.value_or(photo) != photo) return {};
  core::Result<void> outcome;
  for (const std::string& key : {files.thumbnail, files.display, files.original, sidecar}) {
    if (key.empty()) continue;
    auto removed = blobs.remove(key);
    if (!removed && outcome) outcome = std::move(removed);
  }
  return outcome;
}

}  // namespace sightglass::filing
