#include "database/sqlite/functions.hpp"

#include <exception>
#include <string>
#include <string_view>

#include "database/fold.hpp"
#include "database/sqlite/errors.hpp"

namespace sightglass::database::sqlite {
namespace {

void fold_function(sqlite3_context* context, int, sqlite3_value** arguments) {
  const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(arguments[0]));
  if (text == nullptr) return sqlite3_result_null(context);
  const auto length = static_cast<std::size_t>(sqlite3_value_bytes(arguments[0]));
  try {
    const std::string folded = fold_case(std::string_view(text, length));
    sqlite3_result_text64(context, folded.data(), folded.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  } catch (const std::exception&) {  // no exception may pass through SQLite's C frames
    sqlite3_result_error_nomem(context);
  }
}

}  // namespace

core::Result<void> register_functions(sqlite3* connection) {
  constexpr int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
  if (sqlite3_create_function_v2(connection, "fold", 1, flags, nullptr, fold_function, nullptr, nullptr, nullptr) !=
      SQLITE_OK)
    return core::fail(last_error(connection));
  return {};
}

}  // namespace sightglass::database::sqlite
