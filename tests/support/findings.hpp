// A store with photos on which things were found.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "database/findings.hpp"
#include "support/stores.hpp"

namespace sightglass::test {

class FindingsTest : public StoreTest {
 protected:
  core::Finding made(core::PhotoId photo, std::string class_name, std::optional<core::Box> box = std::nullopt) {
    core::Finding finding;
    finding.id = core::FindingId::make(instant(0));
    finding.photo_id = photo;
    finding.class_name = std::move(class_name);
    finding.box = box;
    finding.confidence = 0.6;
    finding.created_at = finding.updated_at = instant(0);
    return finding;
  }
  core::FindingId put(const core::Finding& finding) {
    must(write([&](database::Session& session) { return database::findings::insert(session, finding); }));
    return finding.id;
  }
  std::optional<core::Finding> find(core::FindingId id) {
    return must(read([&](database::Session& session) { return database::findings::find(session, id); }));
  }
  std::vector<core::Finding> all_of(core::PhotoId photo) {
    return must(read([&](database::Session& session) { return database::findings::of_photo(session, photo); }));
  }
  // What a machine found of the kind anomaly.
  database::findings::Replaced replace(core::PhotoId photo, const std::vector<core::Finding>& found) {
    return must(write([&](database::Session& session) {
      return database::findings::replace_machine(session, photo, std::array{core::FindingKind::anomaly}, found,
                                                 instant(10));
    }));
  }
  void decide(core::FindingId id, core::FindingState state) {
    auto finding = find(id).value();
    finding.state = state;
    ASSERT_TRUE(must(write([&](database::Session& session) { return database::findings::update(session, finding); })));
  }
};

}  // namespace sightglass::test
