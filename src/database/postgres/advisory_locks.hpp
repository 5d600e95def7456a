// The advisory locks of a database that Sightglass takes, all under one first number. Triggers name theirs themselves:
// 1 the order of changes, 2 folding photo_totals, 3 job_photo_counts, 4 task_totals, 5 forgetting task_news.
#pragma once

#include <string_view>

namespace sightglass::database::postgres {

inline constexpr std::string_view migration_lock = "21351, 0";  // 21351 is "Sg" in ASCII

}  // namespace sightglass::database::postgres
