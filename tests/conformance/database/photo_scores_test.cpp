#include "database/photo_scores.hpp"

#include "database/analyses.hpp"
#include "database/findings.hpp"
#include "database/models.hpp"
#include "database/photo_verdicts.hpp"
#include "support/stores.hpp"

namespace sightglass::database {
namespace {

using photo_scores::PhotoScore;

class PhotoScores : public test::StoreTest {
 protected:
  core::ModelId add_model(const std::string& version) {
    const models::Model model{.id = core::ModelId::make(instant(0)),
                              .name = "casting",
                              .version = version,
                              .task = "anomaly",
                              .state = "ready",
                              .origin = "trained"};
    test::must(write([&](Session& s) { return models::insert(s, model); }));
    return model.id;
  }
  void put(core::PhotoId photo, core::ModelId model, double score, int at, const std::string& task = "anomaly") {
    const PhotoScore row{
        .photo_id = photo, .task = task, .model_id = model, .score = score, .threshold = 2.5, .at = instant(at)};
    test::must(write([&](Session& s) { return photo_scores::put(s, row); }));
  }
  std::vector<PhotoScore> of_model(core::ModelId model, int since, std::int32_t limit = 100) {
    return test::must(read([&](Session& s) { return photo_scores::of_model(s, model, instant(since), limit); }));
  }
  std::vector<PhotoScore> of_photo(core::PhotoId photo) {
    return test::must(read([&](Session& s) { return photo_scores::of_photo(s, photo); }));
  }
};
INSTANTIATE_TEST_SUITE_P(Stores, PhotoScores, test::all_stores());

TEST_P(PhotoScores, are_the_last_of_each_photo_and_task) {
  const auto photo = add_photo();
  const auto first = add_model("1");
  const auto second = add_model("2");
  put(photo, first, 1.25, 1);
  put(photo, first, 0.5, 2, "damage");
  put(photo, second, -3.5, 3);
  const auto kept = of_photo(photo);
  ASSERT_EQ(kept.size(), 2U);
  EXPECT_EQ(kept[0].task, "anomaly");
  EXPECT_EQ(kept[0].photo_id, photo);
  EXPECT_EQ(kept[0].model_id, second);
  EXPECT_EQ(kept[0].score, -3.5);
  EXPECT_EQ(kept[0].threshold, 2.5);
  EXPECT_EQ(kept[0].at, instant(3));
  EXPECT_EQ(kept[1].task, "damage");
  EXPECT_EQ(kept[1].score, 0.5);
}

TEST_P(PhotoScores, of_a_model_begin_at_an_instant_and_the_oldest_comes_first) {
  const auto model = add_model("1");
  const auto other = add_model("2");
  std::vector<core::PhotoId> photos;
  for (int i = 0; i < 4; ++i) {
    photos.push_back(add_photo());
    put(photos.back(), i == 3 ? other : model, i, 10 - i);
  }
  const auto recent = of_model(model, 9);
  ASSERT_EQ(recent.size(), 2U);
  EXPECT_EQ(recent[0].photo_id, photos[1]);
  EXPECT_EQ(recent[1].photo_id, photos[0]);
  EXPECT_EQ(of_model(model, 0, 1).front().photo_id, photos[2]);
  EXPECT_TRUE(of_model(model, 11).empty());
}

TEST_P(PhotoScores, go_with_their_photo_and_leave_out_the_trash) {
  const auto model = add_model("1");
  const auto kept = add_photo();
  const auto trashed = add_photo();
  const auto gone = add_photo();
  for (const auto photo : {kept, trashed, gone}) put(photo, model, 1, 1);
  test::must(write([&](Session& s) { return photos::set_trashed(s, trashed, instant(2)); }));
  test::must(write([&](Session& s) { return photos::remove(s, gone); }));
  EXPECT_TRUE(of_photo(gone).empty());
  const auto left = of_model(model, 0);
  ASSERT_EQ(left.size(), 1U);
  EXPECT_EQ(left[0].photo_id, kept);
}

TEST_P(PhotoScores, of_late_leave_out_what_people_say_is_a_defect) {
  const auto model = add_model("1");
  const auto found = [&](core::PhotoId photo, core::FindingState state, bool is_by_person) {
    const core::Finding finding{.id = core::FindingId::make(instant(0)),
                                .photo_id = photo,
                                .kind = core::FindingKind::anomaly,
                                .state = state,
                                .is_by_person = is_by_person,
                                .class_name = "anomaly"};
    test::must(write([&](Session& s) { return findings::insert(s, finding); }));
  };
  const auto good = add_photo();
  const auto alarm = add_photo();
  const auto machines = add_photo();
  const auto verdict = add_photo();
  const auto confirmed = add_photo();
  const auto drawn = add_photo();
  const auto old = add_photo();
  for (const auto photo : {good, alarm, machines, verdict, confirmed, drawn}) put(photo, model, 1, 5);
  put(good, model, 1, 6);
  put(old, model, 1, 1);
  found(alarm, core::FindingState::rejected, false);
  found(machines, core::FindingState::open, false);
  found(confirmed, core::FindingState::confirmed, false);
  found(drawn, core::FindingState::open, true);
  test::must(write([&](Session& s) -> core::Result<void> {
    SG_TRY(photo_verdicts::note_model(s, machines, true));
    SG_TRY(photo_verdicts::settle(s, machines));
    SG_TRY(s.execute("UPDATE photos SET verdict = 'NG' WHERE id = $1", {verdict}));
    return photo_verdicts::note_person(s, verdict, true);
  }));
  EXPECT_EQ(photo_of(machines).verdict, "NG");
  const auto latest = [&](int since, std::int32_t limit) {
    std::vector<core::PhotoId> photos;
    const auto rows =
        test::must(read([&](Session& s) { return photo_scores::latest_of_model(s, model, instant(since), limit); }));
    for (const auto& row : rows) photos.push_back(row.photo_id);
    return photos;
  };
  EXPECT_EQ(latest(2, 100), (std::vector{good, machines, alarm})) << "those of one moment by their ids";
  EXPECT_EQ(latest(0, 100).back(), old);
  EXPECT_EQ(latest(0, 1), std::vector{good});
}

TEST_P(PhotoScores, are_refused_of_photos_and_models_that_are_not_there) {
  const auto photo = add_photo();
  const auto model = add_model("1");
  const auto nobody = [&](core::PhotoId of, core::ModelId by) {
    const auto outcome = write([&](Session& s) {
      return photo_scores::put(s, {.photo_id = of, .task = "anomaly", .model_id = by, .at = instant(0)});
    });
    return outcome ? core::ErrorCode::internal : outcome.error().code;
  };
  EXPECT_EQ(nobody(core::PhotoId::make(instant(0)), model), core::ErrorCode::conflict);
  EXPECT_EQ(nobody(photo, core::ModelId::make(instant(0))), core::ErrorCode::conflict);
}

TEST_P(PhotoScores, are_told_with_the_analysis) {
  const auto photo = add_photo();
  analyses::Analysis analysis{.id = core::AnalysisId::make(instant(0)),
                              .photo_id = photo,
                              .model = "m",
                              .version = "1",
                              .scores = R"([{"task":"anomaly"}])",
                              .created_at = instant(1)};
  test::must(write([&](Session& s) { return analyses::save(s, analysis); }));
  const auto latest = [&] { return test::must(read([&](Session& s) { return analyses::latest_of(s, photo); })); };
  EXPECT_EQ(latest()->scores, analysis.scores);
  analysis.scores = "[]";
  test::must(write([&](Session& s) { return analyses::save(s, analysis); }));
  EXPECT_EQ(latest()->scores, "[]");
}

}  // namespace
}  // namespace sightglass::database
