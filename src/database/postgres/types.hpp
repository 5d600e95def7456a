// The type numbers of PostgreSQL that our schema meets (pg_type.dat), which are the same on every server.
#pragma once

#include <libpq-fe.h>

namespace sightglass::database::postgres {

inline constexpr Oid bool_type = 16;
inline constexpr Oid bytea_type = 17;
inline constexpr Oid name_type = 19;
inline constexpr Oid int8_type = 20;
inline constexpr Oid int2_type = 21;
inline constexpr Oid int4_type = 23;
inline constexpr Oid text_type = 25;
inline constexpr Oid oid_type = 26;
inline constexpr Oid float4_type = 700;
inline constexpr Oid float8_type = 701;
inline constexpr Oid unknown_type = 705;
inline constexpr Oid varchar_type = 1043;
inline constexpr Oid numeric_type = 1700;

constexpr bool is_text(Oid type) {
  return type == text_type || type == varchar_type || type == name_type || type == unknown_type;
}

}  // namespace sightglass::database::postgres
