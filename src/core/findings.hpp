// What analysis or a person found on a photo: anomalies, readings, damage, spottings; and what people decided of them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/box.hpp"
#include "core/ids.hpp"
#include "core/time.hpp"

namespace sightglass::core {

using FindingId = UuidId<struct FindingTag>;
using DecisionId = UuidId<struct DecisionTag>;
using MeterId = UuidId<struct MeterTag>;
using ModelId = UuidId<struct ModelTag>;
using TrainingRunId = UuidId<struct TrainingRunTag>;
using ExampleSetId = UuidId<struct ExampleSetTag>;

enum class FindingKind : std::uint8_t { anomaly, reading, damage, spotting };
std::string_view name_of(FindingKind kind);  // "anomaly", "reading", "damage", "spotting"
std::optional<FindingKind> finding_kind_from_name(std::string_view name);

// `open` waits for a person. A machine never changes one that a person decided.
enum class FindingState : std::uint8_t { open, confirmed, rejected, corrected, resolved };
std::string_view name_of(FindingState state);
std::optional<FindingState> finding_state_from_name(std::string_view name);

enum class Severity : std::uint8_t { none, low, medium, high, critical };
std::string_view name_of(Severity severity);
std::optional<Severity> severity_from_name(std::string_view name);

// One thing found. What a kind does not have stays empty: `class_name` is an anomaly's type, a damage's class, a
// spotting's species ("empty" and "unknown" among them); the reading's members are of readings alone.
struct Finding {
  FindingId id{};
  PhotoId photo_id{};
  FindingKind kind = FindingKind::anomaly;
  FindingState state = FindingState::open;
  bool is_by_person = false;
  std::string class_name{};
  Severity severity = Severity::none;
  std::optional<Box> box{};       // pixels of the upright original, before a person turned it; absent: the whole photo
  double confidence = 0;          // 0 … 1, calibrated where its model is
  std::optional<double> score{};  // of an anomaly: what `threshold` is held against
  std::optional<double> threshold{};
  std::string model{}, version{};  // empty by a person
  std::string details = "{}";      // a JSON object with what its kind has beyond this
  std::string heat_map{};          // key in the store, of an anomaly
  // Of readings. No value means unknown, and `reason` says why; `value_text` keeps leading zeros.
  std::optional<double> value{};
  std::string value_text{}, raw_text{}, unit{}, reason{};
  std::optional<MeterId> meter_id{};
  // Of spottings.
  std::int32_t count = 1;
  std::string burst{};  // the same in all photos that one animal's visit made
  Instant created_at{}, updated_at{};
  std::optional<Instant> decided_at{};
  std::string decided_by{};  // a name, as the audit log has it
  std::string notes{};
  std::int64_t revision = 1;  // raised by every change, so that two people do not overwrite each other
};

}  // namespace sightglass::core
