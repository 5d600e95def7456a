#include "inspection/critical_finding.hpp"

#include "database/notices.hpp"
#include "inspection/decisions.hpp"
#include "unit/inspection/judging_house.hpp"

namespace sightglass::inspection {
namespace {

class CriticalFinding : public JudgingTest {
 protected:
  CriticalFinding() { workshop_.critical_classes = {"anomaly", "leak"}; }
  std::vector<core::Task> waiting(const core::Photo& photo) {
    auto tasks =
        house_.database.read([&](database::Session& session) { return queue::list_of_photo(session, photo.id, 10); });
    std::erase_if(*tasks, [](const core::Task& task) { return task.kind != critical_task_kind; });
    return *tasks;
  }
  std::vector<database::notices::Notice> notices_of(core::UserId user) {
    return house_.database.read([&](database::Session& session) { return database::notices::list(session, user, {}); })
        .value();
  }
  core::Result<std::string> perform(const core::Task& task) {
    return tell_critical(
        house_.database, task, [](database::Session&, std::string_view) -> core::Result<bool> { return true; },
        house_.clock.now());
  }
};

TEST_F(CriticalFinding, is_told_once_to_those_who_answer_for_the_photo) {
  promote(add_model(anomaly_task, "1", anomaly_bytes()));
  const auto uploader = add_user("tim", core::Role::technician);
  const auto reviewer = add_user("rita", core::Role::reviewer);
  const auto away = add_user("rolf", core::Role::reviewer, true);
  const auto operator_id = add_user("olga", core::Role::operator_);
  const auto administrator = add_user("ada", core::Role::administrator);
  const auto photo = add_photo("PIC bad 900", {.uploaded_by = uploader});
  analyse(photo);
  ASSERT_EQ(findings_of(photo).at(0).severity, core::Severity::critical);
  analyse(photo);
  const auto tasks = waiting(photo);
  ASSERT_EQ(tasks.size(), 1U) << "the second analysis found nothing new";
  EXPECT_EQ(tasks[0].queue, core::TaskQueue::high_priority);
  EXPECT_EQ(perform(tasks[0]).value_or(""),
            R"({"finding_id":")" + findings_of(photo)[0].id.to_string() + R"(","told":3})");
  for (const auto user : {uploader, reviewer, operator_id}) {
    const auto told = notices_of(user);
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].kind, database::notices::critical_anomaly);
    EXPECT_EQ(told[0].photo, photo.id);
  }
  EXPECT_TRUE(notices_of(away).empty());
  EXPECT_TRUE(notices_of(administrator).empty());
}

TEST_F(CriticalFinding, is_told_to_administrators_where_nobody_else_looks_at_photos) {
  promote(add_model(anomaly_task, "1", anomaly_bytes()));
  const auto administrator = add_user("ada", core::Role::administrator);
  const auto photo = add_photo("PIC bad 900");
  analyse(photo);
  ASSERT_TRUE(perform(waiting(photo).at(0)));
  EXPECT_EQ(notices_of(administrator).size(), 1U);
}

TEST_F(CriticalFinding, is_told_to_nobody_once_a_person_decided) {
  promote(add_model(anomaly_task, "1", anomaly_bytes()));
  const auto reviewer = add_user("rita", core::Role::reviewer);
  const auto photo = add_photo("PIC bad 900");
  analyse(photo);
  ASSERT_TRUE(house_.database.write([&](database::Session& session) {
    return decide(session, {.id = reviewer, .name = "rita"}, findings_of(photo).at(0).id, Action::reject, {},
                  house_.clock.now());
  }));
  const auto outcome = perform(waiting(photo).at(0));
  ASSERT_TRUE(outcome);
  EXPECT_TRUE(outcome->contains(R"("told":0)"));
  EXPECT_TRUE(notices_of(reviewer).empty());
}

TEST_F(CriticalFinding, tells_nobody_when_another_worker_has_the_task) {
  promote(add_model(anomaly_task, "1", anomaly_bytes()));
  const auto reviewer = add_user("rita", core::Role::reviewer);
  const auto photo = add_photo("PIC bad 900");
  analyse(photo);
  const auto outcome = tell_critical(
      house_.database, waiting(photo).at(0),
      [](database::Session&, std::string_view) -> core::Result<bool> { return false; }, house_.clock.now());
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, core::ErrorCode::cancelled);
  EXPECT_TRUE(notices_of(reviewer).empty());
}

TEST_F(CriticalFinding, of_a_class_of_damage_is_one_that_was_named_so) {
  promote(add_model(damage_task, "1", head_bytes("leak")));
  const auto leak = add_photo("PIC good 901", house_.job_photo());
  analyse(leak);
  EXPECT_EQ(findings_of(leak).at(0).severity, core::Severity::critical);
  EXPECT_EQ(waiting(leak).size(), 1U);
  workshop_.critical_classes = {"fire"};
  const auto other = add_photo("PIC good 902", house_.job_photo());
  analyse(other);
  EXPECT_TRUE(waiting(other).empty());
}

TEST_F(CriticalFinding, turned_critical_later_is_told_then) {
  promote(add_model(damage_task, "1", head_bytes("leak")));
  workshop_.critical_classes.clear();
  const auto photo = add_photo("PIC good 901", house_.job_photo());
  analyse(photo);
  EXPECT_TRUE(waiting(photo).empty());
  workshop_.critical_classes = {"leak"};
  analyse(photo);
  EXPECT_EQ(waiting(photo).size(), 1U);
}

TEST_F(CriticalFinding, that_a_task_does_not_name_is_an_error_that_will_not_pass) {
  const auto outcome = perform({.kind = std::string(critical_task_kind), .arguments = R"({"finding_id":"x"})"});
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, core::ErrorCode::invalid_input);
  EXPECT_EQ(outcome.error().field, "finding_id");
}

}  // namespace
}  // namespace sightglass::inspection
