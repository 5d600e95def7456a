#include "filing/finding_json.hpp"

#include <gtest/gtest.h>

namespace sightglass::filing {
namespace {

core::Finding full() {
  core::Finding finding;
  finding.id = core::FindingId::parse("019a0000-0000-7000-8000-000000000001").value();
  finding.photo_id = core::PhotoId::parse("019a0000-0000-7000-8000-000000000002").value();
  finding.kind = core::FindingKind::reading;
  finding.state = core::FindingState::corrected;
  finding.is_by_person = true;
  finding.class_name = "wheels \"<b>\" \xf0\x9f\x98\x80";
  finding.severity = core::Severity::high;
  finding.box = core::Box{0.1, 2, 1e-3, 4000.25};
  finding.confidence = 0.1;
  finding.score = -3.5;
  finding.threshold = 1e-9;
  finding.model = "m";
  finding.version = "2";
  finding.details = R"({"a":[1,{"b":null}]})";
  finding.heat_map = "cache/heat/1";
  finding.value = 123.456;
  finding.value_text = "00123.456";
  finding.raw_text = "OO123.456";
  finding.unit = "m³";
  finding.reason = "dark";
  finding.meter_id = core::MeterId::parse("019a0000-0000-7000-8000-000000000003").value();
  finding.count = 0;
  finding.burst = "b";
  finding.created_at = core::from_micros(1'700'000'000'000'001);
  finding.updated_at = core::from_micros(1'700'000'000'000'002);
  finding.decided_at = core::from_micros(1'700'000'000'000'003);
  finding.decided_by = "ann";
  finding.notes = "two\nlines";
  finding.revision = 9;
  return finding;
}

TEST(FindingJson, comes_back_as_it_was_written) {
  const auto text = to_json(full());
  const auto back = finding_from_json(text);
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(to_json(*back), text);
  EXPECT_EQ(back->box, full().box);
  EXPECT_EQ(back->class_name, full().class_name);
  EXPECT_EQ(back->meter_id, full().meter_id);
  EXPECT_EQ(back->decided_at, full().decided_at);
  EXPECT_EQ(back->value, full().value);
}

TEST(FindingJson, comes_back_with_what_it_does_not_have) {
  core::Finding bare;
  const auto back = finding_from_json(to_json(bare));
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(to_json(*back), to_json(bare));
  EXPECT_EQ(back->box, std::nullopt);
  EXPECT_EQ(back->value, std::nullopt);
  EXPECT_EQ(back->decided_at, std::nullopt);
}

TEST(FindingJson, refuses_what_is_none) {
  const auto text = to_json(full());
  EXPECT_FALSE(finding_from_json(""));
  EXPECT_FALSE(finding_from_json("[]"));
  EXPECT_FALSE(finding_from_json("{}"));
  EXPECT_FALSE(finding_from_json(text.substr(0, text.size() - 1)));
  const auto with = [&](std::string_view from, std::string_view to) {
    auto other = text;
    const auto at = other.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return other.replace(at, from.size(), to);
  };
  EXPECT_FALSE(finding_from_json(with("\"reading\"", "\"odd\"")));
  EXPECT_FALSE(finding_from_json(with("\"corrected\"", "5")));
  EXPECT_FALSE(finding_from_json(with("\"confidence\":0.1", "\"confidence\":1.5")));
  EXPECT_FALSE(finding_from_json(with("\"revision\":9", "\"revision\":0")));
  EXPECT_FALSE(finding_from_json(with("\"details\":{", "\"details\":1,\"more\":{")));
}

}  // namespace
}  // namespace sightglass::filing
