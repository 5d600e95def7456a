// What is asked of a service outside: what of its answer is kept, and what it costs when there is none.
#include "inspection/outside.hpp"

#include <gtest/gtest.h>

#include "core/not_sent.hpp"
#include "inspection/steps/steps.hpp"
#include "unit/ingest/house.hpp"
#include "unit/inspection/fake_instruments.hpp"

namespace sightglass::inspection {
namespace {

class FakeProvider final : public vision::Provider {
 public:
  core::Result<vision::ProviderAnswer> answer{};

  std::string_view name() const override { return "fake"; }
  core::Result<void> prepare() override { return {}; }
  std::int64_t units_of(std::span<const vision::ProviderFeature> features) const override {
    return static_cast<std::int64_t>(features.size());
  }
  core::Result<std::vector<core::Result<vision::ProviderAnswer>>> annotate(
      std::span<const vision::ProviderPicture>, std::span<const vision::ProviderFeature>) override {
    if (!answer) return core::fail(answer.error());
    return std::vector{answer};
  }
};

class OutsideStep : public ::testing::Test {
 protected:
  OutsideStep() {
    photo_.size = photo_.display_size = {100, 100};
    photo_.files.display = "images/one.jpg";
    EXPECT_TRUE(house_.store.put(photo_.files.display, "JPEG", storage::BlobStore::Durability::rebuildable));
  }
  core::Result<void> ask() {
    StepContext context{.picture = picture_, .instruments = instruments_, .seen = seen_, .outside = &outside_};
    return steps::ask_outside(context);
  }
  std::int64_t committed() { return budget_.month()->committed(); }

  FakeProvider provider_;
  Observations seen_;

 private:
  ingest::House house_;
  core::Photo photo_;
  FakeInstruments instruments_;
  Picture picture_{{.blobs = house_.store, .decoder = house_.decoder}, photo_, instruments_};
  Budget budget_{house_.database, house_.clock, {.monthly = 100'000, .price_of_unit = 1'000}};
  Outside outside_{.provider = provider_, .budget = budget_, .features = {vision::ProviderFeature::text}};
};

TEST_F(OutsideStep, adds_only_the_words_that_were_not_read_here) {
  seen_.text.push_back({.text = "Serial No. 0417", .confidence = 0.9, .box = {0, 0, 100, 10}});
  provider_.answer = vision::ProviderAnswer{.text = {{.text = "0417", .box = {60, 1, 38, 8}},
                                                     {.text = "NO", .box = {40, 1, 15, 8}},
                                                     {.text = "0418", .box = {60, 1, 38, 8}},
                                                     {.text = "0417", .box = {60, 50, 38, 8}}}};
  ASSERT_TRUE(ask());
  ASSERT_EQ(seen_.text.size(), 3U);
  EXPECT_EQ(seen_.text[1].text, "0418") << "what was read otherwise is told";
  EXPECT_EQ(seen_.text[2].text, "0417") << "elsewhere is another word";
  EXPECT_FALSE(seen_.text[2].confidence) << "the service does not say how sure it is";
  EXPECT_EQ(committed(), 1'000);
}

TEST_F(OutsideStep, costs_nothing_when_no_byte_went_out) {
  provider_.answer = core::fail(core::Error{.code = core::ErrorCode::unavailable,
                                            .message = "cannot be reached",
                                            .field = std::string(core::not_sent_field)});
  EXPECT_FALSE(ask());
  EXPECT_EQ(committed(), 0);
  provider_.answer = core::fail(core::unavailable("broke off"));
  EXPECT_FALSE(ask());
  EXPECT_EQ(committed(), 1'000) << "nobody here knows whether that was charged";
}

}  // namespace
}  // namespace sightglass::inspection
