// A part of a transaction that can fail alone.
#pragma once

#include <type_traits>
#include <utility>

#include "database/database.hpp"

namespace sightglass::database {

// Runs `f() -> Result<T>` and undoes what it did when it fails, so that the work may go on: behind a failed statement
// PostgreSQL takes no other one. After an error that took the whole transaction along, such as a full disk, there is
// nothing to go back to, and nothing further may be done in it.
template <typename F>
std::invoke_result_t<F> in_savepoint(Session& session, F&& f) {
  SG_TRY(session.execute("SAVEPOINT step"));
  auto outcome = std::forward<F>(f)();
  if (!outcome && !session.execute("ROLLBACK TO step")) return outcome;
  SG_TRY(session.execute("RELEASE step"));
  return outcome;
}

}  // namespace sightglass::database
