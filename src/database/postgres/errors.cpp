#include "database/postgres/errors.hpp"

#include <utility>

#include "core/no_room.hpp"

namespace sightglass::database::postgres {
namespace {

core::Error constraint_error(std::string_view state, std::string cause) {
  if (state == "23505" || state == "23P01")
    return {core::ErrorCode::conflict, "This name or number is in use already.", {}, std::move(cause)};
  if (state == "23503" || state == "23001")
    return {core::ErrorCode::conflict,
            "Another record refers to this one, or it refers to one that is gone.",
            {},
            std::move(cause)};
  return core::internal_error("A value broke a rule of the database.", std::move(cause));
}

core::Error resource_error(std::string_view state, std::string cause) {
  if (state == "53100")
    return core::no_room(
        "There is no room left on the disk that holds the database; nothing of this was kept. Make room on that disk, "
        "then try again.",
        std::move(cause));
  return core::unavailable("The database is short of memory or connections; try again.", std::move(cause));
}

std::string field_of(const PGresult* result, int field) {
  const char* text = PQresultErrorField(result, field);
  return text == nullptr ? std::string{} : text;
}

}  // namespace

bool is_collision(std::string_view state) { return state == "40001" || state == "40P01"; }

core::Error error_of(std::string_view state, std::string cause) {
  const std::string_view group = state.substr(0, 2);
  if (group == "23") return constraint_error(state, std::move(cause));
  if (is_collision(state) || state == "55P03")
    return core::unavailable("The database is busy; try again.", std::move(cause));
  if (state == "57014")
    return {core::ErrorCode::timeout, "The database took too long; ask for less.", {}, std::move(cause)};
  if (group == "53") return resource_error(state, std::move(cause));
  if (group == "28")
    return core::unavailable("The database refuses this user or password; see the setting database.url.",
                             std::move(cause));
  if (group == "58") return core::unavailable("The database's files cannot be used.", std::move(cause));
  if (group == "XX") return core::internal_error("The database is damaged.", std::move(cause));
  // 08P01 is a fault in what we sent.
  if (state == "08P01") return core::internal_error("The database refused a statement.", std::move(cause));
  // A broken connection has no state; 57P… is a server that stops or starts, 25P03 one that closed an idle session.
  if (state.empty() || group == "08" || state.starts_with("57P") || state == "25P03")
    return core::unavailable("The database cannot be reached; try again.", std::move(cause));
  return core::internal_error("The database refused a statement.", std::move(cause));
}

std::string state_of(const PGresult* result) { return field_of(result, PG_DIAG_SQLSTATE); }

core::Error error_of(const PGresult* result) {
  const std::string state = state_of(result);
  std::string cause = field_of(result, PG_DIAG_MESSAGE_PRIMARY);
  if (cause.empty()) cause = PQresultErrorMessage(result);
  if (!state.empty()) cause += " (SQLSTATE " + state + ")";
  return error_of(state, std::move(cause));
}

}  // namespace sightglass::database::postgres
