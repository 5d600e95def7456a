#include "database/findings.hpp"
#include "database/models.hpp"
#include "database/photo_verdicts.hpp"
#include "database/training_examples.hpp"
#include "database/training_runs.hpp"
#include "support/findings.hpp"

namespace sightglass::database {
namespace {

using training_examples::Facts;
using training_examples::Question;
using Training = training_runs::Run;

class TrainingExamples : public test::FindingsTest {
 protected:
  std::vector<Facts> facts(const Question& question = {.task = "anomaly"}) {
    return test::must(read([&](Session& s) { return training_examples::facts(s, question); }));
  }
  core::FindingId found(core::PhotoId photo, core::FindingState state, std::string class_name = "scratch",
                        core::FindingKind kind = core::FindingKind::anomaly) {
    auto finding = made(photo, std::move(class_name), core::Box{1, 2, 3, 4});
    finding.kind = kind;
    finding.state = state;
    finding.decided_by = state == core::FindingState::open ? "" : "rita";
    return put(finding);
  }
  void say(core::PhotoId photo, const std::string& verdict, bool is_person) {
    test::must(write([&](Session& s) -> core::Result<void> {
      SG_TRY(s.execute("UPDATE photos SET verdict = $2 WHERE id = $1", {photo, verdict}));
      return photo_verdicts::note_person(s, photo, is_person);
    }));
  }
  void mark(core::PhotoId photo, const std::string& mark, const Question& question = {.task = "anomaly"}) {
    test::must(write([&](Session& s) {
      return training_examples::put_mark(s, question, {.photo_id = photo, .mark = mark, .marked_by = "rita"},
                                         instant(5));
    }));
  }
  core::AssetId add_asset(const std::string& code, const std::string& type) {
    const core::Asset asset{.id = core::AssetId::make(instant(0)), .code = code, .name = code, .type = type};
    test::must(write([&](Session& s) { return assets::insert(s, asset); }));
    return asset.id;
  }
};
INSTANTIATE_TEST_SUITE_P(Stores, TrainingExamples, test::all_stores());

TEST_P(TrainingExamples, are_photos_on_which_a_person_said_something) {
  const auto untouched = add_photo();
  found(untouched, core::FindingState::open);
  const auto confirmed = add_photo();
  found(confirmed, core::FindingState::confirmed);
  found(confirmed, core::FindingState::open);
  const auto rejected = add_photo();
  found(rejected, core::FindingState::rejected);
  const auto judged = add_photo();
  say(judged, "OK", true);
  say(add_photo(), "OK", false);  // a machine's
  const auto other_kind = add_photo();
  found(other_kind, core::FindingState::confirmed, "rust", core::FindingKind::damage);
  const auto all = facts();
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].photo_id, judged);
  EXPECT_EQ(all[0].verdict, "OK");
  EXPECT_EQ(all[1].photo_id, rejected);
  EXPECT_EQ(all[1].rejected, 1);
  EXPECT_EQ(all[2].photo_id, confirmed);
  EXPECT_EQ(all[2].defects, 1);
  EXPECT_EQ(all[2].open, 1);
  EXPECT_EQ(all[2].decided_by, "rita");
  const Question damage{.task = "damage", .kind = core::FindingKind::damage};
  EXPECT_EQ(facts(damage).size(), 2U) << "the verdict counts for damage too";
  const auto taught = test::must(read([&](Session& s) { return training_examples::taught(s, damage); }));
  ASSERT_EQ(taught.size(), 1U);
  EXPECT_EQ(taught[0].photo_id, other_kind);
  EXPECT_EQ(taught[0].class_name, "rust");
  EXPECT_EQ(taught[0].box, (core::Box{1, 2, 3, 4}));
}

TEST_P(TrainingExamples, leave_the_trash_out) {
  const auto photo = add_photo();
  found(photo, core::FindingState::confirmed);
  test::must(write([&](Session& s) { return photos::set_trashed(s, photo, instant(9)); }));
  EXPECT_TRUE(facts().empty());
  EXPECT_FALSE(
      test::must(read([&](Session& s) { return training_examples::facts_of(s, {.task = "anomaly"}, photo); })));
}

TEST_P(TrainingExamples, are_of_a_scope) {
  const auto pump = add_asset("P1", "pump");
  const auto fan = add_asset("F1", "fan");
  const auto of_pump = add_photo({.asset_id = pump});
  const auto of_fan = add_photo({.asset_id = fan});
  mark(of_pump, "good");
  mark(of_fan, "good");
  say(of_pump, "OK", true);
  say(of_fan, "OK", true);
  const auto ids = [&](const promotions::Scope& scope) {
    std::vector<core::PhotoId> photos;
    for (const auto& one : facts({.task = "anomaly", .scope = scope})) photos.push_back(one.photo_id);
    return photos;
  };
  EXPECT_EQ(ids({}).size(), 2U);
  EXPECT_EQ(ids({.kind = "asset", .value = pump.to_string()}), std::vector{of_pump});
  EXPECT_EQ(ids({.kind = "asset_type", .value = "fan"}), std::vector{of_fan});
  EXPECT_TRUE(ids({.kind = "asset_type", .value = "odd"}).empty());
  EXPECT_TRUE(ids({.kind = "location", .value = "odd"}).empty());
  const auto only_of_all = facts({.task = "anomaly", .scope = {.kind = "asset", .value = pump.to_string()}});
  EXPECT_EQ(only_of_all.at(0).mark, "") << "a mark is of one scope";
}

TEST_P(TrainingExamples, group_what_was_taken_of_one_thing_on_one_day) {
  const auto pump = add_asset("P1", "pump");
  const auto first = add_photo({.asset_id = pump, .taken_at = instant(0)});
  const auto same_day = add_photo({.asset_id = pump, .taken_at = instant(60)});
  const auto later = add_photo({.asset_id = pump, .taken_at = instant(3 * 86'400)});
  const auto elsewhere = add_photo({.taken_at = instant(0)});
  for (const auto photo : {first, same_day, later, elsewhere}) mark(photo, "good");
  const auto group = [&](core::PhotoId photo) {
    return test::must(read([&](Session& s) { return training_examples::facts_of(s, {.task = "anomaly"}, photo); }))
        .value()
        .group;
  };
  EXPECT_EQ(group(first), group(same_day));
  EXPECT_NE(group(first), group(later));
  EXPECT_NE(group(first), group(elsewhere));
}

TEST_P(TrainingExamples, keep_a_persons_mark_until_it_is_taken_back) {
  const auto photo = add_photo();
  mark(photo, "good");
  mark(photo, "defect");
  ASSERT_EQ(facts().size(), 1U);
  EXPECT_EQ(facts()[0].mark, "defect");
  EXPECT_EQ(facts()[0].marked_by, "rita");
  EXPECT_TRUE(facts({.task = "damage", .kind = core::FindingKind::damage}).empty()) << "a mark is of one task";
  mark(photo, "");
  EXPECT_TRUE(facts().empty());
}

TEST_P(TrainingExamples, stay_on_the_side_they_were_put_on_first) {
  const auto photo = add_photo();
  mark(photo, "good");
  EXPECT_EQ(facts()[0].is_held_out, std::nullopt);
  for (const bool side : {true, false})
    test::must(write([&](Session& s) {
      const training_examples::Side one{.photo_id = photo, .is_held_out = side};
      return training_examples::put_sides(s, {&one, 1}, instant(side ? 1 : 2));
    }));
  EXPECT_EQ(facts()[0].is_held_out, true);
}

class TrainingRuns : public test::StoreTest {
 protected:
  Training add(const promotions::Scope& scope = {}, std::string task = "anomaly") {
    Training run{.id = core::TrainingRunId::make(instant(made_)),
                 .task = std::move(task),
                 .scope = scope,
                 .settings = R"({"a":1})",
                 .created_at = instant(made_),
                 .created_by = "ann"};
    ++made_;
    run.task_id = core::TaskId::make(instant(0));
    test::must(write([&](Session& s) -> core::Result<void> {
      SG_TRY(s.execute(
          "INSERT INTO tasks (id, kind, queue, priority, state, arguments, attempts, max_attempts, run_at, "
          "created_at, lease_owner, error, result, progress, request_id) VALUES ($1, 'retrain_anomaly_model', "
          "'ml_training', 0, 'available', '{}', 0, 3, 0, 0, '', '', 'null', 0, '')",
          {run.task_id}));
      return training_runs::insert(s, run);
    }));
    return run;
  }
  Training found(const Training& run) {
    return test::must(read([&](Session& s) { return training_runs::find(s, run.id); })).value();
  }
  void set_task(const Training& run, const std::string& assignments) {
    test::must(write(
        [&](Session& s) { return s.execute("UPDATE tasks SET " + assignments + " WHERE id = $1", {run.task_id}); }));
  }
  std::size_t count(const training_runs::Filter& filter) {
    return test::must(read([&](Session& s) { return training_runs::list(s, filter); })).size();
  }

 private:
  std::int64_t made_ = 0;
};
INSTANTIATE_TEST_SUITE_P(Stores, TrainingRuns, test::all_stores());

TEST_P(TrainingRuns, follow_their_task_until_they_tell_their_end) {
  auto run = add();
  EXPECT_EQ(found(run).state, "queued");
  set_task(run, "state = 'running', progress = 40");
  EXPECT_EQ(found(run).state, "running");
  EXPECT_EQ(found(run).progress, 40);
  set_task(run, "state = 'retryable'");
  EXPECT_EQ(found(run).state, "queued");
  set_task(run, "state = 'cancelled', finished_at = 7");
  EXPECT_EQ(found(run).state, "cancelled");
  EXPECT_TRUE(found(run).finished_at);
  set_task(run, "state = 'discarded', error = 'no room'");
  EXPECT_EQ(found(run).state, "failed");
  EXPECT_EQ(found(run).error, "no room");
  run.state = "done";
  run.result = R"({"b":2})";
  run.counts = R"({"c":3})";
  run.finished_at = instant(9);
  test::must(write([&](Session& s) { return training_runs::update(s, run); }));
  EXPECT_EQ(found(run).state, "done");
  EXPECT_EQ(found(run).progress, 100);
  EXPECT_EQ(found(run).result, run.result);
  EXPECT_EQ(found(run).counts, run.counts);
  EXPECT_EQ(found(run).settings, R"({"a":1})");
  test::must(write([&](Session& s) { return s.execute("DELETE FROM tasks WHERE id = $1", {run.task_id}); }));
  EXPECT_EQ(found(run).state, "done");
}

TEST_P(TrainingRuns, whose_task_is_forgotten_have_failed) {
  const auto run = add();
  test::must(write([&](Session& s) { return s.execute("DELETE FROM tasks WHERE id = $1", {run.task_id}); }));
  EXPECT_EQ(found(run).state, "failed");
  EXPECT_NE(found(run).error, "");
}

TEST_P(TrainingRuns, are_listed_newest_first_by_task_and_scope) {
  const auto first = add();
  const auto second = add({.kind = "asset_type", .value = "pump"});
  add({}, "damage");
  const auto all = test::must(read([&](Session& s) { return training_runs::list(s, {.task = "anomaly"}); }));
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].id, second.id);
  EXPECT_EQ(all[1].id, first.id);
  EXPECT_EQ(count({.scope_kind = "asset_type", .scope_value = "pump"}), 1U);
  EXPECT_EQ(count({.after = second.id}), 1U);
  EXPECT_EQ(count({.limit = 1}), 1U);
}

TEST_P(TrainingRuns, forget_a_model_that_is_deleted) {
  auto run = add();
  const models::Model model{.id = core::ModelId::make(instant(0)), .name = "a", .version = "1"};
  run.model_id = model.id;
  run.finished_at = instant(1);
  test::must(write([&](Session& s) -> core::Result<void> {
    SG_TRY(models::insert(s, model));
    return training_runs::update(s, run);
  }));
  EXPECT_EQ(found(run).model_id, model.id);
  test::must(write([&](Session& s) { return s.execute("DELETE FROM models WHERE id = $1", {model.id}); }));
  EXPECT_EQ(found(run).model_id, std::nullopt);
  Training nobody = run;
  nobody.id = core::TrainingRunId::make(instant(99));
  EXPECT_EQ(write([&](Session& s) { return training_runs::update(s, nobody); }).error().code,
            core::ErrorCode::not_found);
}

}  // namespace
}  // namespace sightglass::database
