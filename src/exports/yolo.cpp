#include "exports/yolo.hpp"

#include <fmt/format.h>

#include "core/json_writer.hpp"
#include "exports/categories.hpp"
#include "exports/csv_line.hpp"

namespace sightglass::exports {
namespace {

class YoloContents final : public PackageContents {
 public:
  YoloContents(const Options& options, const std::vector<database::annotations::Class>& classes)
      : options_(options), categories_(classes) {
    CsvLine(pictures_).text("file").text("address").text("width").text("height").text("original_name").end();
  }
  std::string_view pictures_folder() const override { return "images/"; }

  // A picture on which there is nothing has an empty file: that is how trainers are told of backgrounds.
  core::Result<bool> add(const AnnotatedPhoto& one, Package& package) override {
    std::string lines;
    for (const auto& finding : one.findings)
      if (!is_background(finding)) add_line(one, finding, lines);
    SG_TRY(package.add("labels/" + one.photo.id.to_string() + ".txt", lines));
    CsvLine line(pictures_);
    line.text("images/" + picture_name(one.photo)).text(picture_address(options_, one.photo));
    line.integer(one.upright.width).integer(one.upright.height).peoples_text(one.photo.original_filename).end();
    return true;
  }

  core::Result<void> finish(Package& package) override {
    SG_TRY(package.add("pictures.csv", pictures_));
    return package.add("data.yaml", description());
  }

 private:
  void add_line(const AnnotatedPhoto& one, const core::Finding& finding, std::string& lines) {
    if (one.upright.width <= 0 || one.upright.height <= 0) return;
    const auto box = core::scaled(place_of(finding, one.upright), 1.0 / one.upright.width, 1.0 / one.upright.height);
    fmt::format_to(std::back_inserter(lines), "{} {:.6f} {:.6f} {:.6f} {:.6f}\n", categories_.index_of(finding),
                   box.x + box.width / 2, box.y + box.height / 2, box.width, box.height);
  }

  // Strings of JSON are strings of YAML 1.2.
  std::string description() const {
    std::string text =
        "# Findings exported from Sightglass. Nothing is set apart for validation here: split the pictures before "
        "training.\npath: .\ntrain: images\nval: images\nnames:\n";
    if (categories_.all().empty()) text.insert(text.size() - 1, " {}");
    std::int64_t index = 0;
    for (const auto& category : categories_.all())
      fmt::format_to(std::back_inserter(text), "  {}: {}\n", index++, core::json_quoted(category.name));
    return text;
  }

  const Options& options_;
  Categories categories_;
  std::string pictures_{};
};

}  // namespace

std::unique_ptr<PackageContents> make_yolo_contents(const Options& options,
                                                    const std::vector<database::annotations::Class>& classes) {
  return std::make_unique<YoloContents>(options, classes);
}

}  // namespace sightglass::exports
