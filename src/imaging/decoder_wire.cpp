#include "imaging/decoder_wire.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <charconv>
#include <cmath>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <tuple>
#include <utility>

#include "core/json_writer.hpp"

namespace sightglass::imaging::wire {
namespace {

namespace json = boost::json;

// Thrown and caught inside this file only: Boost.JSON reports by exception too, so that one catch sees both.
[[noreturn]] void implausible(const char* what) { throw std::runtime_error(what); }

void write_error(core::JsonWriter& writer, const core::Error& error) {
  writer.key("error").begin_object();
  writer.member("code", std::int64_t{static_cast<std::uint8_t>(error.code)}).member("message", error.message);
  writer.member("field", error.field).member("cause", error.cause).end_object();
}

void write_size(core::JsonWriter& writer, std::string_view name, core::Size size) {
  writer.key(name).begin_array().integer(size.width).integer(size.height).end_array();
}

void write_metadata(core::JsonWriter& writer, const core::CaptureMetadata& metadata) {
  writer.key("metadata").begin_object();
  std::optional<std::int64_t> taken;
  if (metadata.taken_at) taken = core::to_micros(*metadata.taken_at);
  writer.member("taken_at", taken).member("taken_local", metadata.taken_local);
  writer.member("taken_offset_minutes", metadata.taken_offset_minutes);
  writer.member("taken_source", std::int64_t{static_cast<std::uint8_t>(metadata.taken_source)});
  writer.member("make", metadata.camera_make).member("model", metadata.camera_model).member("lens", metadata.lens);
  writer.member("exposure_seconds", metadata.exposure_seconds).member("f_number", metadata.f_number);
  writer.member("iso", metadata.iso).member("focal_length_mm", metadata.focal_length_mm);
  writer.member("orientation", std::int64_t{static_cast<std::uint8_t>(metadata.orientation)});
  writer.key("position");
  if (metadata.position) {
    writer.begin_object().member("latitude", metadata.position->latitude);
    writer.member("longitude", metadata.position->longitude).member("altitude", metadata.position->altitude);
    writer.end_object();
  } else {
    writer.null();
  }
  writer.key("trap");
  core::write_trap_facts(writer, metadata.trap);
  // As text, so that what the decoder claims to be JSON is never spliced into ours unread.
  writer.member("json", metadata.json).end_object();
}

void write_properties(core::JsonWriter& writer, const ImageProperties& properties) {
  writer.key("dominant_colours").begin_array();
  for (const auto& colour : properties.dominant_colours) {
    writer.begin_array();
    for (const auto channel : colour.rgb) writer.integer(channel);
    writer.number(colour.share).end_array();
  }
  writer.end_array();
  // Hexadecimal text: a JSON number would lose the upper bits in readers that use doubles.
  writer.member("perceptual_hash", fmt::format("{:x}", properties.perceptual_hash));
  writer.member("sharpness", properties.sharpness).member("mean_luma", properties.mean_luma);
  writer.member("luma_deviation", properties.luma_deviation);
  writer.member("dark_share", properties.dark_share).member("bright_share", properties.bright_share);
}

std::string text_of(const json::value& value) { return std::string(value.as_string()); }

std::int64_t whole(const json::value& value, std::int64_t least, std::int64_t most) {
  const auto number = value.to_number<std::int64_t>();
  if (number < least || number > most) implausible("a number is out of range");
  return number;
}

double real(const json::value& value, double least, double most) {
  const auto number = value.to_number<double>();
  if (!(number >= least && number <= most)) implausible("a number is out of range");
  return number;
}

std::optional<double> optional_real(const json::value& value, double least, double most) {
  if (value.is_null()) return std::nullopt;
  return real(value, least, most);
}

core::Size size_of(const json::value& value) {
  constexpr std::int64_t most = INT32_MAX;
  const auto& pair = value.as_array();
  return {static_cast<std::int32_t>(whole(pair.at(0), 1, most)), static_cast<std::int32_t>(whole(pair.at(1), 1, most))};
}

std::optional<core::GeoPosition> position_of(const json::value& value) {
  if (value.is_null()) return std::nullopt;
  const auto& object = value.as_object();
  return core::GeoPosition{.latitude = real(object.at("latitude"), -90, 90),
                           .longitude = real(object.at("longitude"), -180, 180),
                           .altitude = optional_real(object.at("altitude"), -1e8, 1e8)};
}

template <typename Parse>
auto named(const json::value& value, Parse parse) -> decltype(parse(std::string_view{})) {
  if (value.is_null()) return std::nullopt;
  auto known = parse(value.as_string());
  if (!known) implausible("a name is none of those it may be");
  return known;
}

std::optional<core::TrapSequence> sequence_of(const json::object& object) {
  const auto& [position, count, event] = std::tie(object.at("position"), object.at("count"), object.at("event"));
  if (position.is_null() && count.is_null() && event.is_null()) return std::nullopt;
  constexpr std::int64_t most = core::most_of_sequence;
  core::TrapSequence sequence{.position = static_cast<std::int32_t>(whole(position, 1, most)),
                              .count = static_cast<std::int32_t>(whole(count, 1, most))};
  if (!event.is_null()) sequence.event = whole(event, 0, core::last_trap_event);
  return sequence;
}

std::string optional_text(const json::value& value) { return value.is_null() ? std::string() : text_of(value); }

core::TrapFacts trap_of(const json::object& object) {
  core::TrapFacts facts;
  facts.temperature = optional_real(object.at("temperature"), core::coldest, core::hottest);
  facts.humidity = optional_real(object.at("humidity"), 0, 100);
  facts.pressure = optional_real(object.at("pressure"), core::lowest_pressure, core::highest_pressure);
  facts.moon_phase = named(object.at("moon_phase"), core::moon_phase_from_name);
  facts.trigger = named(object.at("trigger"), core::trap_trigger_from_name);
  facts.sequence = sequence_of(object);
  facts.battery_volts = optional_real(object.at("battery_volts"), 0, core::most_volts);
  if (const auto& lit = object.at("lit"); !lit.is_null()) facts.is_lit = lit.as_bool();
  facts.serial = optional_text(object.at("serial"));
  facts.label = optional_text(object.at("label"));
  if (core::plausible(facts) != facts) implausible("what a camera trap noted cannot be");
  return facts;
}

// The metadata document is stored and sent to clients as it is, so it must be one JSON object.
std::string checked_json(const json::value& value) {
  auto text = text_of(value);
  if (!json::parse(text).is_object()) implausible("metadata is no object");
  return text;
}

core::CaptureMetadata metadata_of(const json::object& object) {
  core::CaptureMetadata metadata;
  constexpr std::int64_t most_micros = 253'402'300'799'999'999;  // the end of the year 9999
  if (const auto& taken = object.at("taken_at"); !taken.is_null()) {
    // From the start of the year 1: what our texts of times have room for.
    metadata.taken_at = core::from_micros(whole(taken, -62'135'596'800'000'000, most_micros));
  }
  metadata.taken_local = text_of(object.at("taken_local"));
  if (const auto& offset = object.at("taken_offset_minutes"); !offset.is_null()) {
    metadata.taken_offset_minutes = static_cast<std::int32_t>(whole(offset, -1440, 1440));
  }
  metadata.taken_source = static_cast<core::TakenSource>(
      whole(object.at("taken_source"), 0, static_cast<std::int64_t>(core::TakenSource::person)));
  metadata.camera_make = text_of(object.at("make"));
  metadata.camera_model = text_of(object.at("model"));
  metadata.lens = text_of(object.at("lens"));
  metadata.exposure_seconds = optional_real(object.at("exposure_seconds"), 0, 1e9);
  metadata.f_number = optional_real(object.at("f_number"), 0, 1e6);
  if (const auto& iso = object.at("iso"); !iso.is_null()) {
    metadata.iso = static_cast<std::int32_t>(whole(iso, 0, INT32_MAX));
  }
  metadata.focal_length_mm = optional_real(object.at("focal_length_mm"), 0, 1e9);
  metadata.orientation = static_cast<core::Orientation>(whole(object.at("orientation"), 1, 8));
  metadata.position = position_of(object.at("position"));
  metadata.trap = trap_of(object.at("trap").as_object());
  metadata.json = checked_json(object.at("json"));
  return metadata;
}

std::optional<core::Error> error_of(const json::object& head) {
  const auto* found = head.if_contains("error");
  if (found == nullptr) return std::nullopt;
  const auto& object = found->as_object();
  constexpr auto last = static_cast<std::int64_t>(core::ErrorCode::internal);
  return core::Error{.code = static_cast<core::ErrorCode>(whole(object.at("code"), 0, last)),
                     .message = text_of(object.at("message")),
                     .field = text_of(object.at("field")),
                     .cause = text_of(object.at("cause"))};
}

DerivedImages derived_of(const json::object& head, Answer& answer) {
  DerivedImages images;
  images.media_type =
      static_cast<core::MediaType>(whole(head.at("media_type"), 0, static_cast<std::int64_t>(core::MediaType::gif)));
  images.size = size_of(head.at("size"));
  images.display_size = size_of(head.at("display_size"));
  images.thumbnail_size = size_of(head.at("thumbnail_size"));
  images.thumbhash = text_of(head.at("thumbhash"));
  images.is_damaged = head.at("is_damaged").as_bool();
  images.damage = text_of(head.at("damage"));
  images.metadata = metadata_of(head.at("metadata").as_object());
  images.display_jpeg = std::move(answer.display_jpeg);
  images.thumbnail_jpeg = std::move(answer.thumbnail_jpeg);
  return images;
}

DominantColour colour_of(const json::value& value) {
  const auto& parts = value.as_array();
  DominantColour colour;
  for (std::size_t i = 0; i < colour.rgb.size(); ++i) {
    colour.rgb[i] = static_cast<std::uint8_t>(whole(parts.at(i), 0, 255));
  }
  colour.share = real(parts.at(3), 0, 1);
  return colour;
}

ImageProperties properties_of(const json::object& head) {
  ImageProperties properties;
  for (const auto& colour : head.at("dominant_colours").as_array()) {
    properties.dominant_colours.push_back(colour_of(colour));
  }
  if (properties.dominant_colours.size() > 5) implausible("too many colours");
  const auto digits = text_of(head.at("perceptual_hash"));
  const auto* last = digits.data() + digits.size();
  const auto [end, failure] = std::from_chars(digits.data(), last, properties.perceptual_hash, 16);
  if (failure != std::errc{} || end != last) implausible("a perceptual hash is no number");
  properties.sharpness = real(head.at("sharpness"), 0, 1e9);
  properties.mean_luma = real(head.at("mean_luma"), 0, 255);
  properties.luma_deviation = real(head.at("luma_deviation"), 0, 255);
  properties.dark_share = real(head.at("dark_share"), 0, 1);
  properties.bright_share = real(head.at("bright_share"), 0, 1);
  return properties;
}

// Whoever reads pixels trusts the raster's size, so that it is held against the bytes and against what was asked for.
InspectionImage inspected_of(const json::object& head, const std::string& pixels, const RasterPlan& plan) {
  InspectionImage image;
  image.size = size_of(head.at("size"));
  image.raster.size = size_of(head.at("raster_size"));
  if (image.raster.size != core::fit_inside(image.size, {plan.max_side, plan.max_side}))
    implausible("a raster is not of the size that was asked for");
  // Before the product: sides are up to 2³¹ each when no sound plan was asked for.
  if (image.raster.size.pixels() > max_picture_bytes / 3) implausible("a raster is too large");
  if (std::cmp_not_equal(pixels.size(), 3 * image.raster.size.pixels())) implausible("a raster has not all its bytes");
  image.is_damaged = head.at("is_damaged").as_bool();
  image.damage = text_of(head.at("damage"));
  if (image.is_damaged && !plan.allow_damaged) implausible("damage was not allowed");
  image.properties = properties_of(head.at("properties").as_object());
  image.trap = trap_of(head.at("trap").as_object());
  const auto* first = reinterpret_cast<const std::uint8_t*>(pixels.data());
  image.raster.rgb.assign(first, first + pixels.size());
  return image;
}

// Parses the head and hands it to `read`, unless it carries an error.
template <typename T, typename Read>
core::Result<T> decode_head(const std::string& head, Read read) {
  try {
    const auto parsed = json::parse(head);
    if (auto error = error_of(parsed.as_object())) return core::fail(std::move(*error));
    return read(parsed.as_object());
  } catch (const std::exception& error) {
    return core::fail(core::internal_error("the decoder's answer cannot be understood", error.what()));
  }
}

}  // namespace

std::uint32_t most_picture_bytes(const Request& request) {
  return request.operation == Operation::develop ? most_developed_bytes(request.limits) : max_picture_bytes;
}

bool is_plausible(const AnswerFrame& frame, std::uint32_t most) {
  return frame.magic == magic && frame.head_bytes <= max_head_bytes && frame.display_bytes <= most &&
         frame.thumbnail_bytes <= most;
}

Answer encode(const core::Result<DerivedImages>& outcome) {
  Answer answer;
  core::JsonWriter writer(answer.head);
  writer.begin_object();
  if (outcome) {
    writer.member("media_type", std::int64_t{static_cast<std::uint8_t>(outcome->media_type)});
    write_size(writer, "size", outcome->size);
    write_size(writer, "display_size", outcome->display_size);
    write_size(writer, "thumbnail_size", outcome->thumbnail_size);
    writer.member("thumbhash", outcome->thumbhash);
    writer.member("is_damaged", outcome->is_damaged).member("damage", outcome->damage);
    write_metadata(writer, outcome->metadata);
    answer.display_jpeg = outcome->display_jpeg;
    answer.thumbnail_jpeg = outcome->thumbnail_jpeg;
  } else {
    write_error(writer, outcome.error());
  }
  writer.end_object();
  return answer;
}

Answer encode(const core::Result<ImageProperties>& outcome) {
  Answer answer;
  core::JsonWriter writer(answer.head);
  writer.begin_object();
  if (outcome) {
    write_properties(writer, *outcome);
  } else {
    write_error(writer, outcome.error());
  }
  writer.end_object();
  return answer;
}

Answer encode(const core::Result<InspectionImage>& outcome) {
  Answer answer;
  core::JsonWriter writer(answer.head);
  writer.begin_object();
  if (outcome) {
    write_size(writer, "size", outcome->size);
    write_size(writer, "raster_size", outcome->raster.size);
    writer.member("is_damaged", outcome->is_damaged).member("damage", outcome->damage);
    writer.key("properties").begin_object();
    write_properties(writer, outcome->properties);
    writer.end_object().key("trap");
    core::write_trap_facts(writer, outcome->trap);
    const auto& rgb = outcome->raster.rgb;
    answer.display_jpeg.assign(reinterpret_cast<const char*>(rgb.data()), rgb.size());
  } else {
    write_error(writer, outcome.error());
  }
  writer.end_object();
  return answer;
}

Answer encode(core::Result<std::string> outcome) {
  if (!outcome) return encode(core::Result<void>(core::fail(std::move(outcome).error())));
  return {.head = "{}", .display_jpeg = std::move(*outcome)};
}

Answer encode(core::Size size_of_tiled) {
  Answer answer;
  core::JsonWriter writer(answer.head);
  writer.begin_object();
  write_size(writer, "size", size_of_tiled);
  writer.end_object();
  return answer;
}

Answer encode(const core::Result<void>& outcome) {
  Answer answer;
  core::JsonWriter writer(answer.head);
  writer.begin_object();
  if (!outcome) write_error(writer, outcome.error());
  writer.end_object();
  return answer;
}

core::Result<DerivedImages> decode_derived(Answer answer) {
  return decode_head<DerivedImages>(answer.head, [&](const json::object& head) { return derived_of(head, answer); });
}

core::Result<ImageProperties> decode_properties(const Answer& answer) {
  return decode_head<ImageProperties>(answer.head, [](const json::object& head) { return properties_of(head); });
}

core::Result<InspectionImage> decode_inspected(const Answer& answer, const RasterPlan& plan) {
  return decode_head<InspectionImage>(
      answer.head, [&](const json::object& head) { return inspected_of(head, answer.display_jpeg, plan); });
}

core::Result<core::Size> decode_tiled_size(const Answer& answer) {
  return decode_head<core::Size>(answer.head, [](const json::object& head) { return size_of(head.at("size")); });
}

core::Result<std::string> decode_tile(Answer answer) {
  if (!answer.head.empty()) {
    SG_TRY(decode_end(answer));
    return core::fail(core::internal_error("the decoder stopped before its last tile"));
  }
  // Browsers are sent these bytes as image/jpeg.
  if (answer.display_jpeg.size() > max_tile_bytes || !answer.display_jpeg.starts_with("\xff\xd8\xff"))
    return core::fail(core::internal_error("the decoder sent a tile that is none"));
  return std::move(answer.display_jpeg);
}

core::Result<void> decode_end(const Answer& answer) {
  SG_TRY(decode_head<bool>(answer.head, [](const json::object&) { return true; }));
  return {};
}

core::Result<std::string> decode_developed(Answer answer, const DevelopPlan& plan, const Limits& limits) {
  SG_TRY(decode_end(answer));
  return checked_file(std::move(answer.display_jpeg), plan, limits);
}

}  // namespace sightglass::imaging::wire
