// Verdicts, labels and decisions: what people said stands beside and above what machines say.
#include "database/decisions.hpp"
#include "database/photo_labels.hpp"
#include "database/photo_verdicts.hpp"
#include "support/findings.hpp"

namespace sightglass::database {
namespace {

using core::FindingKind;
using core::FindingState;

class PeoplesWords : public test::FindingsTest {};
INSTANTIATE_TEST_SUITE_P(Stores, PeoplesWords, test::all_stores());

TEST_P(PeoplesWords, outlive_the_machines_verdict) {
  const auto photo = add_photo();
  const auto settle = [&] {
    test::must(write([&](Session& s) { return photo_verdicts::settle(s, photo); }));
    return photo_of(photo).verdict;
  };
  const auto is_by_person = [&] {
    return test::must(read([&](Session& s) { return photo_verdicts::is_by_person(s, photo); }));
  };
  EXPECT_EQ(settle(), "");
  EXPECT_FALSE(is_by_person()) << "there is none";
  const auto id = put(made(photo, "scratch"));
  EXPECT_EQ(settle(), "NG");
  decide(id, FindingState::rejected);
  EXPECT_EQ(settle(), "") << "no model judged it";
  test::must(write([&](Session& s) { return photo_verdicts::note_model(s, photo, true); }));
  EXPECT_EQ(settle(), "OK");
  decide(id, FindingState::confirmed);
  EXPECT_EQ(settle(), "NG");
  test::must(write([&](Session& s) -> core::Result<void> {
    SG_TRY(photo_verdicts::note_person(s, photo, true));
    SG_ASSIGN(auto row, photos::find(s, photo));
    row->verdict = "fine";
    return photos::update(s, *row);
  }));
  EXPECT_EQ(settle(), "fine");
  EXPECT_TRUE(is_by_person());
  test::must(write([&](Session& s) { return photo_verdicts::note_person(s, photo, false); }));
  EXPECT_EQ(settle(), "NG");
  EXPECT_FALSE(is_by_person());
  const auto found_again = add_photo({.verdict = "OK"});
  put(made(found_again, "scratch"));
  test::must(write([&](Session& s) { return photo_verdicts::settle(s, found_again); }));
  EXPECT_EQ(photo_of(found_again).verdict, "OK") << "came with its verdict";
}

TEST_P(PeoplesWords, outlive_the_machines_labels) {
  const auto photo = add_photo();
  const auto machine = [&](const std::vector<photos::Label>& labels) {
    test::must(write([&](Session& s) { return photos::set_labels(s, photo, labels); }));
  };
  const auto names = [&] {
    std::string text;
    for (const auto& label : test::must(read([&](Session& s) { return photo_labels::of_photo(s, photo); })))
      text += label.name + (label.is_by_person ? "! " : " ");
    return text;
  };
  machine({{"cat", 0.9}, {"sofa", 0.8}});
  test::must(write([&](Session& s) { return photo_labels::set_by_person(s, photo, {"cat", "fox", "fox"}); }));
  EXPECT_EQ(names(), "cat fox! ");
  machine({{"sofa", 0.9}, {"plant", 0.5}, {"fox", 0.4}});
  EXPECT_EQ(names(), "fox! plant ") << "what a person took away stays away";
  test::must(write([&](Session& s) { return photo_labels::set_by_person(s, photo, {"sofa"}); }));
  machine({{"plant", 0.9}, {"cup", 0.2}});
  EXPECT_EQ(names(), "cup sofa! ");
  EXPECT_EQ(test::must(read([&](Session& s) {
              return photos::list(s, {.label = "sofa"}, {.sees_all = true}, {});
            })).photos.size(),
            1U);
  EXPECT_FALSE(write([&](Session& s) { return photo_labels::set_by_person(s, photo, {""}); }));
  EXPECT_FALSE(write([&](Session& s) { return photo_labels::set_by_person(s, core::PhotoId::make(instant(9)), {}); }));
}

TEST_P(PeoplesWords, are_remembered_with_who_said_them) {
  const auto ann = add_user("ann");
  const auto photo = add_photo();
  const auto finding = put(made(photo, "scratch"));
  const auto decided = [&](std::string client_id, std::optional<double> seconds) {
    const decisions::Decision decision{.id = core::DecisionId::make(instant(1)),
                                       .finding_id = finding,
                                       .photo_id = photo,
                                       .user_id = ann,
                                       .name = "ann",
                                       .action = "confirm",
                                       .before = "{}",
                                       .at = instant(1),
                                       .seconds = seconds,
                                       .client_id = std::move(client_id)};
    return write([&](Session& s) -> core::Result<core::DecisionId> {
      SG_TRY(decisions::insert(s, decision));
      return decision.id;
    });
  };
  const auto first = test::must(decided("a", 3));
  const auto second = test::must(decided("", 1));
  test::must(decided("", 7));
  const auto doubled = decided("a", 9);
  ASSERT_FALSE(doubled);
  EXPECT_EQ(doubled.error().code, core::ErrorCode::conflict);
  test::must(read([&](Session& s) -> core::Result<void> {
    SG_ASSIGN(const auto sent, decisions::find_sent(s, ann, "a"));
    EXPECT_EQ(sent->id, first);
    SG_ASSIGN(const auto nothing, decisions::find_sent(s, ann, ""));
    EXPECT_FALSE(nothing);
    SG_ASSIGN(const auto median, decisions::median_seconds(s, ann, FindingKind::anomaly));
    EXPECT_EQ(median, 3);
    SG_ASSIGN(const auto none, decisions::median_seconds(s, ann, FindingKind::damage));
    EXPECT_EQ(none, std::nullopt);
    SG_ASSIGN(const auto all, decisions::of_photo(s, photo, 10));
    EXPECT_EQ(all.size(), 3U);
    EXPECT_EQ(all.back().id, first);
    return {};
  }));
  const auto undo = [&] {
    return test::must(
        write([&](Session& s) { return decisions::mark_undone(s, second, core::DecisionId::make(instant(2))); }));
  };
  EXPECT_TRUE(undo());
  EXPECT_FALSE(undo());
}

}  // namespace
}  // namespace sightglass::database
