#include "database/sqlite/errors.hpp"

#include <string>

#include "core/no_room.hpp"

namespace sightglass::database::sqlite {
namespace {

core::Error constraint_error(int extended_code, std::string cause) {
  switch (extended_code) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
      return {core::ErrorCode::conflict, "This name or number is in use already.", {}, std::move(cause)};
    case SQLITE_CONSTRAINT_FOREIGNKEY:
    case SQLITE_CONSTRAINT_TRIGGER:  // how SQLite reports ON DELETE RESTRICT
      return {core::ErrorCode::conflict,
              "Another record refers to this one, or it refers to one that is gone.",
              {},
              std::move(cause)};
    default: return core::internal_error("A value broke a rule of the database.", std::move(cause));
  }
}

core::Error disk_full(std::string cause) {
  return core::no_room(
      "There is no room left on the disk that holds the database; nothing of this was kept. Make room on that disk, "
      "then try again.",
      std::move(cause));
}

}  // namespace

core::Error last_error(sqlite3* connection) {
  const int extended_code = sqlite3_extended_errcode(connection);
  std::string cause = sqlite3_errmsg(connection);
  cause += " (SQLite code " + std::to_string(extended_code) + ")";
  switch (extended_code & 0xff) {
    case SQLITE_CONSTRAINT: return constraint_error(extended_code, std::move(cause));
    case SQLITE_INTERRUPT:
      return {core::ErrorCode::timeout, "The database took too long; ask for less.", {}, std::move(cause)};
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return core::unavailable("The database is busy; try again.", std::move(cause));
    case SQLITE_FULL: return disk_full(std::move(cause));
    case SQLITE_IOERR:
      // No room for the index of the write-ahead log.
      if (extended_code == SQLITE_IOERR_SHMSIZE) return disk_full(std::move(cause));
      [[fallthrough]];
    case SQLITE_CANTOPEN:
    case SQLITE_PROTOCOL: return core::unavailable("The database's files cannot be used.", std::move(cause));
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return core::internal_error("The database file is damaged.", std::move(cause));
    default: return core::internal_error("The database refused a statement.", std::move(cause));
  }
}

}  // namespace sightglass::database::sqlite
