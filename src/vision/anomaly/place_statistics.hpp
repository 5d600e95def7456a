// What is usual at each place: distances of good pictures that the judge had not seen make those of others comparable.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace sightglass::vision {

// Mean and deviation of each cell over maps of good pictures, drawn towards those of all cells as if eight further maps
// had these. A deviation is at least that of the calmest fifth of the cells.
class PlaceStatistics {
 public:
  explicit PlaceStatistics(std::size_t cells);
  // As they were stored.
  PlaceStatistics(std::vector<float> means, std::vector<float> deviations);

  void add(std::span<const float> map, std::span<const std::uint8_t> valid);
  void finish();  // once, after the last add()

  // (value − mean) / deviation of each cell; 0 where it is not valid.
  std::vector<float> standardised(std::span<const float> map, std::span<const std::uint8_t> valid) const;
  // The same for a map that was added, as if it had not been. Not of stored ones.
  std::vector<float> standardised_without(std::span<const float> map, std::span<const std::uint8_t> valid) const;
  const std::vector<float>& means() const { return means_; }
  const std::vector<float>& deviations() const { return deviations_; }

 private:
  struct Usual {
    double mean = 0, deviation = 1;
  };
  Usual usual(double count, double sum, double squares) const;

  std::vector<double> counts_{}, sums_{}, squares_{};
  Usual everywhere_{};
  double least_deviation_ = 0;
  std::vector<float> means_{}, deviations_{};
};

// The mean of the largest `share` of the valid values, at least of one.
double mean_of_largest(std::span<const float> values, std::span<const std::uint8_t> valid, double share);

}  // namespace sightglass::vision
