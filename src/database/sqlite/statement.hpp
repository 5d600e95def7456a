// Binding values to a prepared statement and reading the rows it stands on.
#pragma once

#include <sqlite3.h>

#include "core/result.hpp"
#include "database/database.hpp"

namespace sightglass::database::sqlite {

// Binds `parameters[i]` to "$(i+1)". SQLite numbers parameters in order of appearance, so each is looked up by
// name. internal when the statement and the parameters do not match.
core::Result<void> bind(sqlite3_stmt* statement, const Session::Parameters& parameters);

// The row a statement stands on after SQLITE_ROW.
class StatementRow final : public Row {
 public:
  explicit StatementRow(sqlite3_stmt* statement) : statement_(statement) {}
  bool is_null(int column) const override { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }
  std::int64_t integer(int column) const override { return sqlite3_column_int64(statement_, column); }
  double real(int column) const override { return sqlite3_column_double(statement_, column); }
  std::string_view text(int column) const override;
  std::string_view bytes(int column) const override;

 private:
  sqlite3_stmt* statement_;
};

}  // namespace sightglass::database::sqlite
