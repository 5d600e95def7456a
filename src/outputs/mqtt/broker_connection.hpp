// One connection to a broker, kept by a thread of its own: pings, confirmations, loss and return.
#pragma once

#include <mosquitto.h>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "core/result.hpp"
#include "outputs/mqtt/mqtt_settings.hpp"

namespace sightglass::outputs {

// publish() is one thread's at a time. MQTT 3.1.1.
class BrokerConnection {
 public:
  using Milliseconds = std::chrono::milliseconds;

  // Begins to connect; "online" is retained at "<topic>/availability" as long as it stands, and "offline" else.
  explicit BrokerConnection(MqttSettings settings);
  // Says "offline", waits a little for that, and leaves.
  ~BrokerConnection();
  BrokerConnection(const BrokerConnection&) = delete;
  BrokerConnection& operator=(const BrokerConnection&) = delete;

  // Blocks until the broker has confirmed the message (with QoS 0: until it was sent). A message of the same id as the
  // one before that was not confirmed in time is waited for, not sent beside it.
  core::Result<void> publish(std::string_view id, std::string_view payload, Milliseconds patience);

 private:
  using Clock = std::chrono::steady_clock;
  struct Destroy {
    void operator()(mosquitto* broker) const { mosquitto_destroy(broker); }
  };
  struct OnTheWay {
    std::string id{};
    int number = 0;  // as libmosquitto counts
  };

  static void on_connect(mosquitto* broker, void* self, int code);
  static void on_disconnect(mosquitto* broker, void* self, int code);
  static void on_publish(mosquitto* broker, void* self, int number);

  void set_up();
  void run();
  int begin();
  void serve();
  void note_failure(core::Error error);
  bool pause();
  void say_farewell();
  core::Result<void> await_connection(std::unique_lock<std::mutex>& lock, Clock::time_point until);
  core::Result<void> await_confirmation(std::unique_lock<std::mutex>& lock, Clock::time_point until);
  core::Error failed(int code) const;
  std::string name() const;

  const MqttSettings settings_;
  const std::string availability_;
  std::unique_ptr<mosquitto, Destroy> broker_;

  std::mutex mutex_;  // never held while libmosquitto is called
  std::condition_variable changed_;
  bool is_online_ = false;
  std::optional<Clock::time_point> stop_by_{};  // the end was asked for
  bool is_wanted_ = false;                      // somebody waits: no pause before the next try
  std::uint64_t failures_ = 0;                  // tries and connections that ended
  core::Error last_failure_{};
  std::optional<core::Error> refusal_{};  // of the broker, by its answer to the try that is under way
  std::optional<OnTheWay> on_the_way_{};
  std::vector<int> confirmed_{};  // since publish() was called last
  Milliseconds pause_;
  std::thread thread_;
};

}  // namespace sightglass::outputs
