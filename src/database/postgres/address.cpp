#include "database/postgres/address.hpp"

#include <array>
#include <utility>

namespace sightglass::database::postgres {

core::Result<Address> Address::parse(std::string_view url) {
  const auto refuse = [] {
    return core::fail(core::invalid_input("database.url",
                                          "database.url is no address of a PostgreSQL server, such as "
                                          "postgres://sightglass@host/sightglass"));
  };
  if (!url.starts_with("postgres://") && !url.starts_with("postgresql://")) return refuse();
  std::string text(url);
  char* complaint = nullptr;  // quotes the address, password and all: nobody shall read it
  const Handle<PQconninfoOption> options(PQconninfoParse(text.c_str(), &complaint));
  PQfreemem(complaint);
  if (!options) return refuse();
  std::string password;
  for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option)
    if (std::string_view(option->keyword) == "password" && option->val != nullptr) password = option->val;
  return Address(std::move(text), std::move(password));
}

core::Result<Handle<PGconn>> Address::connect(std::chrono::seconds patience) const {
  const std::string seconds = std::to_string(patience.count());
  // Later ones win over what the address says, so that only what must hold stands behind it. Silence of 30 s while
  // something is unanswered means that the other machine is gone.
  const std::array<const char*, 9> names{"fallback_application_name",
                                         "connect_timeout",
                                         "tcp_user_timeout",
                                         "keepalives_idle",
                                         "keepalives_interval",
                                         "keepalives_count",
                                         "dbname",
                                         "client_encoding",
                                         nullptr};
  const std::array<const char*, 9> values{"sightglass", seconds.c_str(), "30000", "30",   "10",
                                          "3",          url_.c_str(),    "UTF8",  nullptr};
  Handle<PGconn> connection(PQconnectdbParams(names.data(), values.data(), 1));
  if (!connection) return core::fail(core::unavailable("No memory for a database connection."));
  // Notices, such as that a table exists already, are no news.
  PQsetNoticeProcessor(connection.get(), [](void*, const char*) {}, nullptr);
  if (PQstatus(connection.get()) != CONNECTION_OK)
    return core::fail(
        core::unavailable("The database cannot be reached.", without_password(PQerrorMessage(connection.get()))));
  return connection;
}

std::string Address::without_password(std::string text) const {
  while (text.ends_with('\n')) text.pop_back();
  if (password_.empty()) return text;
  for (auto at = text.find(password_); at != std::string::npos; at = text.find(password_, at))
    text.replace(at, password_.size(), "…");
  return text;
}

}  // namespace sightglass::database::postgres
