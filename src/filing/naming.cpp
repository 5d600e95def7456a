#include "filing/naming.hpp"

#include <fmt/format.h>

#include <array>
#include <chrono>

#include "storage/hashing.hpp"

namespace sightglass::filing {
namespace {

constexpr std::size_t digits_in_name = 6;
constexpr std::uint64_t groups_in_hash = 64 / digits_in_name;

core::Sha256 rehash(const core::Sha256& content, std::uint64_t attempt) {
  std::array<std::uint8_t, 8> counter{};
  for (std::size_t i = 0; i < counter.size(); ++i) {
    counter.at(counter.size() - 1 - i) = static_cast<std::uint8_t>(attempt >> (8 * i));
  }
  storage::Sha256Hasher hasher;
  hasher.update(std::as_bytes(std::span(content.bytes)));
  hasher.update(std::as_bytes(std::span(counter)));
  return hasher.value();
}

}  // namespace

std::string stem_for(core::Instant uploaded_at, const core::Sha256& content, std::uint64_t attempt) {
  const std::string digits = attempt < groups_in_hash
                                 ? content.to_hex().substr(attempt * digits_in_name, digits_in_name)
                                 : rehash(content, attempt).to_hex().substr(0, digits_in_name);
  return "img_" + core::to_compact(uploaded_at) + "_" + digits;
}

std::string capture_stem_for(core::Instant captured_at, std::uint64_t attempt) {
  const auto shown = captured_at + std::chrono::milliseconds(attempt);
  const auto milliseconds = core::to_micros(shown) / 1000 % 1000;
  return fmt::format("capture_{}_{:03}", core::to_compact(shown), milliseconds);
}

}  // namespace sightglass::filing
