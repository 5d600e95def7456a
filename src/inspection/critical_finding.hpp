// What cannot wait: the task `analyze_critical_anomaly`, which tells those who answer for a photo.
#pragma once

#include <functional>
#include <string>

#include "core/findings.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "core/time.hpp"
#include "database/database.hpp"

namespace sightglass::inspection {

inline constexpr std::string_view critical_task_kind = "analyze_critical_anomaly";

// In the transaction that writes the finding. Does nothing when such a task waits already. Blocks.
core::Result<void> enqueue_critical(database::Session& session, core::PhotoId photo, core::FindingId finding,
                                    core::Instant now);

// Completes the task in the transaction that told of the finding, so that nobody is told twice; false when the task is
// another worker's by now.
using CompleteTask = std::function<core::Result<bool>(database::Session& session, std::string_view result)>;

// Tells who uploaded the photo and every active reviewer and operator, and the administrators where there are neither.
// A finding that is gone, decided or no longer critical, and a photo in the trash, are told to nobody. Blocks. Returns
// the task's result as JSON. Errors: invalid_input for a task that names no finding; cancelled when the task is no
// longer this worker's.
core::Result<std::string> tell_critical(database::Database& database, const core::Task& task,
                                        const CompleteTask& complete, core::Instant now);

}  // namespace sightglass::inspection
