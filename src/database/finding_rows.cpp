#include "database/finding_rows.hpp"

#include <array>
#include <string_view>

namespace sightglass::database::findings {
namespace {

constexpr std::array columns{
    "id",         "photo_id",   "kind",       "state",      "is_by_person", "class",   "severity",   "x",
    "y",          "width",      "height",     "said_class", "said_x",       "said_y",  "said_width", "said_height",
    "confidence", "score",      "threshold",  "model",      "version",      "details", "heat_map",   "value",
    "value_text", "raw_text",   "unit",       "reason",     "meter_id",     "count",   "burst",      "created_at",
    "updated_at", "decided_at", "decided_by", "notes",      "revision"};
constexpr int first_changing = 5;  // "class"; "state" is written as well
constexpr std::string_view fixed = "created_at";

std::optional<core::Box> read_box(const Row& row, int first) {
  if (row.is_null(first)) return std::nullopt;
  return core::Box{row.real(first), row.real(first + 1), row.real(first + 2), row.real(first + 3)};
}

void add_box(Session::Parameters& values, const std::optional<core::Box>& box) {
  if (!box) {
    for (int i = 0; i < 4; ++i) values.emplace_back();
    return;
  }
  for (const double number : {box->x, box->y, box->width, box->height}) values.emplace_back(number);
}

const std::string& insert_statement() {
  static const std::string sql = [] {
    std::string names;
    std::string values;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      names += std::string(i == 0 ? "" : ", ") + columns.at(i);
      values += (i == 0 ? "$" : ", $") + std::to_string(i + 1);
    }
    return "INSERT INTO findings (" + names + ") VALUES (" + values + ")";
  }();
  return sql;
}

const std::string& update_statement() {
  static const std::string sql = [] {
    std::string text = "UPDATE findings SET revision = revision + 1, state = $2";
    std::size_t parameter = 3;
    for (std::size_t i = first_changing; i + 1 < columns.size(); ++i)
      if (columns.at(i) != fixed) text += std::string(", ") + columns.at(i) + " = $" + std::to_string(parameter++);
    return text + " WHERE id = $1 AND revision = $" + std::to_string(parameter);
  }();
  return sql;
}

}  // namespace

const std::string& columns_of_findings() {
  static const std::string list = [] {
    std::string text;
    for (const auto* const column : columns) text += (text.empty() ? "f." : ", f.") + std::string(column);
    return text;
  }();
  return list;
}

int count_of_columns() { return static_cast<int>(columns.size()); }

Kept read_kept(const Row& row) {
  return {.finding = read_finding(row), .said_class = row.string(11), .said_box = read_box(row, 12)};
}

core::Finding read_finding(const Row& row) {
  return {.id = row.id<core::FindingId>(0),
          .photo_id = row.id<core::PhotoId>(1),
          .kind = core::finding_kind_from_name(row.text(2)).value_or(core::FindingKind::anomaly),
          .state = core::finding_state_from_name(row.text(3)).value_or(core::FindingState::open),
          .is_by_person = row.boolean(4),
          .class_name = row.string(5),
          .severity = core::severity_from_name(row.text(6)).value_or(core::Severity::none),
          .box = read_box(row, 7),
          .confidence = row.real(16),
          .score = row.optional_real(17),
          .threshold = row.optional_real(18),
          .model = row.string(19),
          .version = row.string(20),
          .details = row.string(21),
          .heat_map = row.string(22),
          .value = row.optional_real(23),
          .value_text = row.string(24),
          .raw_text = row.string(25),
          .unit = row.string(26),
          .reason = row.string(27),
          .meter_id = row.optional_id<core::MeterId>(28),
          .count = static_cast<std::int32_t>(row.integer(29)),
          .burst = row.string(30),
          .created_at = row.instant(31),
          .updated_at = row.instant(32),
          .decided_at = row.optional_instant(33),
          .decided_by = row.string(34),
          .notes = row.string(35),
          .revision = row.integer(36)};
}

Session::Parameters values_of(const Kept& kept) {
  const auto& finding = kept.finding;
  Session::Parameters values{
      finding.id,           finding.photo_id,   core::name_of(finding.kind),    core::name_of(finding.state),
      finding.is_by_person, finding.class_name, core::name_of(finding.severity)};
  add_box(values, finding.box);
  values.emplace_back(kept.said_class);
  add_box(values, kept.said_box);
  const Session::Parameters rest{
      finding.confidence, finding.score, finding.threshold,  finding.model,      finding.version,    finding.details,
      finding.heat_map,   finding.value, finding.value_text, finding.raw_text,   finding.unit,       finding.reason,
      finding.meter_id,   finding.count, finding.burst,      finding.created_at, finding.updated_at, finding.decided_at,
      finding.decided_by, finding.notes, finding.revision};
  values.insert(values.end(), rest.begin(), rest.end());
  return values;
}

core::Result<void> insert_kept(Session& session, const Kept& kept) {
  SG_TRY(session.execute(insert_statement(), values_of(kept)));
  return {};
}

core::Result<bool> write_kept(Session& session, const Kept& kept) {
  const auto all = values_of(kept);
  Session::Parameters values{all.at(0), all.at(3)};
  for (std::size_t i = first_changing; i < columns.size(); ++i)
    if (columns.at(i) != fixed) values.push_back(all.at(i));
  SG_ASSIGN(const auto changed, session.execute(update_statement(), values));
  return changed > 0;
}

}  // namespace sightglass::database::findings
