#include "database/sqlite/statement.hpp"

#include <string>
#include <variant>

#include "database/sqlite/errors.hpp"

namespace sightglass::database::sqlite {
namespace {

// The parameters outlive the statement's run, so SQLite need not copy text and bytes.
struct Binder {
  sqlite3_stmt* statement;
  int index;
  int operator()(std::monostate) const { return sqlite3_bind_null(statement, index); }
  int operator()(std::int64_t number) const { return sqlite3_bind_int64(statement, index, number); }
  int operator()(double number) const { return sqlite3_bind_double(statement, index, number); }
  int operator()(const std::string& text) const {
    return sqlite3_bind_text64(statement, index, text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8);
  }
  int operator()(const Bytes& bytes) const {
    return sqlite3_bind_blob64(statement, index, bytes.value.data(), bytes.value.size(), SQLITE_STATIC);
  }
};

}  // namespace

core::Result<void> bind(sqlite3_stmt* statement, const Session::Parameters& parameters) {
  if (sqlite3_bind_parameter_count(statement) != static_cast<int>(parameters.size()))
    return core::fail(core::internal_error("A statement and its parameters do not match.", sqlite3_sql(statement)));
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const std::string name = "$" + std::to_string(i + 1);
    const int index = sqlite3_bind_parameter_index(statement, name.c_str());
    if (index == 0)
      return core::fail(core::internal_error("A statement lacks parameter " + name + ".", sqlite3_sql(statement)));
    if (std::visit(Binder{statement, index}, parameters[i].storage()) != SQLITE_OK)
      return core::fail(last_error(sqlite3_db_handle(statement)));
  }
  return {};
}

std::string_view StatementRow::text(int column) const {
  // The text before its length: asking for the text may convert the value, and change how long it is.
  const auto* characters = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  if (characters == nullptr) return {};
  return {characters, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

std::string_view StatementRow::bytes(int column) const {
  const auto* first = static_cast<const char*>(sqlite3_column_blob(statement_, column));
  if (first == nullptr) return {};
  return {first, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

}  // namespace sightglass::database::sqlite
