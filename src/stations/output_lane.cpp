#include "stations/output_lane.hpp"

#include <algorithm>

#include "stations/delivery_message.hpp"
#include "stations/line_sender.hpp"
#include "telemetry/log.hpp"

namespace sightglass::stations {
namespace {

using database::outputs::Delivery;
using database::outputs::DeliveryState;
using Milliseconds = std::chrono::milliseconds;

// What is the matter will be the matter until somebody mends it: a wrong password or coil, a key that is gone. It is
// tried again all the same, seldom, for verdicts must not be lost by a slip of the pen; a change of the settings is
// tried at once.
bool is_for_a_person(core::ErrorCode code) {
  return code == core::ErrorCode::invalid_input || code == core::ErrorCode::permission_denied ||
         code == core::ErrorCode::conflict;
}

Milliseconds pause_after(const Delivery& delivery, std::string_view kind, core::ErrorCode code,
                         const DelivererOptions& options) {
  if (is_signal(kind)) return options.first_pause;  // the next verdict waits behind it
  if (is_for_a_person(code)) return options.longest_pause;
  Milliseconds pause = options.first_pause;
  for (std::int64_t i = 1; i < delivery.attempts && pause < options.longest_pause; ++i) pause *= 2;
  return std::min(pause, options.longest_pause);
}

}  // namespace

bool is_same_lane(const LaneSettings& a, const LaneSettings& b) {
  return a.output.settings == b.output.settings && a.output.secret == b.output.secret &&
         a.output.updated_at == b.output.updated_at && a.station == b.station && a.camera == b.camera;
}

bool is_signal(std::string_view kind) { return kind == "modbus" || kind == "line"; }

bool is_too_late(const Delivery& delivery, std::string_view kind, const DelivererOptions& options, core::Instant at) {
  if (is_signal(kind) && delivery.trigger_id) return at >= happened_at(delivery) + options.signal_expires_after;
  return at >= delivery.created_at + options.give_up_after;
}

Delivery given_up(Delivery delivery) {
  delivery.state = DeliveryState::failed;
  if (delivery.error.empty()) delivery.error = "It could not be told before it was too late.";
  return delivery;
}

void DeliveryTally::add(std::string_view kind, Outcome outcome) {
  const auto* const found = std::ranges::find(kinds, kind);
  if (found == kinds.end()) return;
  ++counts_[static_cast<std::size_t>(found - kinds.begin())][static_cast<std::size_t>(outcome)];
}

std::vector<DeliveryCounts> DeliveryTally::counts() const {
  std::vector<DeliveryCounts> counts;
  for (std::size_t i = 0; i < kinds.size(); ++i)
    counts.push_back({.kind = std::string(kinds[i]),
                      .delivered = counts_[i][0],
                      .failed = counts_[i][1],
                      .given_up = counts_[i][2]});
  return counts;
}

Delivery after_attempt(Delivery delivery, std::string_view kind, const core::Result<void>& outcome,
                       const DelivererOptions& options, core::Instant now) {
  ++delivery.attempts;
  if (outcome) {
    delivery.state = DeliveryState::delivered;
    delivery.delivered_at = now;
    delivery.error.clear();
    return delivery;
  }
  delivery.error = outcome.error().message;
  delivery.next_at = now + pause_after(delivery, kind, outcome.error().code, options);
  const bool is_test = !delivery.trigger_id;
  if (is_test || is_too_late(delivery, kind, options, delivery.next_at)) delivery.state = DeliveryState::failed;
  return delivery;
}

OutputLane::OutputLane(const LaneSurroundings& surroundings, LaneSettings settings)
    : surroundings_(surroundings), settings_(std::move(settings)), thread_([this] { run(); }) {}

OutputLane::~OutputLane() {
  end();
  thread_.join();
}

bool OutputLane::is_busy() const {
  const std::scoped_lock lock(mutex_);
  return offered_.has_value();
}

bool OutputLane::has_ended() const {
  const std::scoped_lock lock(mutex_);
  return has_ended_;
}

void OutputLane::offer(Delivery delivery) {
  {
    const std::scoped_lock lock(mutex_);
    offered_ = std::move(delivery);
  }
  is_fresh_ = false;
  changed_.notify_all();
}

void OutputLane::end() {
  {
    const std::scoped_lock lock(mutex_);
    is_ending_ = true;
  }
  changed_.notify_all();
}

void OutputLane::run() {
  if (settings_.is_kept)
    if (const auto made = make_sender(); made) sender_->start();
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return is_ending_ || offered_; });
    if (is_ending_) break;
    const Delivery delivery = *offered_;
    lock.unlock();
    record(deliver(delivery));
    lock.lock();
    offered_.reset();
    lock.unlock();
    surroundings_.on_done();
    lock.lock();
  }
  lock.unlock();
  sender_.reset();
  lock.lock();
  has_ended_ = true;
  lock.unlock();
  surroundings_.on_done();
}

// Looked at once more: it may have waited for the output to be made, or for what was sent before.
Delivery OutputLane::deliver(const Delivery& delivery) {
  const auto& options = surroundings_.options;
  const auto& kind = settings_.output.kind;
  if (is_too_late(delivery, kind, options, options.clock.now())) return given_up(delivery);
  const auto outcome = attempt(delivery);
  return after_attempt(delivery, kind, outcome, options, options.clock.now());
}

core::Result<void> OutputLane::attempt(const Delivery& delivery) {
  SG_TRY(make_sender());
  SG_ASSIGN(const auto message, message_of(delivery));
  const auto& options = surroundings_.options;
  return sender_->send(message, is_signal(settings_.output.kind) ? options.signal_patience : options.patience);
}

core::Result<void> OutputLane::make_sender() {
  if (sender_) return {};
  const auto& output = settings_.output;
  if (output.kind == "line") {
    SG_ASSIGN(sender_, make_line_sender(output.settings, surroundings_.cameras, settings_.camera));
    return {};
  }
  auto secret = output.secret.empty() ? core::Result<std::string>("")
                                      : surroundings_.secrets.unseal(output.secret, purpose_of(output.id));
  if (!secret) return std::unexpected(std::move(secret).error());
  SG_ASSIGN(sender_,
            outputs::make_sender(output.kind, output.settings, *secret, output.id.to_string(), settings_.station));
  return {};
}

// What cannot be written down would be sent again and again: it is tried until it can, or all ends.
void OutputLane::record(const Delivery& delivery) {
  using Outcome = DeliveryTally::Outcome;
  const auto& output = settings_.output;
  if (delivery.state != DeliveryState::delivered)
    telemetry::log_warning(
        delivery.state == DeliveryState::failed ? "an output is not told, for good" : "an output is not told yet",
        {{"output", output.name}, {"station", settings_.station}, {"kind", output.kind}, {"error", delivery.error}});
  surroundings_.tally.add(output.kind, delivery.state == DeliveryState::delivered ? Outcome::delivered
                                       : delivery.state == DeliveryState::failed  ? Outcome::given_up
                                                                                  : Outcome::failed);
  for (;;) {
    const auto written = surroundings_.database.write(
        [&](database::Session& session) { return database::outputs::update(session, delivery); });
    if (written) return;
    telemetry::log_error("what became of a message is not written down yet",
                         {{"output", output.name}, {"cause", written.error().message}});
    std::unique_lock lock(mutex_);
    if (changed_.wait_for(lock, surroundings_.options.first_pause, [this] { return is_ending_; })) return;
  }
}

}  // namespace sightglass::stations
