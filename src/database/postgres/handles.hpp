// libpq's objects as values that free themselves.
#pragma once

#include <libpq-fe.h>

#include <memory>

namespace sightglass::database::postgres {

struct Closer {
  void operator()(PGconn* connection) const { PQfinish(connection); }
  void operator()(PGresult* result) const { PQclear(result); }
  void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
  void operator()(PGnotify* notice) const { PQfreemem(notice); }
};
template <typename T>
using Handle = std::unique_ptr<T, Closer>;

}  // namespace sightglass::database::postgres
