// Strong ids. Photos, tasks, users and the like are UUIDv7 (RFC 9562); jobs are small integers, because
// their folder names (`images/job_17/`) are read and typed by people.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "core/time.hpp"

namespace sightglass::core {

// 128 bits in network order; text form is the 36 characters of RFC 9562 in lower case.
struct Uuid {
  std::array<std::uint8_t, 16> bytes{};
  auto operator<=>(const Uuid&) const = default;
  std::array<char, 36> characters() const;  // what to_string() says, without memory of its own
  std::string to_string() const;
  static std::optional<Uuid> parse(std::string_view text);
  // Version 7: milliseconds of `now`, a counter that keeps ids of one process in order, random bits from
  // getrandom(2). Thread-safe.
  static Uuid make_v7(Instant now);
};

template <typename Tag>
struct UuidId {
  Uuid value{};
  auto operator<=>(const UuidId&) const = default;
  std::string to_string() const { return value.to_string(); }
  static std::optional<UuidId> parse(std::string_view text) {
    if (auto uuid = Uuid::parse(text)) return UuidId{*uuid};
    return std::nullopt;
  }
  static UuidId make(Instant now) { return UuidId{Uuid::make_v7(now)}; }
};

using PhotoId = UuidId<struct PhotoTag>;
using TaskId = UuidId<struct TaskTag>;
using UserId = UuidId<struct UserTag>;
using AssetId = UuidId<struct AssetTag>;
using LocationId = UuidId<struct LocationTag>;
using AnalysisId = UuidId<struct AnalysisTag>;
using ServiceTokenId = UuidId<struct ServiceTokenTag>;
using SearchId = UuidId<struct SearchTag>;
using SessionId = UuidId<struct SessionTag>;

struct JobId {
  std::int64_t value = 0;  // 1 and up
  auto operator<=>(const JobId&) const = default;
  std::string to_string() const { return std::to_string(value); }
  // Decimal digits only, 1 … 2^63−1.
  static std::optional<JobId> parse(std::string_view text);
};

}  // namespace sightglass::core

template <typename Tag>
struct std::hash<sightglass::core::UuidId<Tag>> {
  std::size_t operator()(const sightglass::core::UuidId<Tag>& id) const noexcept {
    std::size_t seed = 0;
    for (auto byte : id.value.bytes) seed = seed * 131 + byte;
    return seed;
  }
};
