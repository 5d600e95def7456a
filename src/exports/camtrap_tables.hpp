// The three tables of a Camera Trap Data Package (Camtrap DP 1.0, camtrap-dp.tdwg.org/data).
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>

#include "core/time.hpp"
#include "exports/annotation_export.hpp"
#include "exports/photo_walk.hpp"
#include "exports/taxa.hpp"

namespace sightglass::exports {

// A camera's stay at a place, as far as photos tell of it: their location, or where they say they were taken.
struct Deployment {
  std::string location_id{}, location_name{};
  core::GeoPosition position{};
  core::Instant first{}, last{};  // of its photos
  std::string camera{};           // empty when several took them
  std::string serial{};           // as well, and when they do not tell
  bool has_doubtful_times = false;
};

class CamtrapTables {
 public:
  // `options` outlives it.
  explicit CamtrapTables(const Options& options);
  // False for a photo without a place, which no deployment can be made of.
  bool add(const AnnotatedPhoto& one);

  std::string deployments_csv() const;
  const std::string& media_csv() const { return media_; }
  const std::string& observations_csv() const { return observations_; }
  // By their ids.
  const std::map<std::string, Deployment>& deployments() const { return deployments_; }
  // Words of Camtrap DP: the study's, and those that cameras tell of single pictures.
  const std::set<std::string, std::less<>>& capture_methods() const { return capture_methods_; }
  // By their scientific names.
  const std::map<std::string, Taxon>& taxa() const { return taxa_; }

 private:
  std::string deployment_of(const AnnotatedPhoto& one);
  void add_medium(const core::Photo& photo, const std::string& deployment);
  void add_observation(const AnnotatedPhoto& one, const core::Finding& finding, const std::string& deployment);

  const Options& options_;
  std::map<std::string, Deployment> deployments_{};
  std::map<std::string, Taxon> taxa_{};
  std::set<std::string, std::less<>> capture_methods_{};
  std::string media_{}, observations_{};
};

// Where photos of a Camtrap DP lie, when they are in it.
inline constexpr std::string_view camtrap_media_folder = "media/";

}  // namespace sightglass::exports
