// What a listing means for the ledger: which files are new, which were replaced, which are still being written.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/pull_ids.hpp"
#include "core/time.hpp"
#include "database/pull_files.hpp"
#include "pulls/source_settings.hpp"
#include "sources/gateway.hpp"

namespace sightglass::pulls {

// How long after a failed attempt, counted from 1, the next one comes; nullopt: none does, the file is given up.
std::optional<std::chrono::seconds> pause_after(std::int32_t attempts);

// Text of any file's path: percent-encoded.
std::string ledger_path(const sources::RemoteFile& file);
// The last segment as it is shown: UTF-8 without control characters, at most 255 bytes.
std::string shown_name(const sources::RemoteFile& file);

// Whether the remote end shows another file than the row knows: by size, time or entity tag, as far as both sides have
// them. `known` of a name's place.
bool is_replaced(const database::pull_files::Known& known, const sources::RemoteFile& listed);

// When a file may be fetched that is listed with this time: at once, or when it has been left alone for long enough.
// `server_now` is the remote clock, by which the time was written; ours where it is not known. A time to come is
// nobody's clock: it does not hold a file back.
core::Instant settled_at(std::optional<core::Instant> modified_at, std::optional<core::Instant> server_now,
                         core::Instant now, std::chrono::seconds settle);

// The row of a file that was not known.
database::pull_files::File new_row(core::PullSourceId source, core::PullFileId id, const sources::RemoteFile& listed,
                                   core::Instant due, core::Instant now);
// The row after the remote end replaced the file.
void note_replaced(database::pull_files::File& row, const sources::RemoteFile& listed, core::Instant due,
                   core::Instant now);

// The oldest first, so that what comes late in a listing is not fetched last; files without a time by their paths.
void sort_by_age(std::vector<sources::RemoteFile>& files);

}  // namespace sightglass::pulls
