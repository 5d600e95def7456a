// Random numbers that are the same on every machine and in every library: what is learnt can be learnt again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace sightglass::vision {

// SplitMix64 (Steele, Lea, Flood 2014). The standard library's distributions differ between implementations, so the
// few that are needed are here. Not thread-safe.
class RandomStream {
 public:
  explicit RandomStream(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next();
  double uniform();                      // 0 ≤ x < 1
  std::size_t below(std::size_t limit);  // 0 … limit − 1; limit ≥ 1
  double normal();                       // mean 0, deviation 1 (Box and Muller)
  // `count` different numbers below `limit`, ascending; all of them when count ≥ limit.
  std::vector<std::size_t> choose(std::size_t count, std::size_t limit);
  template <typename T>
  void shuffle(std::vector<T>& items) {
    for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[below(i)]);
  }

 private:
  std::uint64_t state_;
};

// A number of `text` and `seed` in which every bit of both counts; not against a person who wants two texts to meet.
std::uint64_t mixed(std::string_view text, std::uint64_t seed);

}  // namespace sightglass::vision
