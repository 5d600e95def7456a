#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include <fstream>

#include "cli/camera_source.hpp"
#include "cli/context.hpp"
#include "cli/shared_options.hpp"
#include "cli/steering.hpp"
#include "core/json_writer.hpp"
#include "imaging/limits.hpp"
#include "imaging/shrink_frame.hpp"
#include "stations/camera_address.hpp"
#include "stations/camera_settings.hpp"

namespace sightglass::cli {
namespace {

using core::Result;
using database::Session;
using database::cameras::Camera;
using File = imaging::DevelopPlan::File;

// What the commands of this group are given.
struct Order {
  CameraChoice choice{};
  std::string file{};
  std::int64_t frames = 0;  // 0: until it is interrupted
};

void write_row(core::JsonWriter& json, const Camera& row) {
  json.begin_object().member("id", row.id.to_string()).member("name", row.name).member("driver", row.driver);
  json.member("address", stations::shown_address(row.address))
      .member("node", row.node)
      .member("enabled", row.is_enabled);
  json.key("settings").raw(row.settings).end_object();
}

Result<Exit> list_rows(Installation& installation, const Output& out) {
  SG_ASSIGN(const auto rows, installation.database().read(database::cameras::list));
  std::string text;
  core::JsonWriter json(text);
  json.begin_array();
  for (const auto& row : rows) {
    write_row(json, row);
    out.line(fmt::format("{:<24} {:<10} {:<32} {:<16} {}", row.name, row.driver, stations::shown_address(row.address),
                         row.node, row.is_enabled ? "on" : "off"));
  }
  json.end_array();
  out.document(text);
  if (rows.empty()) out.line("No camera is configured.");
  return Exit::ok;
}

// What answers on the network and the buses, configured or not.
Result<Exit> discover(const Output& out) {
  SG_ASSIGN(const auto found, camera::discover());
  std::string text;
  core::JsonWriter json(text);
  json.begin_array();
  for (const auto& [source, identity] : found) {
    json.begin_object().member("driver", camera::name_of(source.driver)).member("address", source.address);
    json.member("vendor", identity.vendor).member("model", identity.model).member("serial", identity.serial);
    json.end_object();
    out.line(fmt::format("{:<10} {:<32} {} {} {}", camera::name_of(source.driver), source.address, identity.vendor,
                         identity.model, identity.serial));
  }
  json.end_array();
  out.document(text);
  if (found.empty()) out.line("No camera answered.");
  return Exit::ok;
}

void tell_range(const Output& out, core::JsonWriter& json, core::JsonKey name,
                const std::optional<camera::Range>& range) {
  json.key(name);
  if (!range) {
    json.null();
    return;
  }
  json.begin_object().member("least", range->least).member("most", range->most).member("step", range->step);
  json.end_object();
  out.line(fmt::format("  {:<14} {} … {}", name.name(), range->least, range->most));
}

template <typename Values, typename Name>
void tell_words(const Output& out, core::JsonWriter& json, core::JsonKey key, const Values& values, const Name& name) {
  std::string words;
  json.key(key).begin_array();
  for (const auto& value : values) {
    json.string(name(value));
    words += " " + std::string(name(value));
  }
  json.end_array();
  if (!words.empty()) out.line(fmt::format("  {:<14}{}", key.name(), words));
}

void tell_capabilities(const Output& out, core::JsonWriter& json, const camera::Capabilities& can) {
  const auto itself = [](const std::string& text) -> std::string_view { return text; };
  out.line(fmt::format("  {:<14} {} × {}", "sensor", can.sensor.width, can.sensor.height));
  json.key("sensor").begin_object().member("width", can.sensor.width).member("height", can.sensor.height).end_object();
  tell_range(out, json, "exposure_ms", can.exposure_ms);
  tell_range(out, json, "gain", can.gain);
  tell_range(out, json, "black_level", can.black_level);
  tell_range(out, json, "frame_rate", can.frame_rate);
  tell_words(out, json, "pixel_formats", can.formats, [](core::PixelFormat format) { return core::name_of(format); });
  tell_words(out, json, "trigger_lines", can.trigger_lines, itself);
  tell_words(out, json, "user_sets", can.user_sets, itself);
  json.member("software_trigger", can.has_software_trigger).member("auto_exposure", can.has_auto_exposure);
}

Result<Exit> show_features(Installation& installation, const Output& out, const Program& program, const Order& order) {
  SG_ASSIGN(const auto chosen, choose_camera(installation, order.choice, program.stream_reader));
  SG_ASSIGN(const auto opened, OpenedCamera::open(chosen));
  const auto& who = opened.identity();
  std::string text;
  core::JsonWriter json(text);
  json.begin_object().member("vendor", who.vendor).member("model", who.model).member("serial", who.serial);
  json.member("firmware", who.firmware).member("simulated", who.is_simulated);
  out.line(fmt::format("{} {} {} {}{}", who.vendor, who.model, who.serial, who.firmware,
                       who.is_simulated ? " (simulated)" : ""));
  tell_capabilities(out, json, opened.capabilities());
  json.key("settings");
  stations::write_settings(json, opened.settings());
  json.end_object();
  out.line(fmt::format("  {:<14} {}", "in force", stations::to_json(opened.settings())));
  out.document(text);
  return Exit::ok;
}

Result<void> keep_settings(Installation& installation, const ChosenCamera& chosen) {
  const auto now = installation.clock().now();
  return installation.database().write([&](Session& session) -> Result<void> {
    auto row = *chosen.row;
    row.settings = stations::to_json(chosen.settings);
    row.updated_at = now;
    SG_TRY(database::cameras::update(session, row));
    return audit(session, now, "camera.update", "camera", row.id.to_string(), R"({"changed":["settings"]})");
  });
}

// Told to the camera first, which may refuse. One that cannot be reached from here, because its server holds it for
// one, is told by its server.
Result<Exit> set_camera(Installation& installation, const Output& out, const Program& program, const Order& order) {
  SG_ASSIGN(const auto chosen, choose_camera(installation, order.choice, program.stream_reader));
  if (order.choice.settings.empty())
    return core::fail(core::invalid_input("settings", "Say what to set, such as exposure_ms=5."));
  const auto opened = OpenedCamera::open(chosen);
  const bool is_away = !opened && opened.error().code == core::ErrorCode::unavailable;
  if (!opened && !(is_away && chosen.row)) return core::fail(opened.error());
  if (chosen.row) SG_TRY(keep_settings(installation, chosen));
  const auto settings = stations::to_json(opened ? opened->settings() : chosen.settings);
  out.line(settings);
  if (is_away) out.line("It could not be asked from here; its server tells it within seconds, and logs a refusal.");
  out.document(fmt::format("{{\"settings\":{},\"told\":{}}}", settings, opened.has_value()));
  return Exit::ok;
}

// A frame that does not come, or comes in part, is tried again.
Result<camera::Frame> whole_frame(camera::Device& device, const camera::Settings& settings) {
  constexpr int tries = 4;
  const auto exposure = std::chrono::milliseconds(static_cast<std::int64_t>(settings.exposure_ms.value_or(0)));
  for (int tried = 1;; ++tried) {
    auto frame = device.next_frame(exposure + std::chrono::milliseconds(2'000));
    if (frame || tried == tries) return frame;
    const auto code = frame.error().code;
    if (code != core::ErrorCode::timeout && code != core::ErrorCode::corrupt_image) return frame;
  }
}

Result<File> file_kind(const std::string& path) {
  if (path.ends_with(".jpg") || path.ends_with(".jpeg")) return File::jpeg;
  if (path.ends_with(".png")) return File::png;
  if (path.ends_with(".tif") || path.ends_with(".tiff")) return File::tiff;
  return core::fail(core::invalid_input("output", "The file's name must end in .jpg, .png or .tif."));
}

Result<Exit> snap(Installation& installation, const Output& out, const Program& program, const Order& order) {
  SG_ASSIGN(const auto kind, file_kind(order.file));
  SG_ASSIGN(const auto chosen, choose_camera(installation, order.choice, program.stream_reader));
  SG_ASSIGN(auto opened, OpenedCamera::open(chosen));
  SG_TRY(opened.device().start({}));
  const auto frame = whole_frame(opened.device(), opened.settings());
  SG_TRY(opened.device().stop());
  if (!frame) return core::fail(frame.error());
  const imaging::DevelopPlan plan{.file = kind,
                                  .make = opened.identity().vendor,
                                  .model = opened.identity().model,
                                  .serial = opened.identity().serial,
                                  .taken_at = frame->taken_at,
                                  .comment = frame->is_simulated ? R"({"simulated":true})" : ""};
  SG_ASSIGN(const auto bytes, installation.decoder().develop(frame->image, plan, imaging::Limits{}));
  std::ofstream file(order.file, std::ios::binary | std::ios::trunc);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  file.close();
  if (!file) return core::fail(core::internal_error(fmt::format("{} could not be written.", order.file)));
  const auto& size = frame->image.size;
  out.line(fmt::format("{}: {} × {}, {} bytes{}", order.file, size.width, size.height, bytes.size(),
                       frame->is_simulated ? ", simulated" : ""));
  std::string text;
  core::JsonWriter json(text);
  json.begin_object().member("file", order.file).member("width", size.width).member("height", size.height);
  json.member("bytes", static_cast<std::int64_t>(bytes.size())).member("simulated", frame->is_simulated);
  json.key("settings");
  stations::write_settings(json, frame->settings);
  json.end_object();
  out.document(text);
  return Exit::ok;
}

void tell_frame(const Output& out, core::JsonWriter& json, const camera::Frame& frame) {
  constexpr std::int32_t small_side = 512;
  const auto measures = imaging::measure_frame(imaging::shrink_frame(frame.image, small_side));
  out.line(fmt::format("{}  {:>8}  brightness {:>5.1f}  overexposed {:>5.1f} %  focus {:>8.1f}",
                       core::to_iso8601(frame.taken_at), frame.number, measures.mean_luma, 100 * measures.bright_share,
                       measures.focus));
  json.begin_object().member("number", static_cast<std::int64_t>(frame.number));
  json.member("taken_at", core::to_iso8601(frame.taken_at)).member("brightness", measures.mean_luma);
  json.member("overexposed", measures.bright_share).member("focus", measures.focus).end_object();
}

Result<Exit> watch(Installation& installation, const Output& out, const Program& program, const Order& order) {
  SG_ASSIGN(const auto chosen, choose_camera(installation, order.choice, program.stream_reader));
  SG_ASSIGN(auto opened, OpenedCamera::open(chosen));
  SG_TRY(opened.device().start({}));
  std::string text;
  core::JsonWriter json(text);
  json.begin_array();
  for (std::int64_t seen = 0; order.frames == 0 || seen < order.frames; ++seen) {
    SG_ASSIGN(const auto frame, whole_frame(opened.device(), opened.settings()));
    tell_frame(out, json, frame);
    if (order.frames == 0) text.clear();  // lines alone; nobody reads a document without an end
  }
  json.end_array();
  SG_TRY(opened.device().stop());
  const auto counters = opened.device().counters();
  out.line(fmt::format("{} whole, {} in part, {} missed", counters.completed, counters.failed, counters.missed));
  out.document(text);
  return Exit::ok;
}

using Work = Result<Exit> (*)(Installation&, const Output&, const Program&, const Order&);

// A command about one camera; the order lives in the callback, for as long as the parser.
CLI::App* add_one(CLI::App& group, Context& context, const char* name, const char* words,
                  const std::shared_ptr<Order>& order, Work work) {
  CLI::App* command = group.add_subcommand(name, words);
  command->add_option("camera", order->choice.camera, "Its name or id, from cameras list")->type_name("CAMERA");
  command->add_option("--driver", order->choice.driver, "Of a camera that is not configured: aravis, stream, simulated")
      ->type_name("DRIVER");
  command->add_option("--address", order->choice.address, "Likewise: where it is")->type_name("ADDRESS");
  add_data_option(*command, context);
  add_json_option(*command, context);
  command->callback([&context, order, work] {
    context.with_installation([&](Installation& installation, const Output& out) {
      return work(installation, out, context.program, *order);
    });
  });
  return command;
}

}  // namespace

void add_camera_commands(CLI::App& app, Context& context) {
  CLI::App* group = app.add_subcommand("cameras", "List cameras, ask them what they can, set them, try them");
  group->require_subcommand(1);
  CLI::App* list = group->add_subcommand("list", "List the cameras that are configured");
  const auto is_discovering = std::make_shared<bool>(false);
  list->add_flag("--discover", *is_discovering, "Ask the network and the buses instead; takes some seconds");
  add_data_option(*list, context);
  add_json_option(*list, context);
  list->callback([&context, is_discovering] {
    context.with_installation([&](Installation& installation, const Output& out) {
      return *is_discovering ? discover(out) : list_rows(installation, out);
    });
  });

  add_one(*group, context, "features", "Say what a camera can, and what it is set to", std::make_shared<Order>(),
          show_features);

  auto order = std::make_shared<Order>();
  CLI::App* set = add_one(*group, context, "set", "Set exposure, gain and so on, for good where it is configured",
                          order, set_camera);
  set->add_option("--setting", order->choice.settings, "exposure_ms=5, gain=3, pixel_format=Mono8; may be repeated")
      ->type_name("NAME=VALUE")
      ->required();

  order = std::make_shared<Order>();
  CLI::App* snapping =
      add_one(*group, context, "snap", "Take a picture into a file, without keeping it here", order, snap);
  snapping->add_option("--output", order->file, "A file: .jpg, .png or .tif")->type_name("FILE")->required();
  snapping->add_option("--setting", order->choice.settings, "For this picture alone")->type_name("NAME=VALUE");

  order = std::make_shared<Order>();
  CLI::App* watching = add_one(*group, context, "watch", "Print a line for each frame that comes", order, watch);
  watching->add_option("--frames", order->frames, "How many; without it, until it is interrupted")
      ->check(CLI::Range(1, 1'000'000))
      ->type_name("N");
  watching->add_option("--setting", order->choice.settings, "While it is watched")->type_name("NAME=VALUE");
}

}  // namespace sightglass::cli
