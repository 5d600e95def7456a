#include "outputs/mqtt/broker_connection.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace sightglass::outputs {
namespace {

using Milliseconds = std::chrono::milliseconds;

constexpr int keep_alive_seconds = 20;  // then the broker says "offline" for us after half a minute
constexpr int turn_ms = 200;            // how long a wait for packets keeps the thread from seeing that it shall end
constexpr Milliseconds first_pause{1'000};
constexpr Milliseconds longest_pause{30'000};
constexpr Milliseconds farewell{2'000};
constexpr std::string_view online = "online";
constexpr std::string_view offline = "offline";

void start_library() {
  static std::once_flag once;
  std::call_once(once, [] { mosquitto_lib_init(); });
}

// MQTT 3.1.1, 3.2.2.3.
bool is_for_a_person(int connack) { return connack != 3; }

bool is_in(const std::vector<int>& numbers, int number) { return std::ranges::find(numbers, number) != numbers.end(); }

int size_of(std::string_view text) { return static_cast<int>(text.size()); }

}  // namespace

BrokerConnection::BrokerConnection(MqttSettings settings)
    : settings_(std::move(settings)), availability_(settings_.topic + "/availability"), pause_(first_pause) {
  start_library();
  broker_.reset(mosquitto_new(settings_.client_id.c_str(), true, this));
  if (!broker_) throw std::runtime_error("libmosquitto cannot start");
  set_up();
  thread_ = std::thread([this] { run(); });
}

void BrokerConnection::set_up() {
  mosquitto* const broker = broker_.get();
  mosquitto_threaded_set(broker, true);
  mosquitto_int_option(broker, MOSQ_OPT_TCP_NODELAY, 1);
  mosquitto_connect_callback_set(broker, on_connect);
  mosquitto_disconnect_callback_set(broker, on_disconnect);
  mosquitto_publish_callback_set(broker, on_publish);
  int code = mosquitto_will_set(broker, availability_.c_str(), size_of(offline), offline.data(), 1, true);
  if (!settings_.username.empty() && code == MOSQ_ERR_SUCCESS)
    code = mosquitto_username_pw_set(broker, settings_.username.c_str(),
                                     settings_.password.empty() ? nullptr : settings_.password.c_str());
  // The certificates that the system trusts; names are checked.
  if (settings_.uses_tls && code == MOSQ_ERR_SUCCESS) code = mosquitto_int_option(broker, MOSQ_OPT_TLS_USE_OS_CERTS, 1);
  if (code != MOSQ_ERR_SUCCESS) throw std::runtime_error(mosquitto_strerror(code));
}

BrokerConnection::~BrokerConnection() {
  say_farewell();
  {
    const std::scoped_lock lock(mutex_);
    stop_by_ = Clock::now() + farewell;
  }
  changed_.notify_all();
  mosquitto_disconnect(broker_.get());
  thread_.join();
}

// A will is for those who leave without a word; who says good-bye must say the rest as well.
void BrokerConnection::say_farewell() {
  {
    const std::scoped_lock lock(mutex_);
    if (!is_online_) return;
  }
  int number = 0;
  if (mosquitto_publish(broker_.get(), &number, availability_.c_str(), size_of(offline), offline.data(), 1, true) !=
      MOSQ_ERR_SUCCESS)
    return;
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, farewell, [&] { return !is_online_ || is_in(confirmed_, number); });
}

void BrokerConnection::on_connect(mosquitto* broker, void* self, int code) {
  auto& connection = *static_cast<BrokerConnection*>(self);
  if (code == 0) {
    // Before anything that waits for the connection.
    mosquitto_publish(broker, nullptr, connection.availability_.c_str(), size_of(online), online.data(), 1, true);
    const std::scoped_lock lock(connection.mutex_);
    connection.is_online_ = true;
    connection.is_wanted_ = false;
    connection.pause_ = first_pause;
  } else {
    const std::scoped_lock lock(connection.mutex_);
    connection.refusal_ =
        core::Error{.code = is_for_a_person(code) ? core::ErrorCode::permission_denied : core::ErrorCode::unavailable,
                    .message = fmt::format("{} refuses us: {}", connection.name(), mosquitto_connack_string(code))};
  }
  connection.changed_.notify_all();
}

void BrokerConnection::on_disconnect(mosquitto* /*broker*/, void* self, int /*code*/) {
  auto& connection = *static_cast<BrokerConnection*>(self);
  {
    const std::scoped_lock lock(connection.mutex_);
    connection.is_online_ = false;
  }
  connection.changed_.notify_all();
}

void BrokerConnection::on_publish(mosquitto* /*broker*/, void* self, int number) {
  auto& connection = *static_cast<BrokerConnection*>(self);
  {
    const std::scoped_lock lock(connection.mutex_);
    connection.confirmed_.push_back(number);
    if (connection.on_the_way_ && connection.on_the_way_->number == number) connection.on_the_way_->number = 0;
  }
  connection.changed_.notify_all();
}

void BrokerConnection::run() {
  do {
    if (const int code = begin(); code == MOSQ_ERR_SUCCESS)
      serve();
    else
      note_failure(failed(code));
  } while (pause());
}

// Does not wait for the connection, so that an address where nobody answers does not hold up the end.
int BrokerConnection::begin() {
  {
    const std::scoped_lock lock(mutex_);
    refusal_.reset();
  }
  return mosquitto_connect_async(broker_.get(), settings_.host.c_str(), settings_.port, keep_alive_seconds);
}

// Until the connection ends.
void BrokerConnection::serve() {
  for (;;) {
    const int code = mosquitto_loop(broker_.get(), turn_ms, 1);
    {
      const std::scoped_lock lock(mutex_);
      if (stop_by_ && (!is_online_ || Clock::now() > *stop_by_)) return;
    }
    if (code == MOSQ_ERR_SUCCESS) continue;
    note_failure(failed(code));
    return;
  }
}

void BrokerConnection::note_failure(core::Error error) {
  {
    const std::scoped_lock lock(mutex_);
    is_online_ = false;
    last_failure_ = refusal_ ? *std::exchange(refusal_, std::nullopt) : std::move(error);
    ++failures_;
  }
  changed_.notify_all();
}

// False when all is to end.
bool BrokerConnection::pause() {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, pause_, [this] { return stop_by_.has_value() || is_wanted_; });
  is_wanted_ = false;
  pause_ = std::min(pause_ * 2, longest_pause);
  return !stop_by_;
}

core::Result<void> BrokerConnection::publish(std::string_view id, std::string_view payload, Milliseconds patience) {
  const auto until = Clock::now() + patience;
  std::unique_lock lock(mutex_);
  SG_TRY(await_connection(lock, until));
  // libmosquitto keeps what is not confirmed, and sends it again by itself behind the next connection.
  const bool is_on_the_way = on_the_way_ && on_the_way_->id == id && settings_.qos > 0;
  if (!is_on_the_way) {
    confirmed_.clear();
    lock.unlock();
    int number = 0;
    const std::string topic = settings_.topic + "/verdict";
    const int code = mosquitto_publish(broker_.get(), &number, topic.c_str(), size_of(payload), payload.data(),
                                       settings_.qos, false);
    lock.lock();
    if (code != MOSQ_ERR_SUCCESS) return core::fail(failed(code));
    // Confirmed already, it may be.
    on_the_way_ = OnTheWay{std::string(id), is_in(confirmed_, number) ? 0 : number};
  }
  return await_confirmation(lock, until);
}

core::Result<void> BrokerConnection::await_connection(std::unique_lock<std::mutex>& lock, Clock::time_point until) {
  const auto seen = failures_;
  if (!is_online_) is_wanted_ = true;
  changed_.notify_all();
  if (!changed_.wait_until(lock, until, [&] { return is_online_ || failures_ != seen; }))
    return core::fail(core::ErrorCode::timeout, fmt::format("{} did not answer in time.", name()));
  if (is_online_) return {};
  return std::unexpected(last_failure_);
}

core::Result<void> BrokerConnection::await_confirmation(std::unique_lock<std::mutex>& lock, Clock::time_point until) {
  const auto is_confirmed = [this] { return on_the_way_->number == 0; };
  const bool has_ended = changed_.wait_until(lock, until, [&] { return is_confirmed() || !is_online_; });
  if (is_confirmed()) {
    on_the_way_.reset();
    return {};
  }
  if (!has_ended)
    return core::fail(core::ErrorCode::timeout, fmt::format("{} did not confirm the message in time.", name()));
  return core::fail(core::unavailable(fmt::format("The connection to {} was lost before it confirmed.", name())));
}

core::Error BrokerConnection::failed(int code) const {
  const int system_code = errno;
  const char* reason = code == MOSQ_ERR_ERRNO ? std::strerror(system_code) : mosquitto_strerror(code);
  return core::unavailable(fmt::format("{} cannot be used: {}", name(), reason));
}

std::string BrokerConnection::name() const { return fmt::format("The broker {}:{}", settings_.host, settings_.port); }

}  // namespace sightglass::outputs
