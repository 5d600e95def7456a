#include "exports/annotation_export.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "exports/camtrap.hpp"
#include "exports/coco.hpp"
#include "exports/csv_export.hpp"
#include "exports/yolo.hpp"

namespace sightglass::exports {
namespace {

constexpr std::array<std::pair<Format, std::string_view>, 4> names{
    {{Format::coco, "coco"}, {Format::yolo, "yolo"}, {Format::csv, "csv"}, {Format::camtrap_dp, "camtrap-dp"}}};
// A document is held in memory while it is written: some hundred megabytes of so many.
constexpr std::int64_t most_photos = 100'000;

bool is_package(const Options& options) {
  return options.format == Format::yolo || options.format == Format::camtrap_dp || options.open_picture;
}

// An export and the options it reads, which must stay where they are.
class OwningExport final : public Export {
 public:
  explicit OwningExport(Options options) : options_(std::move(options)) {}
  core::Result<void> begin(database::Database& database);
  core::Result<void> next(std::string& piece) override { return export_->next(piece); }

 private:
  core::Result<void> begin_packed(database::Database& database, std::unique_ptr<PackageContents> contents) {
    SG_ASSIGN(export_, make_package(database, options_, std::move(contents)));
    return {};
  }
  core::Result<void> begin_camtrap(database::Database& database);
  core::Result<void> check_number(database::Database& database) const;

  Options options_;
  std::unique_ptr<Export> export_{};
};

core::Result<void> OwningExport::check_number(database::Database& database) const {
  SG_ASSIGN(const auto count, database.read([&](database::Session& session) {
    return database::annotations::count(session, options_.filter, options_.visibility, most_photos + 1);
  }));
  if (count <= most_photos) return {};
  return core::fail(
      core::invalid_input("format", fmt::format("more than {} photos match; choose fewer, or take csv", most_photos)));
}

core::Result<void> OwningExport::begin_camtrap(database::Database& database) {
  auto& filter = options_.filter;
  if (filter.kind.value_or(core::FindingKind::spotting) != core::FindingKind::spotting)
    return core::fail(core::invalid_input("kind", "Camtrap DP has words for spottings alone"));
  if (std::ranges::find(filter.states, core::FindingState::rejected) != filter.states.end())
    return core::fail(core::invalid_input("state", "what was rejected is no observation of Camtrap DP"));
  filter.kind = core::FindingKind::spotting;
  filter.has_field_photos = !filter.class_name && filter.states.empty();
  SG_ASSIGN(auto contents, make_camtrap_contents(database, options_));
  return begin_packed(database, std::move(contents));
}

core::Result<void> OwningExport::begin(database::Database& database) {
  if (options_.format == Format::csv) options_.open_picture = {};
  if (options_.format != Format::csv) SG_TRY(check_number(database));
  if (options_.format == Format::camtrap_dp) return begin_camtrap(database);
  if (options_.format == Format::csv) {
    export_ = make_csv_export(database, options_);
    return {};
  }
  SG_ASSIGN(const auto classes, database.read([&](database::Session& session) {
    return database::annotations::classes(session, options_.filter, options_.visibility);
  }));
  if (options_.format == Format::yolo) return begin_packed(database, make_yolo_contents(options_, classes));
  if (options_.open_picture) return begin_packed(database, make_coco_contents(options_, classes));
  export_ = make_coco_export(database, options_, classes);
  return {};
}

}  // namespace

std::string_view name_of(Format format) {
  return std::ranges::find(names, format, &std::pair<Format, std::string_view>::first)->second;
}

std::optional<Format> format_from_name(std::string_view name) {
  const auto* found = std::ranges::find(names, name, &std::pair<Format, std::string_view>::second);
  return found == names.end() ? std::nullopt : std::optional(found->first);
}

core::Result<std::unique_ptr<Export>> make_export(database::Database& database, Options options) {
  auto made = std::make_unique<OwningExport>(std::move(options));
  SG_TRY(made->begin(database));
  return made;
}

std::string_view media_type_of(const Options& options) {
  if (options.format == Format::csv) return "text/csv; charset=utf-8";
  return is_package(options) ? "application/zip" : "application/json";
}

std::string_view ending_of(const Options& options) {
  if (options.format == Format::csv) return "csv";
  return is_package(options) ? "zip" : "json";
}

}  // namespace sightglass::exports
