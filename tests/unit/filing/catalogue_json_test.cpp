#include "filing/catalogue_json.hpp"

#include <gtest/gtest.h>

namespace sightglass::filing {
namespace {

core::Job full_job() {
  core::Job job;
  job.id = core::JobId{7};
  job.number = "WO-7";
  job.title = "Boiler \"B\"";
  job.status = "in_progress";
  job.created_by = core::UserId::make(core::Instant{});
  job.assigned_to = {core::UserId::make(core::Instant{}), core::UserId::make(core::Instant{})};
  job.pairs = {{.id = core::PairId::make(core::Instant{}),
                .before = core::PhotoId::make(core::Instant{}),
                .after = core::PhotoId::make(core::Instant{}),
                .title = "Seal \"new\"",
                .created_by = job.created_by}};
  job.created_at = job.updated_at = *core::parse_iso8601("2026-11-21T04:12:33.000001Z");
  return job;
}

TEST(CatalogueJson, gives_back_a_job) {
  const core::Job job = full_job();
  const auto read = job_from_json(to_json(job));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(to_json(*read), to_json(job));
  EXPECT_EQ(read->assigned_to.size(), 2u);
  ASSERT_EQ(read->pairs.size(), 1u);
  EXPECT_EQ(read->pairs[0].after, job.pairs[0].after);
}

TEST(CatalogueJson, reads_a_job_of_earlier_programs_without_pairs) {
  core::Job job = full_job();
  job.pairs.clear();
  const auto text = to_json(job);
  EXPECT_EQ(text.find("pairs"), std::string::npos);
  EXPECT_TRUE(job_from_json(text));
}

TEST(CatalogueJson, refuses_pairs_that_are_none) {
  const auto with = [](std::string_view pairs) {
    core::Job job = full_job();
    job.pairs.clear();
    std::string text = to_json(job);
    return job_from_json(text.insert(1, "\"pairs\":" + std::string(pairs) + ","));
  };
  EXPECT_TRUE(with("[]"));
  EXPECT_TRUE(with("null"));
  for (const auto* pairs : {"{}", "7", "[7]", "[{}]", "[null]", R"([{"id":"x","before":"y","after":"z"}])"})
    EXPECT_FALSE(with(pairs)) << pairs;
  EXPECT_EQ(with("7").error().field, "pairs");
}

TEST(CatalogueJson, gives_back_assets_and_locations) {
  core::Asset asset;
  asset.id = core::AssetId::make(core::Instant{});
  asset.code = "P-1";
  asset.location_id = core::LocationId::make(core::Instant{});
  const auto read_asset = asset_from_json(to_json(asset));
  ASSERT_TRUE(read_asset);
  EXPECT_EQ(to_json(*read_asset), to_json(asset));
  core::Location location;
  location.id = *asset.location_id;
  location.name = "Plant";
  location.position = core::GeoPosition{1.5, 2.5, std::nullopt};
  const auto read_location = location_from_json(to_json(location));
  ASSERT_TRUE(read_location);
  EXPECT_EQ(read_location->position, location.position);
}

TEST(CatalogueJson, names_the_member_that_is_wrong) {
  std::string text = to_json(full_job());
  text.replace(text.find("in_progress"), 11, "forgotten!!");
  const auto read = job_from_json(text);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().field, "status");
  EXPECT_FALSE(job_from_json("{}"));
  EXPECT_FALSE(asset_from_json(to_json(full_job())));
}

}  // namespace
}  // namespace sightglass::filing
