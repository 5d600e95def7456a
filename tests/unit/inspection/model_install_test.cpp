#include "inspection/model_install.hpp"

#include <gtest/gtest.h>

#include "inspection/model_registry.hpp"
#include "unit/ingest/house.hpp"

namespace sightglass::inspection {
namespace {

vision::ModelBundle parts(const std::string& network) {
  vision::ModelDescription model{.name = "parts", .version = "1", .task = vision::ModelTask::classifier};
  model.input = vision::ModelInput{.name = "x", .shape = {1, 3, 8, 8}};
  model.output = vision::ModelOutput{.layout = vision::OutputLayout::softmax, .names = {"y"}};
  model.labels = {"nut", "bolt"};
  model.licence.name = "MIT";
  return vision::ModelBundle::seal(model, {{std::string(vision::network_file_name), network}}).value();
}

class Installing : public ::testing::Test {
 protected:
  core::Result<database::models::Model> install(const std::string& network) {
    return install_model({house_.database, house_.store, house_.clock}, parts(network), "file", "ada");
  }
  // As somebody who needs the room.
  void remove(database::models::Model model) {
    model.state = "removed";
    ASSERT_TRUE(house_.database.write([&](database::Session& s) { return database::models::update(s, model); }));
    ASSERT_TRUE(house_.store.remove(model.key_prefix + std::string(vision::network_file_name)));
    ASSERT_TRUE(house_.store.remove(model.key_prefix + std::string(vision::model_file_name)));
  }

  ingest::House house_;
};

TEST_F(Installing, the_same_again_is_the_model_that_is_there) {
  const auto first = install("bytes");
  ASSERT_TRUE(first);
  EXPECT_EQ(install("bytes")->id, first->id);
  EXPECT_EQ(install("others").error().code, core::ErrorCode::conflict);
}

TEST_F(Installing, brings_back_what_was_removed) {
  const auto first = install("bytes");
  ASSERT_TRUE(first);
  remove(*first);
  EXPECT_EQ(install("others").error().code, core::ErrorCode::conflict) << "a version is one set of files for ever";
  const auto again = install("bytes");
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->id, first->id);
  EXPECT_EQ(again->state, "ready");
  EXPECT_EQ(read_model(house_.store, *again)->network(), "bytes");
  EXPECT_TRUE(house_.database.write(
      [&](database::Session& s) { return promote(s, {.model = again->id, .person = "ada"}, house_.clock.now()); }));
}

}  // namespace
}  // namespace sightglass::inspection
