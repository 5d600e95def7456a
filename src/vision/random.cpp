#include "vision/random.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace sightglass::vision {

namespace {
std::uint64_t scrambled(std::uint64_t z) {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}
}  // namespace

std::uint64_t RandomStream::next() { return scrambled(state_ += 0x9e3779b97f4a7c15); }

double RandomStream::uniform() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }

std::size_t RandomStream::below(std::size_t limit) {
  // The bias of the remainder is below limit / 2^64.
  return static_cast<std::size_t>(next() % limit);
}

double RandomStream::normal() {
  const double radius = std::sqrt(-2 * std::log(1 - uniform()));
  return radius * std::cos(2 * std::numbers::pi * uniform());
}

std::vector<std::size_t> RandomStream::choose(std::size_t count, std::size_t limit) {
  std::vector<std::size_t> all(limit);
  std::iota(all.begin(), all.end(), std::size_t{0});
  if (count >= limit) return all;
  for (std::size_t i = 0; i < count; ++i) std::swap(all[i], all[i + below(limit - i)]);
  all.resize(count);
  std::ranges::sort(all);
  return all;
}

std::uint64_t mixed(std::string_view text, std::uint64_t seed) {
  std::uint64_t hash = 0xcbf29ce484222325;  // FNV-1a, then scrambled: alone its high bits know little of short texts
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return scrambled(hash ^ scrambled(seed + 0x9e3779b97f4a7c15));
}

}  // namespace sightglass::vision
