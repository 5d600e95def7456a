#include "database/postgres/signal_listener.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <iterator>
#include <string>
#include <utility>

#include "database/postgres/postgres_database.hpp"
#include "telemetry/log.hpp"

namespace sightglass::database::postgres {
namespace {

constexpr std::chrono::seconds connect_time{10};
constexpr int shortest_pause_ms = 1'000;
constexpr int longest_pause_ms = 10'000;

bool run(PGconn* connection, const std::string& sql) {
  const Handle<PGresult> result(PQexec(connection, sql.c_str()));
  return PQresultStatus(result.get()) == PGRES_COMMAND_OK;
}

}  // namespace

SignalListener::SignalListener(Address address, Signals& signals)
    : address_(std::move(address)),
      signals_(signals),
      stop_event_(::eventfd(0, EFD_CLOEXEC)),
      thread_([this] { listen_until_stopped(); }) {}

SignalListener::~SignalListener() {
  is_stopping_ = true;
  const std::uint64_t one = 1;
  if (::write(stop_event_.get(), &one, sizeof one) < 0)
    telemetry::log_warning("the listener for signals could not be told to stop");
  thread_.join();
}

void SignalListener::listen_until_stopped() {
  int pause_ms = shortest_pause_ms;
  while (!is_stopping_) {
    if (auto connection = address_.connect(connect_time)) {
      pause_ms = shortest_pause_ms;
      listen(connection->get());
      if (!is_stopping_) telemetry::log_warning("the connection for signals was lost");
    } else {
      telemetry::log_warning("no connection for signals", {{"cause", connection.error().cause}});
    }
    wait(-1, pause_ms);
    pause_ms = std::min(pause_ms * 2, longest_pause_ms);
  }
}

// Until the connection is lost or the listener stops.
void SignalListener::listen(PGconn* connection) {
  for (const std::string_view name : channel_names)
    if (!run(connection, "LISTEN " + std::string(name))) return;
  for (std::size_t channel = 0; channel < std::size(channel_names); ++channel)
    signals_.tell(static_cast<Channel>(channel), {});
  while (wait(PQsocket(connection), -1)) {
    if (PQconsumeInput(connection) == 0) return;
    while (const Handle<PGnotify> notice{PQnotifies(connection)}) {
      const auto* const name = std::ranges::find(channel_names, std::string_view(notice->relname));
      if (name != std::end(channel_names))
        signals_.tell(static_cast<Channel>(name - std::begin(channel_names)), notice->extra);
    }
  }
}

// False when it is to stop; true when there is something to read or the time is over.
bool SignalListener::wait(int socket, int timeout_ms) const {
  std::array<pollfd, 2> watched{{{stop_event_.get(), POLLIN, 0}, {socket, POLLIN, 0}}};  // a negative one is ignored
  ::poll(watched.data(), watched.size(), timeout_ms);
  return !is_stopping_;
}

core::Result<std::unique_ptr<SignalSource>> listen(std::string_view url, Signals& signals) {
  SG_ASSIGN(auto address, Address::parse(url));
  return std::make_unique<SignalListener>(std::move(address), signals);
}

}  // namespace sightglass::database::postgres
