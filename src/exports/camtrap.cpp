#include "exports/camtrap.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <unordered_set>

#include "core/json_writer.hpp"
#include "exports/camtrap_tables.hpp"

namespace sightglass::exports {
namespace {

using core::JsonWriter;

constexpr std::string_view published = "https://raw.githubusercontent.com/tdwg/camtrap-dp/1.0/";

std::string day_of(core::Instant at) { return core::to_iso8601(at).substr(0, std::string_view("2026-11-21").size()); }

void write_resource(JsonWriter& json, std::string_view name) {
  const std::string text(name);
  json.begin_object().member("name", text).member("path", text + ".csv").member("profile", "tabular-data-resource");
  json.member("format", "csv").member("mediatype", "text/csv").member("encoding", "utf-8");
  json.member("schema", std::string(published) + text + "-table-schema.json").end_object();
}

void write_study(JsonWriter& json, const Study& study, const CamtrapTables& tables) {
  json.key("project").begin_object().member("title", study.title).member("samplingDesign", study.sampling_design);
  json.key("captureMethod").begin_array();
  for (const auto& method : tables.capture_methods()) json.string(method);
  json.end_array();
  json.member("individualAnimals", false).key("observationLevel").begin_array().string("media").end_array();
  json.end_object();
}

void write_coverage(JsonWriter& json, const CamtrapTables& tables) {
  auto first = core::Instant::max();
  auto last = core::Instant::min();
  json.key("spatial").begin_object().member("type", "MultiPoint").key("coordinates").begin_array();
  for (const auto& [id, deployment] : tables.deployments()) {
    json.begin_array().number(deployment.position.longitude).number(deployment.position.latitude).end_array();
    first = std::min(first, deployment.first);
    last = std::max(last, deployment.last);
  }
  json.end_array().end_object().key("temporal").begin_object();
  json.member("start", day_of(first)).member("end", day_of(last)).end_object();
}

void write_taxa(JsonWriter& json, const CamtrapTables& tables) {
  json.key("taxonomic").begin_array();
  for (const auto& [name, taxon] : tables.taxa()) {
    json.begin_object().member("scientificName", name);
    if (!taxon.rank.empty()) json.member("taxonRank", taxon.rank);
    if (!taxon.vernacular_name.empty())
      json.key("vernacularNames").begin_object().member("eng", taxon.vernacular_name).end_object();
    json.end_object();
  }
  json.end_array();
}

std::string description_of(const Options& options, const CamtrapTables& tables) {
  std::string text;
  JsonWriter json(text);
  json.begin_object().key("resources").begin_array();
  for (const std::string_view name : {"deployments", "media", "observations"}) write_resource(json, name);
  json.end_array().member("profile", std::string(published) + "camtrap-dp-profile.json");
  auto name = "sightglass-" + core::to_compact(options.now);
  std::ranges::replace(name, '_', '-');
  json.member("name", name).member("created", core::to_iso8601(options.now));
  json.key("contributors").begin_array().begin_object().member("title", options.author).member("role", "contact");
  json.end_object().end_array().key("sources").begin_array().begin_object().member("title", "Sightglass");
  json.end_object().end_array();
  write_study(json, options.study, tables);
  write_coverage(json, tables);
  write_taxa(json, tables);
  json.end_object();
  return text + "\n";
}

class CamtrapContents final : public PackageContents {
 public:
  explicit CamtrapContents(const Options& options) : options_(options), tables_(options) {}

  core::Result<void> read(PhotoWalk walk) {
    for (;;) {
      SG_ASSIGN(const auto* photo, walk.next());
      if (photo == nullptr) break;
      if (tables_.add(*photo))
        media_.insert(photo->photo.id);
      else
        placeless_ += picture_name(photo->photo) + ", " + photo->photo.original_filename + "\r\n";
    }
    if (!media_.empty()) return {};
    return core::fail(core::invalid_input(
        "format", "there is no photo of a camera with a place: give photos a location, or take them with GPS"));
  }

  std::string_view pictures_folder() const override { return camtrap_media_folder; }
  core::Result<void> begin(Package& package) override {
    SG_TRY(package.add("datapackage.json", description_of(options_, tables_)));
    SG_TRY(package.add("deployments.csv", tables_.deployments_csv()));
    SG_TRY(package.add("media.csv", tables_.media_csv()));
    SG_TRY(package.add("observations.csv", tables_.observations_csv()));
    if (placeless_.empty()) return {};
    return package.add(
        "without_place.txt",
        "These photos have neither a location nor a position, and are in none of the tables.\r\n\r\n" + placeless_);
  }
  core::Result<bool> add(const AnnotatedPhoto& photo, Package&) override { return media_.contains(photo.photo.id); }

 private:
  const Options& options_;
  CamtrapTables tables_;
  std::unordered_set<core::PhotoId> media_{};
  std::string placeless_{};
};

}  // namespace

core::Result<std::unique_ptr<PackageContents>> make_camtrap_contents(database::Database& database,
                                                                     const Options& options) {
  auto contents = std::make_unique<CamtrapContents>(options);
  SG_TRY(contents->read(PhotoWalk(database, options)));
  return contents;
}

}  // namespace sightglass::exports
