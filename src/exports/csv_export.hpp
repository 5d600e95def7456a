// Findings as one table, a line each.
#pragma once

#include <memory>

#include "exports/annotation_export.hpp"

namespace sightglass::exports {

// `database` and `options` outlive it.
std::unique_ptr<Export> make_csv_export(database::Database& database, const Options& options);

}  // namespace sightglass::exports
