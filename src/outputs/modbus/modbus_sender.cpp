#include "outputs/modbus/modbus_sender.hpp"

#include <fmt/format.h>
#include <modbus.h>

#include <cerrno>
#include <optional>

#include "outputs/pulse.hpp"
#include "outputs/settings_reader.hpp"

namespace sightglass::outputs {
namespace {

using Milliseconds = std::chrono::milliseconds;

struct ModbusSettings {
  std::string host{};
  int port = 502;
  int unit = 1;
  std::optional<int> ok_coil{};
  std::optional<int> ng_coil{};
  Milliseconds pulse{500};
};

core::Result<ModbusSettings> settings_from(std::string_view text) {
  constexpr int last_coil = 65'535;
  SettingsReader reader(text);
  const auto coil = [&](std::string_view name) -> std::optional<int> {
    if (const auto number = reader.optional_integer(name, 0, last_coil)) return static_cast<int>(*number);
    return std::nullopt;
  };
  ModbusSettings settings;
  settings.host = reader.text("host", 253);
  if (!is_host(settings.host)) reader.complain("host", "must be the name or address of a machine");
  settings.port = static_cast<int>(reader.integer_or("port", 1, 65'535, settings.port));
  // 248 … 254 are reserved; 255 is a device that is no gateway (Modbus messaging on TCP/IP, 4.4.2.1).
  settings.unit = static_cast<int>(reader.integer_or("unit", 0, 255, settings.unit));
  settings.ok_coil = coil("ok_coil");
  settings.ng_coil = coil("ng_coil");
  settings.pulse = Milliseconds(reader.integer_or("pulse_ms", 0, 10'000, settings.pulse.count()));
  if (!settings.ok_coil && !settings.ng_coil)
    reader.complain("ok_coil", fmt::format("and ng_coil are both missing: one must be from 0 to {}", last_coil));
  if (settings.ok_coil && settings.ok_coil == settings.ng_coil)
    reader.complain("ng_coil", "must be another coil than ok_coil");
  SG_TRY(reader.outcome());
  return settings;
}

struct Free {
  void operator()(modbus_t* context) const {
    modbus_close(context);
    modbus_free(context);
  }
};

// One connection to one device, made when it is needed. Not thread-safe.
class Plc {
 public:
  explicit Plc(const ModbusSettings& settings) : settings_(settings) {}

  // Over a connection that was there before, it is tried a second time over a new one: devices close what rests.
  core::Result<void> write(int coil, bool is_on, Milliseconds patience) {
    const bool was_connected = connection_ != nullptr;
    auto outcome = write_once(coil, is_on, patience);
    if (!outcome && was_connected && !connection_) outcome = write_once(coil, is_on, patience);
    return outcome;
  }
  // Whether a coil was told to go on since all were told to go off, or may be on from before.
  bool may_be_on() const { return may_be_on_; }
  void note_all_off() { may_be_on_ = false; }

 private:
  core::Result<void> connect(Milliseconds patience) {
    const std::string port = std::to_string(settings_.port);
    std::unique_ptr<modbus_t, Free> connection(modbus_new_tcp_pi(settings_.host.c_str(), port.c_str()));
    if (!connection) return core::fail(core::internal_error("libmodbus has no memory.", modbus_strerror(errno)));
    set_patience(connection.get(), patience);
    if (modbus_set_slave(connection.get(), settings_.unit) != 0 || modbus_connect(connection.get()) != 0)
      return core::fail(failure("does not take a connection", errno));
    connection_ = std::move(connection);
    return {};
  }

  static void set_patience(modbus_t* connection, Milliseconds patience) {
    // Also how long a connection may take. Between bytes of one answer it is the same for all of them.
    const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(std::max(patience, Milliseconds(1)));
    modbus_set_response_timeout(connection, static_cast<std::uint32_t>(micros.count() / 1'000'000),
                                static_cast<std::uint32_t>(micros.count() % 1'000'000));
    modbus_set_byte_timeout(connection, 0, 0);
  }

  core::Result<void> write_once(int coil, bool is_on, Milliseconds patience) {
    if (!connection_) SG_TRY(connect(patience));
    set_patience(connection_.get(), patience);
    if (is_on) may_be_on_ = true;
    if (modbus_write_bit(connection_.get(), coil, is_on ? 1 : 0) == 1) return {};
    const int code = errno;
    // A refusal is an answer like another; behind anything else nobody knows what comes next on this connection.
    const bool is_refusal = code > MODBUS_ENOBASE && code < EMBBADCRC;
    if (!is_refusal) connection_.reset();
    return core::fail(refusal(coil, code));
  }

  core::Error refusal(int coil, int code) const {
    switch (code) {
      case EMBXILFUN:
      case EMBXILADD:
      case EMBXILVAL:
        return core::invalid_input(
            "settings", fmt::format("{} refuses to write coil {}: {}.", name(), coil, modbus_strerror(code)));
      default: return failure(fmt::format("did not confirm coil {}", coil), code);
    }
  }

  core::Error failure(std::string_view what, int code) const {
    const bool is_late = code == ETIMEDOUT || code == EINPROGRESS;
    return {.code = is_late ? core::ErrorCode::timeout : core::ErrorCode::unavailable,
            .message = fmt::format("{} {}: {}.", name(), what, is_late ? "no answer in time" : modbus_strerror(code))};
  }

  std::string name() const { return fmt::format("{}:{}, unit {},", settings_.host, settings_.port, settings_.unit); }

  const ModbusSettings& settings_;
  std::unique_ptr<modbus_t, Free> connection_;
  bool may_be_on_ = true;  // by a program that died in the midst of a pulse
};

class ModbusSender final : public Sender {
 public:
  explicit ModbusSender(ModbusSettings settings) : settings_(std::move(settings)), plc_(settings_) {}

  // Without a pulse a coil that is on is the last verdict, which stays.
  void start() override {
    if (settings_.pulse > Milliseconds(0)) pulse_.end();
  }

  core::Result<void> send(const Message& message, Milliseconds patience) override {
    // Two coils are written, each over a connection that may have to be made a second time.
    const auto each = std::max(patience / 4, Milliseconds(1));
    const bool is_ok = message.is_test ? settings_.ok_coil.has_value() : message.is_ok;
    return pulse_.begin([&] { return show(is_ok, each); }, settings_.pulse);
  }

 private:
  // The other goes off first, so that the two are never on together.
  core::Result<void> show(bool is_ok, Milliseconds patience) {
    const auto other = is_ok ? settings_.ng_coil : settings_.ok_coil;
    const auto own = is_ok ? settings_.ok_coil : settings_.ng_coil;
    if (other) SG_TRY(plc_.write(*other, false, patience));
    if (own) SG_TRY(plc_.write(*own, true, patience));
    return {};
  }

  core::Result<void> switch_off() {
    constexpr Milliseconds patience{1'000};  // the next verdict waits for it
    if (!plc_.may_be_on()) return {};
    if (settings_.ok_coil) SG_TRY(switch_off(*settings_.ok_coil, patience));
    if (settings_.ng_coil) SG_TRY(switch_off(*settings_.ng_coil, patience));
    plc_.note_all_off();
    return {};
  }

  // A coil that the device does not have is not on.
  core::Result<void> switch_off(int coil, Milliseconds patience) {
    auto outcome = plc_.write(coil, false, patience);
    if (!outcome && outcome.error().code == core::ErrorCode::invalid_input) return {};
    return outcome;
  }

  const ModbusSettings settings_;
  Plc plc_;  // used under the pulse's lock
  Pulse pulse_{[this] { return switch_off(); }};
};

}  // namespace

core::Result<std::unique_ptr<Sender>> make_modbus_sender(std::string_view settings) {
  SG_ASSIGN(auto parsed, settings_from(settings));
  return std::make_unique<ModbusSender>(std::move(parsed));
}

}  // namespace sightglass::outputs
