#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "camera/aravis/aravis_device.hpp"
#include "camera/aravis/pixel_layouts.hpp"
#include "camera/settings.hpp"

namespace sightglass::camera {
namespace {

// Frames that may wait for us, within so much memory.
constexpr std::size_t most_buffers = 32;
constexpr std::size_t least_buffers = 4;
constexpr std::size_t buffer_memory = 128U << 20U;

std::string_view name_of_status(ArvBufferStatus status) {
  switch (status) {
    case ARV_BUFFER_STATUS_TIMEOUT: return "packets did not come in time";
    case ARV_BUFFER_STATUS_MISSING_PACKETS: return "packets are missing";
    case ARV_BUFFER_STATUS_WRONG_PACKET_ID: return "a packet had a wrong number";
    case ARV_BUFFER_STATUS_SIZE_MISMATCH: return "it is larger than was announced";
    case ARV_BUFFER_STATUS_ABORTED: return "it was broken off";
    default: return "it was not understood";
  }
}

std::unexpected<core::Error> in_part(std::uint64_t id, std::string_view why) {
  return core::fail(core::ErrorCode::corrupt_image, fmt::format("frame {} arrived in part: {}.", id, why));
}

}  // namespace

core::Result<void> AravisDevice::start(const Trigger& trigger) {
  SG_TRY(present());
  if (stream_) return core::fail(core::ErrorCode::conflict, "Frames come already.");
  SG_TRY(check_trigger(trigger, able_));
  SG_TRY(set_trigger(trigger));
  SG_TRY(make_stream());
  Failure failure;
  arv_camera_set_acquisition_mode(camera_.get(), ARV_ACQUISITION_MODE_CONTINUOUS, failure.out());
  if (!failure.is_set()) arv_camera_start_acquisition(camera_.get(), failure.out());
  if (failure.is_set()) {
    stream_.reset();
    return failure.result("starting frames");
  }
  is_software_triggered_ = trigger.source == Trigger::Source::software;
  counters_ = {};
  last_id_.reset();
  return {};
}

core::Result<void> AravisDevice::set_trigger(const Trigger& trigger) {
  if (!features_.has("TriggerMode")) return {};
  Failure failure;
  arv_camera_clear_triggers(camera_.get(), failure.out());
  SG_TRY(failure.result("switching triggers off"));
  SG_TRY(features_.set_text_if_there("TriggerSelector", "FrameStart"));
  if (trigger.source == Trigger::Source::free_running) return features_.set_text("TriggerMode", "Off");
  const bool is_line = trigger.source == Trigger::Source::line;
  SG_TRY(features_.set_text("TriggerSource", is_line ? trigger.line : "Software"));
  if (is_line) SG_TRY(set_edge(trigger.edge));
  SG_TRY(set_delay(trigger.delay_us));
  return features_.set_text("TriggerMode", "On");
}

core::Result<void> AravisDevice::set_edge(Edge edge) {
  const std::string name = edge == Edge::rising ? "RisingEdge" : "FallingEdge";
  const std::vector<std::string> edges = features_.choices("TriggerActivation");
  if (std::ranges::count(edges, name) > 0) return features_.set_text("TriggerActivation", name);
  if (edges.empty() && edge == Edge::rising) return {};  // has no choice
  return core::fail(core::invalid_input("edge", "This camera cannot be triggered by that edge."));
}

core::Result<void> AravisDevice::set_delay(double microseconds) {
  const char* name = features_.first_of({"TriggerDelay", "TriggerDelayAbs"});
  if (name != nullptr) return features_.set_number(name, microseconds);
  if (microseconds == 0) return {};
  return core::fail(core::invalid_input("delay_us", "This camera cannot delay a trigger."));
}

core::Result<void> AravisDevice::make_stream() {
  Failure failure;
  const bool is_gige = arv_camera_is_gv_device(camera_.get()) != FALSE;
  Handle<ArvStream> stream(arv_camera_create_stream(camera_.get(), nullptr, nullptr, failure.out()));
  if (!stream) return core::fail(failure.error("opening its stream"));
  if (is_gige) {
    g_object_set(stream.get(), "packet-resend", ARV_GV_STREAM_PACKET_RESEND_ALWAYS, "socket-buffer",
                 ARV_GV_STREAM_SOCKET_BUFFER_AUTO, nullptr);
  }
  const guint payload = arv_camera_get_payload(camera_.get(), failure.out());
  SG_TRY(failure.result("reading how large its frames are"));
  if (payload == 0) return core::fail(core::internal_error("The camera says that its frames are empty."));
  const std::size_t buffers = std::clamp(buffer_memory / payload, least_buffers, most_buffers);
  for (std::size_t i = 0; i < buffers; ++i) arv_stream_push_buffer(stream.get(), arv_buffer_new(payload, nullptr));
  stream_ = std::move(stream);
  return {};
}

core::Result<void> AravisDevice::stop() {
  SG_TRY(present());
  if (!stream_) return core::fail(core::ErrorCode::conflict, "No frames come.");
  Failure failure;
  arv_camera_stop_acquisition(camera_.get(), failure.out());
  count();
  stream_.reset();
  return failure.result("stopping frames");
}

core::Result<void> AravisDevice::trigger_software() {
  SG_TRY(present());
  if (!stream_ || !is_software_triggered_) {
    return core::fail(core::ErrorCode::conflict, "It does not wait for a trigger by software.");
  }
  return features_.execute("TriggerSoftware");
}

core::Result<Frame> AravisDevice::next_frame(std::chrono::milliseconds patience) {
  SG_TRY(present());
  if (!stream_) return core::fail(core::ErrorCode::conflict, "No frames come.");
  const auto wait = std::chrono::duration_cast<std::chrono::microseconds>(patience).count();
  ArvBuffer* buffer = wait > 0 ? arv_stream_timeout_pop_buffer(stream_.get(), static_cast<guint64>(wait))
                               : arv_stream_try_pop_buffer(stream_.get());
  if (buffer == nullptr) {
    SG_TRY(present());
    return core::fail(core::ErrorCode::timeout, "No frame came in time.");
  }
  follow_number(arv_buffer_get_frame_id(buffer));
  auto frame = take(buffer);
  arv_stream_push_buffer(stream_.get(), buffer);
  return frame;
}

// Of one that is whole the pixels are copied, so that the buffer can be filled again.
core::Result<Frame> AravisDevice::take(ArvBuffer* buffer) {
  count();
  const ArvBufferStatus status = arv_buffer_get_status(buffer);
  if (status != ARV_BUFFER_STATUS_SUCCESS) return in_part(number_, name_of_status(status));
  const auto layout = layout_of(arv_buffer_get_image_pixel_format(buffer));
  if (!layout) {
    return in_part(number_,
                   fmt::format("its pixels have the unknown format {:#x}", arv_buffer_get_image_pixel_format(buffer)));
  }
  std::size_t length = 0;
  const auto* data = static_cast<const std::uint8_t*>(arv_buffer_get_image_data(buffer, &length));
  gint padding_x = 0;
  gint padding_y = 0;
  arv_buffer_get_image_padding(buffer, &padding_x, &padding_y);
  const core::Size size{arv_buffer_get_image_width(buffer), arv_buffer_get_image_height(buffer)};
  auto bytes = unpacked({data, length}, size, static_cast<std::size_t>(std::max(0, padding_x)), *layout);
  if (!bytes) return in_part(number_, "it holds fewer bytes than its size needs");
  Frame frame{.image = {.size = size,
                        .format = layout->format,
                        .stride = size.width * core::bytes_per_pixel(layout->format),
                        .bytes = std::make_shared<const std::vector<std::uint8_t>>(std::move(*bytes))},
              .number = number_,
              .settings = settings_,
              .counters = counters_};
  frame.taken_at = core::from_micros(static_cast<std::int64_t>(arv_buffer_get_system_timestamp(buffer) / 1'000));
  frame.device_timestamp_ns = arv_buffer_get_timestamp(buffer);
  return frame;
}

// Most cameras number frames with 16 bits, 1 after 65,535 (GigE Vision 2.0, 24.2); the number goes on rising here.
void AravisDevice::follow_number(std::uint64_t id) {
  constexpr std::uint64_t wrap = 65'535;
  if (!last_id_) {
    number_ += 1;
  } else {
    const bool has_wrapped = id <= *last_id_ && *last_id_ <= wrap && *last_id_ - id > wrap / 2;
    const std::uint64_t step = has_wrapped ? wrap - *last_id_ + id : id - std::min(id, *last_id_);
    number_ += step;
    if (step > 1) counters_.missed += step - 1;
  }
  last_id_ = id;
}

void AravisDevice::count() {
  arv_stream_get_statistics(stream_.get(), &counters_.completed, &counters_.failed, &counters_.underruns);
  if (ARV_IS_GV_STREAM(stream_.get())) {
    guint64 missing = 0;
    arv_gv_stream_get_statistics(ARV_GV_STREAM(stream_.get()), &counters_.resent_packets, &missing);
  }
}

}  // namespace sightglass::camera
