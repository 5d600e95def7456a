#include "database/species_lists.hpp"
#include "inspection/head_view.hpp"
#include "unit/inspection/judging_house.hpp"

namespace sightglass::inspection {
namespace {

class Heads : public JudgingTest {
 protected:
  core::Photo of_job(const std::string& words) { return add_photo(words, house_.job_photo()); }
};

TEST_F(Heads, name_the_damage_of_a_photo_of_a_job) {
  promote(add_model(damage_task, "1", head_bytes("crack")));
  const auto photo = of_job("PIC good 901");
  analyse(photo);
  EXPECT_EQ(step_of(photo, "damage"), "done");
  const auto found = findings_of(photo);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].kind, core::FindingKind::damage);
  EXPECT_EQ(found[0].class_name, "crack");
  EXPECT_EQ(found[0].box, std::nullopt);
  EXPECT_EQ(found[0].severity, core::Severity::none) << "how much of it is damaged nobody knows";
  EXPECT_NEAR(found[0].confidence, 0.982, 0.001);
  const auto score = boost::json::parse(analysis_of(photo).scores).at(0).as_object();
  EXPECT_EQ(score.at("task").as_string(), "damage");
  EXPECT_EQ(score.at("threshold").to_number<double>(), 0.75);
}

TEST_F(Heads, say_what_an_anomaly_is_where_it_is) {
  promote(add_model(anomaly_task, "1", anomaly_bytes()));
  promote(add_model(damage_task, "1", head_bytes("crack")));
  const auto photo = of_job("PIC bad 900");
  analyse(photo);
  const auto found = findings_of(photo);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[1].class_name, "crack");
  EXPECT_EQ(found[1].box, found[0].box);
  EXPECT_GE(found[1].severity, core::Severity::medium);
}

TEST_F(Heads, that_do_not_know_leave_it_to_people) {
  promote(add_model(damage_task, "1", head_bytes("crack", false)));
  const auto photo = of_job("PIC good 901");
  analyse(photo);
  const auto found = findings_of(photo);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].class_name, "unknown");
  EXPECT_EQ(found[0].state, core::FindingState::open);
  EXPECT_EQ(found[0].severity, core::Severity::none);
  EXPECT_EQ(found[0].confidence, 0.5);
  EXPECT_EQ(boost::json::parse(found[0].details).at("guesses").at(0).at("class").as_string(), "crack");
}

TEST_F(Heads, report_nothing_of_what_is_sound) {
  promote(add_model(damage_task, "1", head_bytes("good")));
  const auto photo = of_job("PIC good 901");
  analyse(photo);
  EXPECT_EQ(step_of(photo, "damage"), "done");
  EXPECT_TRUE(findings_of(photo).empty());
}

TEST_F(Heads, that_never_saw_a_good_photo_are_not_asked_about_one) {
  promote(add_model(anomaly_task, "1", anomaly_bytes()));
  promote(add_model(damage_task, "1", head_bytes("crack")));
  const auto photo = of_job("PIC good 901");
  analyse(photo);
  EXPECT_EQ(step_of(photo, "damage"), "done");
  EXPECT_TRUE(findings_of(photo).empty());
  EXPECT_EQ(boost::json::parse(analysis_of(photo).scores).as_array().size(), 1U) << "the anomaly's";
}

TEST_F(Heads, name_no_damage_on_a_photo_of_nothing_in_particular) {
  promote(add_model(damage_task, "1", head_bytes("crack")));
  const auto photo = add_photo("PIC good 901");
  analyse(photo);
  EXPECT_EQ(step_of(photo, "damage"), "skipped: it says nothing of such a photo");
}

TEST_F(Heads, name_the_species_of_what_the_detector_found) {
  promote(add_model(species_task, "1", head_bytes("opossum")));
  instruments_.detections = {{.label = "bear", .confidence = 0.7, .box = {20, 30, 60, 50}},
                             {.label = "bear", .confidence = 0.8, .box = {120, 30, 60, 50}}};
  const auto photo = add_photo("PIC good 901");
  analyse(photo);
  EXPECT_EQ(step_of(photo, "species"), "done");
  const auto found = findings_of(photo);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].kind, core::FindingKind::spotting);
  EXPECT_EQ(found[0].class_name, "opossum");
  EXPECT_EQ(found[0].count, 2);
  EXPECT_EQ(found[0].model, "species");
}

TEST_F(Heads, name_no_species_that_does_not_occur_at_the_place) {
  promote(add_model(species_task, "1", head_bytes("opossum")));
  instruments_.detections = {{.label = "bear", .confidence = 0.7, .box = {20, 30, 60, 50}}};
  const auto photo = add_photo("PIC good 901");
  const auto list = [&](const std::vector<core::Species>& species) {
    EXPECT_TRUE(house_.database.write([&](database::Session& session) {
      return database::species_lists::replace(session, std::nullopt, species, house_.clock.now());
    }));
  };
  list({{.name = "lynx"}});
  analyse(photo);
  ASSERT_EQ(findings_of(photo).size(), 1U);
  EXPECT_EQ(findings_of(photo)[0].class_name, "unknown");
  const auto version = analysis_of(photo).version;
  list({{.name = "lynx"}, {.name = "Opossum"}});
  analyse(photo);
  EXPECT_NE(analysis_of(photo).version, version);
  ASSERT_EQ(findings_of(photo).size(), 1U);
  EXPECT_EQ(findings_of(photo)[0].class_name, "opossum");
}

TEST_F(Heads, that_do_not_know_an_animal_say_so) {
  promote(add_model(species_task, "1", head_bytes("opossum", false)));
  instruments_.detections = {{.label = "bear", .confidence = 0.7, .box = {20, 30, 60, 50}}};
  const auto photo = add_photo("PIC good 901");
  analyse(photo);
  ASSERT_EQ(findings_of(photo).size(), 1U);
  EXPECT_EQ(findings_of(photo)[0].class_name, "unknown");
}

TEST_F(Heads, see_that_the_detector_was_wrong) {
  promote(add_model(species_task, "1", head_bytes("empty")));
  instruments_.detections = {{.label = "bear", .confidence = 0.7, .box = {20, 30, 60, 50}}};
  const auto photo = add_photo("PIC good 901");
  analyse(photo);
  EXPECT_TRUE(findings_of(photo).empty());
}

TEST_F(Heads, have_nothing_to_say_without_an_animal) {
  promote(add_model(species_task, "1", head_bytes("opossum")));
  const auto photo = add_photo("PIC good 901");
  analyse(photo);
  EXPECT_EQ(step_of(photo, "species"), "done");
  EXPECT_TRUE(findings_of(photo).empty());
  EXPECT_EQ(analysis_of(photo).scores, "[]");
}

TEST_F(Heads, of_another_format_are_refused) {
  auto model = add_model(damage_task, "1", anomaly_bytes());
  promote(model);
  const auto photo = of_job("PIC good 901");
  analyse(photo);
  EXPECT_TRUE(step_of(photo, "damage").starts_with("failed: damage@1: ")) << step_of(photo, "damage");
}

TEST_F(Heads, see_a_part_with_what_is_around_it) {
  const core::Size raster{200, 150};
  const auto inside = shown_part({50, 40, 100, 60}, raster);
  EXPECT_EQ(inside, (core::Box{40, 34, 120, 72}));
  const auto small = shown_part({190, 2, 4, 4}, raster);
  EXPECT_EQ(small, (core::Box{152, 0, 48, 48})) << "moved to stay on the picture";
  EXPECT_EQ(shown_part({0, 0, 200, 150}, raster), (core::Box{0, 0, 200, 150}));
}

TEST_F(Heads, learn_of_the_same_values_that_they_judge) {
  const auto photo = add_photo("PIC bad 900");
  Picture picture({.blobs = house_.store, .decoder = decoder_}, photo, instruments_);
  const auto whole = head_values(picture, instruments_, vision::HeadInput::embedding, std::nullopt);
  const auto spot =
      head_values(picture, instruments_, vision::HeadInput::embedding_and_texture, core::scaled(painted_spot, 20, 20));
  ASSERT_TRUE(whole && spot);
  EXPECT_EQ(whole->size(), 48U);
  EXPECT_EQ(spot->size(), 48U + 41U);
  EXPECT_NE(std::vector(spot->begin(), spot->begin() + 48), *whole);
  const auto beside = head_values(picture, instruments_, vision::HeadInput::embedding, core::Box{9000, 10, 5, 5});
  ASSERT_FALSE(beside);
  EXPECT_EQ(beside.error().field, "box");
}

TEST_F(Heads, leave_the_memory_when_others_are_asked_for) {
  TrainedModels small(house_.database, house_.store, 1);
  const Judge first{.row = add_model(damage_task, "1", head_bytes("crack"))};
  const Judge second{.row = add_model(damage_task, "2", head_bytes("dent"))};
  ASSERT_TRUE(small.head(first));
  ASSERT_TRUE(small.head(second));
  for (const auto& key : house_.files("models/")) ASSERT_TRUE(house_.store.remove(key));
  EXPECT_TRUE(small.head(second)) << "the last one stays";
  const auto gone = small.head(first);
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().code, core::ErrorCode::not_found);
}

}  // namespace
}  // namespace sightglass::inspection
