// Where a PostgreSQL server is and who we are there, as the setting database.url says it. Holds a password.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "database/postgres/handles.hpp"

namespace sightglass::database::postgres {

class Address {
 public:
  // "postgres://user:password@host:port/database?option=value" or "postgresql://…" (PostgreSQL manual, 34.1.1.2).
  // What it leaves out libpq takes from PGPASSWORD, ~/.pgpass and their like. invalid_input, which never quotes it.
  static core::Result<Address> parse(std::string_view url);

  // TCP ports that it leads to; none when all its hosts are folders with sockets, as they are when it names no host.
  std::vector<std::uint16_t> ports() const;

  // Connects with UTF-8 and limits on silence, so that a server whose machine is gone is noticed. Blocks, at most for
  // `patience` a host. unavailable when there is nobody, or the server refuses.
  core::Result<Handle<PGconn>> connect(std::chrono::seconds patience) const;

 private:
  explicit Address(std::string url) : url_(std::move(url)) {}
  std::string without_password(std::string text) const;

  std::string url_;
  std::string hosts_;  // with commas between them, as the two below
  std::string ports_;
  std::string password_;  // as it stands in the address, decoded; empty when it has none
};

}  // namespace sightglass::database::postgres
