// Camera traps: whether there is an animal on a picture. Without teaching by the detector's surest animal; taught by a
// head on whole pictures, as `sightglass train` makes one of folders. Where one folder teaches and examines, a fifth of
// each site's pictures is examined by a head of the others, or all of a site by a head of the other sites.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "benchmarks/vision/folder_models.hpp"
#include "benchmarks/vision/measure.hpp"
#include "vision/engine/engine.hpp"
#include "vision/heads/few_shot_head.hpp"
#include "vision/heads/head_input.hpp"

namespace sightglass::bench {

namespace {

using core::Result;

constexpr std::string_view animal = "animal";
constexpr std::string_view empty = "empty";
constexpr std::size_t folds = 5;
// Of a site with fewer of either kind nothing can be told.
constexpr std::int64_t least_of_a_kind = 3;

struct Picture {
  std::string path{}, label{};
  std::string site{};  // a camera, as far as names tell; else the set
  double seen = 0;     // the detector's surest animal
  std::vector<float> values{};
};

// Cameras of one set are told by names such as "vj_ga_hu_1_IMG_0010".
std::string site_of(const std::string& path) {
  const auto cut = path.find("_IMG_");
  return cut == std::string::npos ? path.substr(0, path.find('/')) : path.substr(0, cut);
}

double surest_animal(const vision::BackbonePass& pass, const std::vector<std::string>& animals) {
  double surest = 0;
  for (const auto& found : pass.detections)
    if (std::ranges::find(animals, found.label) != animals.end()) surest = std::max(surest, found.confidence);
  return surest;
}

Result<std::vector<std::string>> animals_of(const Ground& ground) {
  FolderModels models(ground.models);
  SG_ASSIGN(const auto bundle, models.bundle(ground.embedder->model()));
  const auto& groups = bundle.description().species;
  const auto found = groups.find(std::string(animal));
  if (found == groups.end()) return core::fail(core::not_found("The detector names no animals."));
  return found->second;
}

Result<std::vector<Picture>> look(const Ground& ground, const std::filesystem::path& data) {
  constexpr double least_confidence = 0.05;  // of detections: to put pictures in order, not to tell of them
  SG_ASSIGN(const auto table, read_table(data / "camera_traps/labels.csv"));
  SG_ASSIGN(const auto animals, animals_of(ground));
  std::vector<Picture> pictures;
  for (const auto& line : table) {
    const auto& label = line.at("label");
    if (label != animal && label != empty) continue;
    const auto raster = read_picture(data / "camera_traps" / line.at("path"));
    if (!raster) continue;  // one is cut short on purpose
    SG_ASSIGN(const auto pass, ground.embedder->pass(*raster, least_confidence));
    const auto whole = vision::embedding_of(pass, ground.embedder->model());
    SG_ASSIGN(auto values, vision::head_input(vision::HeadInput::embedding, whole.values, nullptr));
    pictures.push_back({.path = line.at("path"),
                        .label = label,
                        .site = site_of(line.at("path")),
                        .seen = surest_animal(pass, animals),
                        .values = std::move(values)});
  }
  return pictures;
}

// What a head of some pictures says of others; empty when it cannot be taught.
Result<std::vector<vision::Scored>> taught_and_examined(const Ground& ground, const std::vector<const Picture*>& teach,
                                                        const std::vector<const Picture*>& examine) {
  std::vector<vision::LabelledEmbedding> examples;
  for (const auto* picture : teach) examples.push_back({picture->values, picture->label, picture->path});
  SG_ASSIGN(const auto trained, vision::train_head(examples, ground.embedder->model(), {}));
  std::vector<vision::Scored> scored;
  for (const auto* picture : examine) {
    SG_ASSIGN(const auto answer, trained.head.judge(picture->values));
    for (const auto& [label, probability] : answer.all)
      if (label == animal) scored.push_back({probability, picture->label == animal});
  }
  return scored;
}

using Sites = std::map<std::string, std::vector<const Picture*>>;

// Those that have both kinds.
Sites sites_of(const std::vector<Picture>& pictures) {
  Sites sites;
  for (const auto& picture : pictures) sites[picture.site].push_back(&picture);
  std::erase_if(sites, [](const auto& site) {
    const auto animals = std::ranges::count(site.second, animal, &Picture::label);
    return animals < least_of_a_kind || std::ssize(site.second) - animals < least_of_a_kind;
  });
  return sites;
}

Result<double> known_site(const Ground& ground, const std::vector<Picture>& pool,
                          const std::vector<const Picture*>& site) {
  std::vector<vision::Scored> scored;
  for (std::size_t fold = 0; fold < folds; ++fold) {
    std::set<const Picture*> examined;
    for (std::size_t i = fold; i < site.size(); i += folds) examined.insert(site[i]);
    std::vector<const Picture*> teach;
    for (const auto& picture : pool)
      if (!examined.contains(&picture)) teach.push_back(&picture);
    SG_ASSIGN(const auto part, taught_and_examined(ground, teach, {examined.begin(), examined.end()}));
    scored.insert(scored.end(), part.begin(), part.end());
  }
  return vision::area_under_roc(scored).value_or(0);
}

// Of each site the area by a head of pictures of other sites, or of those of other folders.
Result<double> new_site(const Ground& ground, const std::vector<Picture>& pool, const std::string& name,
                        const std::vector<const Picture*>& site) {
  std::vector<const Picture*> teach;
  for (const auto& picture : pool)
    if (picture.site != name) teach.push_back(&picture);
  SG_ASSIGN(const auto scored, taught_and_examined(ground, teach, site));
  return vision::area_under_roc(scored).value_or(0);
}

std::vector<vision::Scored> untrained(const std::vector<const Picture*>& pictures) {
  std::vector<vision::Scored> scored;
  for (const auto* picture : pictures) scored.push_back({picture->seen, picture->label == animal});
  return scored;
}

// Pictures of all sets together, of which some are easy; what it is on single cameras stands beside it.
void add_untrained(const std::vector<Picture>& pictures, const Sites& sites, std::vector<Measure>& report) {
  std::vector<const Picture*> all;
  for (const auto& picture : pictures) all.push_back(&picture);
  const auto scored = untrained(all);
  const auto area = [&](std::span<const std::size_t> places) {
    std::vector<vision::Scored> drawn;
    for (const auto place : places) drawn.push_back(scored[place]);
    return vision::area_under_roc(drawn);
  };
  std::string detail = fmt::format("area of {} pictures by the surest animal;", scored.size());
  for (const auto& [name, site] : sites)
    detail += fmt::format(" {} {:.3f}", name, vision::area_under_roc(untrained(site)).value_or(0));
  report.push_back({.name = "camera.untrained",
                    .value = vision::area_under_roc(scored).value_or(0),
                    .goal = 0.80,
                    .interval = vision::bootstrap(scored.size(), area, 1000, 0.95, 1),
                    .detail = std::move(detail)});
}

// The mean over sites.
void add_taught(const std::string& name, double goal, const std::map<std::string, double>& areas,
                std::vector<Measure>& report) {
  double mean = 0;
  std::string detail = "area of whole pictures;";
  for (const auto& [site, area] : areas) {
    mean += area / static_cast<double>(areas.size());
    detail += fmt::format(" {} {:.3f}", site, area);
  }
  report.push_back({.name = name, .value = mean, .goal = goal, .detail = std::move(detail)});
}

}  // namespace

Result<void> measure_cameras(const Ground& ground, std::vector<Measure>& report) {
  SG_ASSIGN(const auto pool, look(ground, ground.train));
  std::vector<Picture> others;
  if (!ground.is_one()) {
    SG_ASSIGN(others, look(ground, ground.test));
  }
  const auto& examined = ground.is_one() ? pool : others;
  const auto sites = sites_of(examined);
  add_untrained(examined, sites, report);
  std::map<std::string, double> of_new, of_known;
  for (const auto& [name, site] : sites) {
    SG_ASSIGN(of_new[name], new_site(ground, pool, name, site));
    // Its other pictures teach beside everything there is.
    SG_ASSIGN(of_known[name], known_site(ground, examined, site));
  }
  if (of_new.empty()) return core::fail(core::not_found("No site has pictures with and without animals."));
  add_taught("camera.new_site", 0.93, of_new, report);
  add_taught("camera.known_site", 0.98, of_known, report);
  return {};
}

}  // namespace sightglass::bench
