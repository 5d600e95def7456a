// Findings in the format of the COCO data set (Lin et al., 2014; cocodataset.org/#format-data), as JSON.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "database/annotations.hpp"
#include "exports/annotation_export.hpp"
#include "exports/categories.hpp"
#include "exports/package.hpp"

namespace sightglass::exports {

// One document, written from its beginning to its end. Images and annotations have numbers that are the same in each
// export: made of their ids, with their ids beside them.
class CocoDocument {
 public:
  // `options` outlives it. `folder` stands before the names of files ("images/"), or is empty.
  CocoDocument(const Options& options, const std::vector<database::annotations::Class>& classes, std::string folder);
  void begin(std::string& out);
  void add(const AnnotatedPhoto& one, std::string& out);
  void finish(std::string& out);

 private:
  void add_image(const AnnotatedPhoto& one, std::int64_t number);
  void add_annotation(const AnnotatedPhoto& one, const core::Finding& finding, std::int64_t image, std::string& out);

  const Options& options_;
  Categories categories_;
  std::string folder_;
  std::string images_{};  // written behind the annotations, which are many more
  std::set<std::int64_t> image_numbers_{}, annotation_numbers_{};
};

// Both: `database` and `options` outlive it.
std::unique_ptr<Export> make_coco_export(database::Database& database, const Options& options,
                                         const std::vector<database::annotations::Class>& classes);
std::unique_ptr<PackageContents> make_coco_contents(const Options& options,
                                                    const std::vector<database::annotations::Class>& classes);

}  // namespace sightglass::exports
