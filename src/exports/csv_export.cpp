#include "exports/csv_export.hpp"

#include <initializer_list>
#include <string_view>

#include "exports/csv_line.hpp"
#include "exports/photo_walk.hpp"

namespace sightglass::exports {
namespace {

constexpr std::size_t piece_size = 256U << 10;

void write_header(std::string& out) {
  CsvLine line(out);
  for (const std::string_view name : {"id",
                                      "photo_id",
                                      "kind",
                                      "class",
                                      "severity",
                                      "state",
                                      "by_person",
                                      "confidence",
                                      "score",
                                      "threshold",
                                      "x",
                                      "y",
                                      "width",
                                      "height",
                                      "count",
                                      "value",
                                      "value_text",
                                      "unit",
                                      "raw_text",
                                      "reason",
                                      "meter_id",
                                      "burst",
                                      "model",
                                      "version",
                                      "created_at",
                                      "updated_at",
                                      "decided_at",
                                      "decided_by",
                                      "notes",
                                      "photo_file",
                                      "original_name",
                                      "photo_width",
                                      "photo_height",
                                      "taken_at",
                                      "job_id",
                                      "asset_id",
                                      "location_id",
                                      "location",
                                      "latitude",
                                      "longitude",
                                      "temperature",
                                      "moon_phase",
                                      "trigger",
                                      "camera_serial"})
    line.text(name);
  line.end();
}

template <typename Id>
void write_id(CsvLine& line, const std::optional<Id>& id) {
  id ? line.text(id->to_string()) : line.empty();
}

void write_finding(CsvLine& line, const core::Finding& finding) {
  line.text(finding.id.to_string()).text(finding.photo_id.to_string()).text(core::name_of(finding.kind));
  line.peoples_text(finding.class_name).text(core::name_of(finding.severity)).text(core::name_of(finding.state));
  line.boolean(finding.is_by_person).number(finding.confidence).number(finding.score).number(finding.threshold);
  if (const auto& box = finding.box)
    line.number(box->x).number(box->y).number(box->width).number(box->height);
  else
    line.empty().empty().empty().empty();
  if (finding.kind == core::FindingKind::spotting)
    line.integer(finding.count);
  else
    line.empty();
  line.number(finding.value).peoples_text(finding.value_text).peoples_text(finding.unit);
  line.peoples_text(finding.raw_text).peoples_text(finding.reason);
  write_id(line, finding.meter_id);
  line.peoples_text(finding.burst).peoples_text(finding.model).peoples_text(finding.version);
  line.time(finding.created_at).time(finding.updated_at).time(finding.decided_at);
  line.peoples_text(finding.decided_by).peoples_text(finding.notes);
}

void write_photo(CsvLine& line, const AnnotatedPhoto& one) {
  const auto& photo = one.photo;
  line.text(picture_name(photo)).peoples_text(photo.original_filename);
  line.integer(one.upright.width).integer(one.upright.height).time(photo.taken_at);
  write_id(line, photo.job_id);
  write_id(line, photo.asset_id);
  write_id(line, photo.location_id);
  line.peoples_text(one.location ? one.location->name : "");
  // Where it was taken, as the photo says; else its location's place.
  auto position = photo.metadata.position;
  if (!position && one.location) position = one.location->position;
  if (position)
    line.number(position->latitude).number(position->longitude);
  else
    line.empty().empty();
  const auto& trap = photo.metadata.trap;
  line.number(trap.temperature).text(trap.moon_phase ? core::name_of(*trap.moon_phase) : "");
  line.text(trap.trigger ? core::name_of(*trap.trigger) : "").peoples_text(trap.serial);
}

class CsvExport final : public Export {
 public:
  CsvExport(database::Database& database, const Options& options) : walk_(database, options) {}

  core::Result<void> next(std::string& piece) override {
    piece.clear();
    if (!is_begun_) write_header(piece);
    is_begun_ = true;
    while (!is_over_ && piece.size() < piece_size) {
      SG_ASSIGN(const auto* photo, walk_.next());
      is_over_ = photo == nullptr;
      if (is_over_) break;
      for (const auto& finding : photo->findings) {
        CsvLine line(piece);
        write_finding(line, finding);
        write_photo(line, *photo);
        line.end();
      }
    }
    return {};
  }

 private:
  PhotoWalk walk_;
  bool is_begun_ = false;
  bool is_over_ = false;
};

}  // namespace

std::unique_ptr<Export> make_csv_export(database::Database& database, const Options& options) {
  return std::make_unique<CsvExport>(database, options);
}

}  // namespace sightglass::exports
