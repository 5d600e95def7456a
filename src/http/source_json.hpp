// How sources, their runs and the files of their ledger are told. Never with a secret.
#pragma once

#include <string>
#include <vector>

#include "core/json_writer.hpp"
#include "database/pull_files.hpp"
#include "database/pull_runs.hpp"
#include "database/pull_sources.hpp"
#include "http/source_access.hpp"
#include "pulls/pulls.hpp"

namespace sightglass::http {

void write_source(core::JsonWriter& json, const database::pull_sources::Source& source, const SourceFacts& facts);
void write_source_run(core::JsonWriter& json, const database::pull_runs::Run& run);
void write_source_file(core::JsonWriter& json, const database::pull_files::File& file);
void write_source_counts(core::JsonWriter& json, const database::pull_files::Counts& counts);
std::string trial_json(const pulls::Trial& trial);

struct RunFiles {
  std::vector<database::pull_files::File> pulled{}, skipped{}, failed{};
};
std::string run_report_json(const database::pull_runs::Run& run, const RunFiles& files);

}  // namespace sightglass::http
