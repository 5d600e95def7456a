#include "pulls/comparison.hpp"

#include <algorithm>
#include <array>

#include "database/valid_text.hpp"
#include "storage/s3/uri_encoding.hpp"

namespace sightglass::pulls {
namespace {

using database::pull_files::File;
using database::pull_files::Known;
using database::pull_files::State;
using sources::RemoteFile;

constexpr std::array pauses{std::chrono::seconds(5), std::chrono::seconds(60), std::chrono::seconds(600),
                            std::chrono::seconds(3'600)};
constexpr std::size_t longest_shown_name = 255;

core::Instant::duration distance(core::Instant a, core::Instant b) { return a < b ? b - a : a - b; }

void take_facts(File& row, const RemoteFile& listed, core::Instant due, core::Instant now) {
  row.name = shown_name(listed);
  row.address = listed.address;
  row.bytes = listed.bytes;
  row.modified_at = listed.modified_at;
  row.etag = listed.etag;
  row.state = State::seen;
  row.reason = due > now ? "being_written" : "";
  row.message.clear();
  row.attempts = 0;
  row.next_at = due;
  row.changed_at = now;
}

}  // namespace

std::optional<std::chrono::seconds> pause_after(std::int32_t attempts) {
  const auto index = static_cast<std::size_t>(std::max(attempts, 1) - 1);
  if (index >= pauses.size()) return std::nullopt;
  return pauses[index];
}

std::string ledger_path(const RemoteFile& file) { return storage::s3::encode_path(file.path); }

std::string shown_name(const RemoteFile& file) {
  std::string name = database::valid_text(file.path.substr(file.path.rfind('/') + 1));
  std::ranges::replace_if(name, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, ' ');
  if (name.size() > longest_shown_name) {
    std::size_t end = longest_shown_name;
    while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xc0U) == 0x80U) --end;
    name.resize(end);
  }
  return name;
}

bool is_replaced(const Known& known, const RemoteFile& listed) {
  if (known.bytes && listed.bytes && *known.bytes != *listed.bytes) return true;
  if (!known.etag.empty() && !listed.etag.empty()) return known.etag != listed.etag;
  return known.modified_at && listed.modified_at &&
         distance(*known.modified_at, *listed.modified_at) >= std::max(listed.precision, std::chrono::seconds(1));
}

core::Instant settled_at(std::optional<core::Instant> modified_at, std::optional<core::Instant> server_now,
                         core::Instant now, std::chrono::seconds settle) {
  if (!modified_at) return now;
  const auto age = server_now.value_or(now) - *modified_at;
  // Servers tell their time in whole seconds: what was written just now may seem to be of a moment to come.
  if (age <= -settle || age >= settle) return now;
  return now + settle - std::max(age, core::Instant::duration::zero());
}

File new_row(core::PullSourceId source, core::PullFileId id, const RemoteFile& listed, core::Instant due,
             core::Instant now) {
  File row{.id = id, .source_id = source, .path = ledger_path(listed), .first_seen_at = now};
  take_facts(row, listed, due, now);
  return row;
}

void note_replaced(File& row, const RemoteFile& listed, core::Instant due, core::Instant now) {
  take_facts(row, listed, due, now);
  ++row.revision;
}

void sort_by_age(std::vector<RemoteFile>& files) {
  std::ranges::sort(files, [](const RemoteFile& a, const RemoteFile& b) {
    const auto time_of = [](const RemoteFile& file) { return file.modified_at.value_or(core::Instant{}); };
    return std::pair(time_of(a), std::string_view(a.path)) < std::pair(time_of(b), std::string_view(b.path));
  });
}

}  // namespace sightglass::pulls
