#include "care/catalogue_sidecars.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "filing/catalogue_json.hpp"
#include "filing/layout.hpp"
#include "unit/ingest/house.hpp"

namespace sightglass::care {
namespace {

class CatalogueSidecars : public testing::Test {
 protected:
  core::Job row() {
    return **house.sound_database->read(
        [&](database::Session& session) { return database::jobs::find(session, house.job); });
  }
  core::Result<void> refresh() { return refresh_job_sidecar(*house.sound_store, *house.sound_database, house.job); }
  ingest::House house;
};

TEST_F(CatalogueSidecars, follow_the_row_and_go_with_it) {
  ASSERT_TRUE(refresh());
  EXPECT_EQ(house.read(filing::job_key(house.job)), filing::to_json(row()));
  ASSERT_TRUE(house.sound_database->write(
      [&](database::Session& session) { return database::jobs::remove(session, house.job); }));
  ASSERT_TRUE(refresh());
  EXPECT_FALSE(house.sound_store->info(filing::job_key(house.job)));
  ASSERT_TRUE(refresh()) << "nothing to remove is no error";
}

TEST_F(CatalogueSidecars, tell_the_last_of_many_changes_at_once) {
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([this, i] {
        core::Job job = row();
        job.title = "change " + std::to_string(i);
        EXPECT_TRUE(house.sound_database->write(
            [&](database::Session& session) { return database::jobs::update(session, job); }));
        EXPECT_TRUE(refresh());
      });
    }
  }
  EXPECT_EQ(house.read(filing::job_key(house.job)), filing::to_json(row()));
}

}  // namespace
}  // namespace sightglass::care
