// The rows below one source, and those about the files of all.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "core/pull_ids.hpp"
#include "http/services.hpp"
#include "http/source_access.hpp"

namespace sightglass::http {

void add_source_run_endpoints(EndpointTable& table, const Services& services);
void add_source_file_endpoints(EndpointTable& table, const Services& services);   // the ledger
void add_source_clock_endpoints(EndpointTable& table, const Services& services);  // of its cameras
void add_failed_file_endpoints(EndpointTable& table, const Services& services);   // those that were given up, of all

// Why a file is where it is: docs/pull-sources.md.
inline constexpr std::array<std::string_view, 13> source_file_reasons{
    "not_a_picture", "too_large", "same_bytes",  "unreadable",   "being_written",     "gone", "refused",
    "wrong_length",  "timeout",   "unreachable", "server_error", "skipped_by_person", "other"};

// Audits what a person did to so many files of a source, and tells those who follow it; nothing when it is none.
core::Result<void> note_changed_files(const Services& services, database::Session& session, const Request& request,
                                      std::string_view action, core::PullSourceId source, std::int64_t count);

}  // namespace sightglass::http
