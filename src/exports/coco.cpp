#include "exports/coco.hpp"

#include <utility>

#include "core/json_writer.hpp"

namespace sightglass::exports {
namespace {

using core::JsonWriter;

constexpr std::size_t piece_size = 256U << 10;
// Numbers of JSON are doubles in many a reader: exact up to 2^53.
constexpr int number_bits = 52;

// The random end of a UUID. Two of a million are the same once in ten thousand exports; then the later one gets the
// next number that is free.
std::int64_t number_of(const core::Uuid& id, std::set<std::int64_t>& taken) {
  std::uint64_t number = 0;
  for (std::size_t i = 8; i < id.bytes.size(); ++i) number = number << 8U | id.bytes[i];
  number &= (std::uint64_t{1} << number_bits) - 1;
  auto free = static_cast<std::int64_t>(number) + 1;  // some readers take 0 for none
  while (!taken.insert(free).second) ++free;
  return free;
}

void write_info(JsonWriter& json, const Options& options) {
  const auto now = core::to_iso8601(options.now);
  json.key("info").begin_object().member("description", "Findings exported from Sightglass").member("version", "1.0");
  json.member("year", static_cast<std::int64_t>(std::stoi(now.substr(0, 4)))).member("contributor", options.author);
  json.member("date_created", now).end_object();
}

void write_attributes(JsonWriter& json, const core::Finding& finding) {
  json.key("attributes").begin_object().member("id", finding.id.to_string());
  json.key("kind").string(core::name_of(finding.kind)).key("state").string(core::name_of(finding.state));
  json.member("by_person", finding.is_by_person).member("whole_photo", !finding.box.has_value());
  if (finding.kind == core::FindingKind::anomaly || finding.kind == core::FindingKind::damage)
    json.key("severity").string(core::name_of(finding.severity));
  if (finding.kind == core::FindingKind::spotting) json.member("count", finding.count);
  if (finding.kind == core::FindingKind::reading)
    json.member("value", finding.value).member("value_text", finding.value_text).member("unit", finding.unit);
  if (!finding.model.empty()) json.member("model", finding.model).member("version", finding.version);
  json.end_object();
}

class CocoExport final : public Export {
 public:
  CocoExport(database::Database& database, const Options& options,
             const std::vector<database::annotations::Class>& classes)
      : walk_(database, options), document_(options, classes, "") {}

  core::Result<void> next(std::string& piece) override {
    piece.clear();
    if (!is_begun_) document_.begin(piece);
    is_begun_ = true;
    while (!is_over_ && piece.size() < piece_size) {
      SG_ASSIGN(const auto* photo, walk_.next());
      is_over_ = photo == nullptr;
      if (is_over_)
        document_.finish(piece);
      else
        document_.add(*photo, piece);
    }
    return {};
  }

 private:
  PhotoWalk walk_;
  CocoDocument document_;
  bool is_begun_ = false;
  bool is_over_ = false;
};

class CocoContents final : public PackageContents {
 public:
  CocoContents(const Options& options, const std::vector<database::annotations::Class>& classes)
      : document_(options, classes, std::string(folder)) {
    document_.begin(text_);
  }
  std::string_view pictures_folder() const override { return folder; }
  core::Result<bool> add(const AnnotatedPhoto& photo, Package&) override {
    document_.add(photo, text_);
    return true;
  }
  core::Result<void> finish(Package& package) override {
    document_.finish(text_);
    return package.add("annotations.json", text_);
  }

 private:
  static constexpr std::string_view folder = "images/";
  CocoDocument document_;
  std::string text_{};  // all of it: a zip tells a file's length before its bytes
};

}  // namespace

CocoDocument::CocoDocument(const Options& options, const std::vector<database::annotations::Class>& classes,
                           std::string folder)
    : options_(options), categories_(classes), folder_(std::move(folder)) {}

void CocoDocument::begin(std::string& out) {
  JsonWriter json(out);
  json.begin_object();
  write_info(json, options_);
  json.key("licenses").begin_array().end_array().key("annotations");
  out += '[';
}

void CocoDocument::add(const AnnotatedPhoto& one, std::string& out) {
  const auto image = number_of(one.photo.id.value, image_numbers_);
  add_image(one, image);
  for (const auto& finding : one.findings)
    if (!is_background(finding)) add_annotation(one, finding, image, out);
}

void CocoDocument::add_image(const AnnotatedPhoto& one, std::int64_t number) {
  if (!images_.empty()) images_ += ',';
  JsonWriter json(images_);
  json.begin_object().member("id", number).member("width", one.upright.width).member("height", one.upright.height);
  json.member("file_name", folder_ + picture_name(one.photo));
  json.member("date_captured", core::to_iso8601(one.photo.taken_at));
  json.member("coco_url", picture_address(options_, one.photo)).member("photo_id", one.photo.id.to_string());
  json.member("original_filename", one.photo.original_filename).end_object();
}

void CocoDocument::add_annotation(const AnnotatedPhoto& one, const core::Finding& finding, std::int64_t image,
                                  std::string& out) {
  const auto box = place_of(finding, one.upright);
  if (!annotation_numbers_.empty()) out += ',';
  JsonWriter json(out);
  json.begin_object().member("id", number_of(finding.id.value, annotation_numbers_)).member("image_id", image);
  json.member("category_id", categories_.index_of(finding) + 1).key("bbox").begin_array();
  json.number(box.x).number(box.y).number(box.width).number(box.height).end_array().member("area", box.area());
  json.key("segmentation").begin_array().end_array().member("iscrowd", std::int64_t{0});
  json.member("score", finding.confidence);
  write_attributes(json, finding);
  json.end_object();
}

void CocoDocument::finish(std::string& out) {
  out += "],\"images\":[";
  out += images_;
  out += "],\"categories\":";
  JsonWriter json(out);
  json.begin_array();
  std::int64_t number = 0;
  for (const auto& category : categories_.all()) {
    json.begin_object().member("id", ++number).member("name", category.name);
    json.key("supercategory").string(core::name_of(category.kind)).end_object();
  }
  json.end_array();
  out += "}\n";
}

std::unique_ptr<Export> make_coco_export(database::Database& database, const Options& options,
                                         const std::vector<database::annotations::Class>& classes) {
  return std::make_unique<CocoExport>(database, options, classes);
}

std::unique_ptr<PackageContents> make_coco_contents(const Options& options,
                                                    const std::vector<database::annotations::Class>& classes) {
  return std::make_unique<CocoContents>(options, classes);
}

}  // namespace sightglass::exports
