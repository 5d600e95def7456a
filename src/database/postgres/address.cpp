#include "database/postgres/address.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace sightglass::database::postgres {
namespace {

constexpr std::uint16_t default_port = 5432;

std::vector<std::string_view> split(std::string_view list) {
  std::vector<std::string_view> parts;
  for (std::size_t from = 0; from <= list.size() && !list.empty();) {
    const auto to = std::min(list.find(',', from), list.size());
    parts.push_back(list.substr(from, to - from));
    from = to + 1;
  }
  return parts;
}

}  // namespace

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
  Address address(std::move(text));
  for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option) {
    if (option->val == nullptr) continue;
    const std::string_view name = option->keyword;
    if (name == "password") address.password_ = option->val;
    if (name == "host" || name == "hostaddr") address.hosts_ = option->val;
    if (name == "port") address.ports_ = option->val;
  }
  return address;
}

std::vector<std::uint16_t> Address::ports() const {
  const auto hosts = split(hosts_);
  const auto texts = split(ports_);
  std::vector<std::uint16_t> ports;
  for (std::size_t i = 0; i < hosts.size(); ++i) {
    if (hosts[i].empty() || hosts[i].starts_with('/') || hosts[i].starts_with('@')) continue;
    // One port stands for all hosts (PostgreSQL manual, 34.1.1.3).
    const auto text = texts.size() == 1 ? texts[0] : i < texts.size() ? texts[i] : std::string_view();
    std::uint16_t port = default_port;
    std::from_chars(text.data(), text.data() + text.size(), port);
    ports.push_back(port);
  }
  return ports;
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
