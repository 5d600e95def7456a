#include "database/photo_clusters.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>
#include <unordered_map>

#include "database/photo_filter.hpp"

namespace sightglass::database::photo_clusters {
namespace {

constexpr std::int32_t cells_of_a_tile_edge = 4;
// Where the square world of web maps ends (EPSG:3857); what lies beyond is in the outermost cells.
constexpr double farthest_latitude = 85.05112878;

struct Cell {
  std::int64_t count = 0;
  std::int64_t newest = 0;  // the row's number: ids follow it, and every index holds it
  double latitudes = 0, longitudes = 0;
  core::GeoBox box{.west = 180, .south = 90, .east = -180, .north = -90};
};

void add(Cell& cell, const Cell& other) {
  cell.count += other.count;
  cell.newest = std::max(cell.newest, other.newest);
  cell.latitudes += other.latitudes;
  cell.longitudes += other.longitudes;
  cell.box.west = std::min(cell.box.west, other.box.west);
  cell.box.south = std::min(cell.box.south, other.box.south);
  cell.box.east = std::max(cell.box.east, other.box.east);
  cell.box.north = std::max(cell.box.north, other.box.north);
}

class Grid {
 public:
  explicit Grid(std::int32_t zoom) : cells_across_(std::ldexp(cells_of_a_tile_edge, zoom)) {}

  void add_photo(double latitude, double longitude, std::int64_t row) {
    enter_band(latitude);
    const auto column = static_cast<std::uint64_t>(
        std::clamp(std::floor((longitude + 180) / 360 * cells_across_), 0.0, cells_across_ - 1));
    add(cells_[band_ << 32 | column], {.count = 1,
                                       .newest = row,
                                       .latitudes = latitude,
                                       .longitudes = longitude,
                                       .box = {longitude, latitude, longitude, latitude}});
    if (cells_.size() > most_clusters) coarsen();
  }

  std::vector<Cell> take() const {
    std::vector<std::pair<std::uint64_t, Cell>> sorted(cells_.begin(), cells_.end());
    std::ranges::sort(sorted, {}, &std::pair<std::uint64_t, Cell>::first);
    std::vector<Cell> cells;
    for (const auto& [place, cell] : sorted) cells.push_back(cell);
    return cells;
  }

 private:
  // Rows come by latitude where the index of positions is walked, so that the projection is worked out once a band.
  void enter_band(double latitude) {
    if (latitude > band_south_ && latitude <= band_north_) return;
    // The Mercator projection of the sphere (EPSG:3857), 0 at the north and 1 at the south.
    const double radians = std::clamp(latitude, -farthest_latitude, farthest_latitude) * std::numbers::pi / 180;
    const double down = 0.5 - std::asinh(std::tan(radians)) / (2 * std::numbers::pi);
    const double band = std::clamp(std::floor(down * cells_across_), 0.0, cells_across_ - 1);
    band_ = static_cast<std::uint64_t>(band);
    band_north_ = band == 0 ? 90 : latitude_of(band / cells_across_);
    band_south_ = band == cells_across_ - 1 ? -91 : latitude_of((band + 1) / cells_across_);
  }
  static double latitude_of(double down) {
    return std::atan(std::sinh((1 - 2 * down) * std::numbers::pi)) * 180 / std::numbers::pi;
  }

  void coarsen() {
    std::unordered_map<std::uint64_t, Cell> coarser;
    for (const auto& [place, cell] : cells_) add(coarser[(place >> 33 << 32) | (place & 0xffff'ffff) >> 1], cell);
    cells_ = std::move(coarser);
    cells_across_ /= 2;
    band_north_ = band_south_ = 0;  // of the finer grid
  }

  double cells_across_;
  std::uint64_t band_ = 0;
  double band_north_ = 0, band_south_ = 0;  // degrees
  std::unordered_map<std::uint64_t, Cell> cells_;
};

core::Result<std::vector<Cluster>> name_photos(Session& session, const std::vector<Cell>& cells) {
  std::vector<Cluster> clusters;
  clusters.reserve(cells.size());
  for (const Cell& cell : cells) {
    SG_ASSIGN(const auto photo, session.first("SELECT id FROM photos WHERE seq = $1", {cell.newest},
                                              [](const Row& row) { return row.id<core::PhotoId>(0); }));
    const auto count = static_cast<double>(cell.count);
    // Rounding of the sums must not lead out of the box.
    clusters.push_back({.centre = {.latitude = std::clamp(cell.latitudes / count, cell.box.south, cell.box.north),
                                   .longitude = std::clamp(cell.longitudes / count, cell.box.west, cell.box.east)},
                        .count = cell.count,
                        .photo = photo.value_or(core::PhotoId{}),
                        .box = cell.box});
  }
  return clusters;
}

}  // namespace

core::Result<std::vector<Cluster>> list(Session& session, const photos::Filter& filter,
                                        const photos::Visibility& visibility, std::int32_t zoom) {
  photos::Filter placed = filter;
  if (!placed.bbox) placed.bbox = core::GeoBox{.west = -180, .south = -90, .east = 180, .north = 90};
  Conditions conditions;
  SG_TRY(add_filter(conditions, session, placed, visibility, std::nullopt));
  const std::string sql = "SELECT p.latitude, p.longitude, p.seq FROM photos p" + conditions.where();
  Grid grid(std::clamp(zoom, 0, closest_zoom));
  SG_TRY(session.run(sql, conditions.parameters(), [&](const Row& row) -> core::Result<void> {
    grid.add_photo(row.real(0), row.real(1), row.integer(2));
    return {};
  }));
  return name_photos(session, grid.take());
}

}  // namespace sightglass::database::photo_clusters
