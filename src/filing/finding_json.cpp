#include "filing/finding_json.hpp"

#include "core/json_writer.hpp"
#include "filing/json_fields.hpp"

namespace sightglass::filing {
namespace {

constexpr std::size_t text_bytes = 256 << 10;
constexpr double any = 1e300;
constexpr double largest_place = 1e9;  // pixels

// Flat, and null where the whole photo is meant.
void write_box(core::JsonWriter& json, const std::optional<core::Box>& box) {
  const auto number = [&](double core::Box::* side) {
    return box ? std::optional<double>((*box).*side) : std::nullopt;
  };
  json.member("x", number(&core::Box::x)).member("y", number(&core::Box::y));
  json.member("width", number(&core::Box::width)).member("height", number(&core::Box::height));
}

std::optional<core::Box> read_box(JsonFields& in) {
  const auto x = in.optional_number("x", -largest_place, largest_place);
  const auto y = in.optional_number("y", -largest_place, largest_place);
  const auto width = in.optional_number("width", 0, largest_place);
  const auto height = in.optional_number("height", 0, largest_place);
  if (!x || !y || !width || !height) return std::nullopt;
  return core::Box{*x, *y, *width, *height};
}

std::optional<std::string> time_of(const std::optional<core::Instant>& at) {
  if (!at) return std::nullopt;
  return core::to_iso8601(*at);
}

void write_reading(core::JsonWriter& json, const core::Finding& finding) {
  json.member("value", finding.value).member("value_text", finding.value_text).member("raw_text", finding.raw_text);
  json.member("unit", finding.unit).member("reason", finding.reason).key("meter_id");
  if (finding.meter_id)
    json.string(finding.meter_id->to_string());
  else
    json.null();
}

void read_reading(JsonFields& in, core::Finding& finding) {
  finding.value = in.optional_number("value", -any, any);
  finding.value_text = in.text("value_text", text_bytes);
  finding.raw_text = in.text("raw_text", text_bytes);
  finding.unit = in.text("unit", text_bytes);
  finding.reason = in.text("reason", text_bytes);
  finding.meter_id = in.optional_id<core::MeterId>("meter_id");
}

}  // namespace

std::string to_json(const core::Finding& finding) {
  std::string text;
  core::JsonWriter json(text);
  json.begin_object().member("id", finding.id.to_string()).member("photo_id", finding.photo_id.to_string());
  json.key("kind").string(core::name_of(finding.kind)).key("state").string(core::name_of(finding.state));
  json.member("is_by_person", finding.is_by_person).member("class", finding.class_name);
  json.key("severity").string(core::name_of(finding.severity));
  write_box(json, finding.box);
  json.member("confidence", finding.confidence).member("score", finding.score).member("threshold", finding.threshold);
  json.member("model", finding.model).member("version", finding.version).key("details").raw(finding.details);
  json.member("heat_map", finding.heat_map);
  write_reading(json, finding);
  json.member("count", finding.count).member("burst", finding.burst);
  json.member("created_at", core::to_iso8601(finding.created_at));
  json.member("updated_at", core::to_iso8601(finding.updated_at));
  json.member("decided_at", time_of(finding.decided_at)).member("decided_by", finding.decided_by);
  json.member("notes", finding.notes).member("revision", finding.revision).end_object();
  return text;
}

core::Result<core::Finding> finding_from_json(std::string_view text) {
  SG_ASSIGN(auto in, JsonFields::parse(text));
  core::Finding finding;
  finding.id = in.id<core::FindingId>("id");
  finding.photo_id = in.id<core::PhotoId>("photo_id");
  finding.kind = in.parsed("kind", core::finding_kind_from_name);
  finding.state = in.parsed("state", core::finding_state_from_name);
  finding.is_by_person = in.boolean("is_by_person");
  finding.class_name = in.text("class", text_bytes);
  finding.severity = in.parsed("severity", core::severity_from_name);
  finding.box = read_box(in);
  finding.confidence = in.optional_number("confidence", 0, 1).value_or(0);
  finding.score = in.optional_number("score", -any, any);
  finding.threshold = in.optional_number("threshold", -any, any);
  finding.model = in.text("model", text_bytes);
  finding.version = in.text("version", text_bytes);
  finding.details = in.object_text("details");
  finding.heat_map = in.text("heat_map", text_bytes);
  read_reading(in, finding);
  finding.count = static_cast<std::int32_t>(in.integer("count", 0, 1'000'000));
  finding.burst = in.text("burst", text_bytes);
  finding.created_at = in.instant("created_at");
  finding.updated_at = in.instant("updated_at");
  if (in.optional_text("decided_at", 64)) finding.decided_at = in.instant("decided_at");
  finding.decided_by = in.text("decided_by", text_bytes);
  finding.notes = in.text("notes", text_bytes);
  finding.revision = in.integer("revision", 1, std::int64_t{1} << 62);
  SG_TRY(in.outcome());
  return finding;
}

}  // namespace sightglass::filing
