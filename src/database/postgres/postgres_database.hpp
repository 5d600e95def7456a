// The store of an installation with more than one machine: a PostgreSQL server, version 13 or later.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "database/database.hpp"
#include "database/signals.hpp"

namespace sightglass::database::postgres {

struct PostgresOptions {
  std::size_t connections = 16;                      // at most; opened when needed
  std::chrono::milliseconds connection_wait{5'000};  // for one of them, then unavailable
  std::chrono::seconds connect_time{10};             // for the server to answer, then unavailable
  std::chrono::milliseconds statement_time{};        // of one statement, then timeout; 0 is without limit
  std::chrono::milliseconds repeat_time{10'000};     // of one write that meets others again and again, then unavailable
};

// Connects once, to see that the server will do; the schema is migrate()'s work. Blocks.
//
// Reads are REPEATABLE READ. Writes are SERIALIZABLE and run again when they met another one, so that `work` may run
// several times, and each time sees the database anew; guarded writes are READ COMMITTED. A connection that breaks
// before COMMIT makes a write run again too; when it breaks while the server commits, the outcome is not known, and the
// error (unavailable) says so.
//
// Errors: invalid_input for an address that is none, unavailable when nobody answers, unsupported_format when the
// database's encoding or order of text is not the one that the shared SQL relies on. None quotes the address.
core::Result<std::unique_ptr<Database>> open_postgres(std::string_view url, const PostgresOptions& options = {});

// TCP ports that this address leads to, none when it is a socket in a folder: for a process that is confined to them.
// invalid_input for an address that is none.
core::Result<std::vector<std::uint16_t>> ports_of(std::string_view url);

// The password that this address leads to, also where libpq found it in ~/.pgpass or PGPASSWORD; empty when none was
// asked for. For a process that can read neither. Connects once. Blocks; errors as of open_postgres().
core::Result<std::string> password_of(std::string_view url);

// Tells `signals`, which must outlive it, what this database's triggers notify, over a connection and from a thread of
// its own; it connects when it can. invalid_input for an address that is none.
core::Result<std::unique_ptr<SignalSource>> listen(std::string_view url, Signals& signals);

}  // namespace sightglass::database::postgres
