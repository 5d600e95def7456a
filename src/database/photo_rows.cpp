#include "database/photo_rows.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <optional>

#include "database/string_list.hpp"

namespace sightglass::database::photos {
namespace {

constexpr std::array columns{"id",
                             "kind",
                             "source",
                             "filename",
                             "original_filename",
                             "description",
                             "tags",
                             "job_id",
                             "asset_id",
                             "location_id",
                             "uploaded_by",
                             "uploaded_at",
                             "taken_at",
                             "taken_source",
                             "taken_local",
                             "taken_offset_minutes",
                             "file_taken_at",
                             "camera_make",
                             "camera_model",
                             "lens",
                             "exposure_seconds",
                             "f_number",
                             "iso",
                             "focal_length_mm",
                             "orientation",
                             "latitude",
                             "longitude",
                             "altitude",
                             "media_type",
                             "width",
                             "height",
                             "display_width",
                             "display_height",
                             "file_bytes",
                             "display_bytes",
                             "thumbnail_bytes",
                             "sha256",
                             "original_key",
                             "display_key",
                             "thumbnail_key",
                             "thumbhash",
                             "duplicate_of",
                             "is_damaged",
                             "damage",
                             "status",
                             "task_id",
                             "verdict",
                             "error",
                             "rotation",
                             "trashed_at",
                             "air_temperature",
                             "air_humidity",
                             "air_pressure",
                             "moon_phase",
                             "trap_trigger",
                             "trap_event",
                             "trap_position",
                             "trap_count",
                             "battery_volts",
                             "is_lit",
                             "camera_serial",
                             "camera_label"};

// Reads columns from left to right, so that no position is counted by hand.
class Columns {
 public:
  explicit Columns(const Row& row) : row_(row) {}
  std::string_view text() { return row_.text(next_++); }
  std::string string() { return row_.string(next_++); }
  std::int64_t integer() { return row_.integer(next_++); }
  std::int32_t small() { return static_cast<std::int32_t>(integer()); }
  std::optional<std::int32_t> optional_small() {
    const auto number = row_.optional_integer(next_++);
    if (!number) return std::nullopt;
    return static_cast<std::int32_t>(*number);
  }
  std::optional<double> optional_real() { return row_.optional_real(next_++); }
  std::optional<std::int64_t> optional_integer() { return row_.optional_integer(next_++); }
  // A word of our own, or none.
  template <typename Parse>
  auto optional_name(Parse parse) -> decltype(parse(std::string_view{})) {
    const int column = next_++;
    if (row_.is_null(column)) return std::nullopt;
    return parse(row_.text(column));
  }
  core::Instant instant() { return row_.instant(next_++); }
  std::optional<core::Instant> optional_instant() { return row_.optional_instant(next_++); }
  core::Sha256 sha256() { return row_.sha256(next_++); }
  template <typename Id>
  Id id() {
    return row_.id<Id>(next_++);
  }
  template <typename Id>
  std::optional<Id> optional_id() {
    return row_.optional_id<Id>(next_++);
  }

 private:
  const Row& row_;
  int next_ = 0;
};

void read_identity(Columns& from, core::Photo& photo) {
  photo.id = from.id<core::PhotoId>();
  photo.kind = from.text() == "job" ? core::PhotoKind::job : core::PhotoKind::field;
  photo.source = core::photo_source_from_name(from.text()).value_or(core::PhotoSource::upload);
  photo.filename = from.string();
  photo.original_filename = from.string();
  photo.description = from.string();
  photo.tags = split_list(from.text());
  photo.job_id = from.optional_id<core::JobId>();
  photo.asset_id = from.optional_id<core::AssetId>();
  photo.location_id = from.optional_id<core::LocationId>();
  photo.uploaded_by = from.optional_id<core::UserId>();
  photo.uploaded_at = from.instant();
  photo.taken_at = from.instant();
}

std::optional<core::GeoPosition> read_position(Columns& from) {
  const auto latitude = from.optional_real();
  const auto longitude = from.optional_real();
  const auto altitude = from.optional_real();
  if (!latitude || !longitude) return std::nullopt;
  return core::GeoPosition{*latitude, *longitude, altitude};
}

std::optional<core::TrapSequence> read_sequence(Columns& from) {
  const auto event = from.optional_integer();
  const auto position = from.optional_small();
  const auto count = from.optional_small();
  if (!position || !count) return std::nullopt;
  return core::TrapSequence{.position = *position, .count = *count, .event = event};
}

core::TrapFacts read_trap_facts(Columns& from) {
  core::TrapFacts facts;
  facts.temperature = from.optional_real();
  facts.humidity = from.optional_real();
  facts.pressure = from.optional_real();
  facts.moon_phase = from.optional_name(core::moon_phase_from_name);
  facts.trigger = from.optional_name(core::trap_trigger_from_name);
  facts.sequence = read_sequence(from);
  facts.battery_volts = from.optional_real();
  if (const auto is_lit = from.optional_integer()) facts.is_lit = *is_lit != 0;
  facts.serial = from.string();
  facts.label = from.string();
  return facts;
}

void read_capture(Columns& from, core::CaptureMetadata& metadata) {
  metadata.taken_source = core::taken_source_from_name(from.text()).value_or(core::TakenSource::upload);
  metadata.taken_local = from.string();
  metadata.taken_offset_minutes = from.optional_small();
  metadata.taken_at = from.optional_instant();
  metadata.camera_make = from.string();
  metadata.camera_model = from.string();
  metadata.lens = from.string();
  metadata.exposure_seconds = from.optional_real();
  metadata.f_number = from.optional_real();
  metadata.iso = from.optional_small();
  metadata.focal_length_mm = from.optional_real();
  metadata.orientation = static_cast<core::Orientation>(from.small());
  metadata.position = read_position(from);
}

core::Size read_size(Columns& from) {
  const std::int32_t width = from.small();
  return {width, from.small()};
}

void read_files(Columns& from, core::Photo& photo) {
  photo.media_type = core::media_type_from_mime(from.text()).value_or(core::MediaType::jpeg);
  photo.size = read_size(from);
  photo.display_size = read_size(from);
  photo.file_bytes = from.integer();
  photo.display_bytes = from.integer();
  photo.thumbnail_bytes = from.integer();
  photo.sha256 = from.sha256();
  photo.files.original = from.string();
  photo.files.display = from.string();
  photo.files.thumbnail = from.string();
  photo.thumbhash = from.string();
}

void read_state(Columns& from, core::Photo& photo) {
  photo.duplicate_of = from.optional_id<core::PhotoId>();
  photo.is_damaged = from.integer() != 0;
  photo.damage = from.string();
  photo.status = core::processing_status_from_name(from.text()).value_or(core::ProcessingStatus::failed);
  photo.task_id = from.optional_id<core::TaskId>();
  photo.verdict = from.string();
  photo.error = from.string();
  photo.rotation = from.small();
  photo.trashed_at = from.optional_instant();
}

template <typename Enum>
Value name_value(const std::optional<Enum>& value) {
  if (!value) return {};
  return core::name_of(*value);
}

Value position_value(const core::Photo& photo, double core::GeoPosition::* coordinate) {
  if (!photo.metadata.position) return {};
  return (*photo.metadata.position).*coordinate;
}

}  // namespace

std::string columns_of_photos(bool is_aliased) {
  std::string list;
  for (const char* column : columns) {
    if (!list.empty()) list += ", ";
    if (is_aliased) list += "p.";
    list += column;
  }
  return list;
}

Session::Parameters values_of(const core::Photo& photo) {
  const core::CaptureMetadata& metadata = photo.metadata;
  Session::Parameters values{photo.id,
                             photo.kind == core::PhotoKind::job ? "job" : "field",
                             core::name_of(photo.source),
                             photo.filename,
                             photo.original_filename,
                             photo.description,
                             join_list(photo.tags),
                             photo.job_id,
                             photo.asset_id,
                             photo.location_id,
                             photo.uploaded_by,
                             photo.uploaded_at,
                             photo.taken_at,
                             core::name_of(metadata.taken_source),
                             metadata.taken_local,
                             metadata.taken_offset_minutes,
                             metadata.taken_at,
                             metadata.camera_make,
                             metadata.camera_model,
                             metadata.lens,
                             metadata.exposure_seconds,
                             metadata.f_number,
                             metadata.iso,
                             metadata.focal_length_mm,
                             static_cast<std::int32_t>(metadata.orientation),
                             position_value(photo, &core::GeoPosition::latitude),
                             position_value(photo, &core::GeoPosition::longitude),
                             metadata.position ? Value(metadata.position->altitude) : Value(),
                             core::mime_of(photo.media_type),
                             photo.size.width,
                             photo.size.height,
                             photo.display_size.width,
                             photo.display_size.height,
                             photo.file_bytes,
                             photo.display_bytes,
                             photo.thumbnail_bytes,
                             photo.sha256,
                             photo.files.original,
                             photo.files.display,
                             photo.files.thumbnail,
                             photo.thumbhash,
                             photo.duplicate_of,
                             photo.is_damaged,
                             photo.damage,
                             core::name_of(photo.status),
                             photo.task_id,
                             photo.verdict,
                             photo.error,
                             photo.rotation,
                             photo.trashed_at};
  auto noted = noted_values_of(metadata.trap);
  std::ranges::move(noted, std::back_inserter(values));
  return values;
}

Session::Parameters noted_values_of(const core::TrapFacts& facts) {
  const auto& sequence = facts.sequence;
  return {facts.temperature,
          facts.humidity,
          facts.pressure,
          name_value(facts.moon_phase),
          name_value(facts.trigger),
          sequence ? Value(sequence->event) : Value(),
          sequence ? Value(sequence->position) : Value(),
          sequence ? Value(sequence->count) : Value(),
          facts.battery_volts,
          facts.is_lit,
          facts.serial,
          facts.label};
}

core::Photo read_photo(const Row& row) {
  Columns from(row);
  core::Photo photo;
  read_identity(from, photo);
  read_capture(from, photo.metadata);
  read_files(from, photo);
  read_state(from, photo);
  photo.metadata.trap = read_trap_facts(from);
  return photo;
}

}  // namespace sightglass::database::photos
