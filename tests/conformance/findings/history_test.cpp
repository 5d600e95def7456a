// Random histories of machines and people at one photo, against a model of what must hold.
#include <algorithm>
#include <map>
#include <random>

#include "inspection/decisions.hpp"
#include "inspection/undo.hpp"
#include "support/findings.hpp"

namespace sightglass::inspection {
namespace {

using core::Finding;
using core::FindingState;

class Histories : public test::FindingsTest {};
INSTANTIATE_TEST_SUITE_P(Stores, Histories, test::all_stores());

// What people last said of each finding: missing while they said nothing.
using Said = std::map<core::FindingId, Finding>;

class History {
 public:
  History(unsigned seed) : random_(seed) {}
  int below(int most) { return std::uniform_int_distribution(0, most - 1)(random_); }

  // Some of nine defects that lie apart, each a little aside from where it was before.
  std::vector<Finding> analysis(core::PhotoId photo) {
    std::vector<Finding> found;
    for (int place = 0; place < 9; ++place) {
      if (below(3) == 0) continue;
      Finding finding;
      finding.photo_id = photo;
      finding.class_name = place % 3 == 0 ? "dent" : "scratch";
      finding.confidence = 0.01 * below(100);
      finding.model = "m";
      if (place != 0) finding.box = core::Box{200.0 * place + below(3), 0.5 * below(4), 100, 100};
      found.push_back(finding);
    }
    return found;
  }

 private:
  std::mt19937 random_;
};

void expect_kept(const std::vector<Finding>& now, const Said& said) {
  for (const auto& [id, word] : said) {
    const auto found = std::ranges::find(now, id, &Finding::id);
    ASSERT_NE(found, now.end()) << "a decided finding is gone";
    EXPECT_EQ(found->state, word.state);
    EXPECT_EQ(found->class_name, word.class_name);
    EXPECT_EQ(found->box, word.box);
    EXPECT_EQ(found->decided_by, word.decided_by);
  }
}

// Nothing open may lie where somebody decided on the same, nor twice at one place.
void expect_nothing_doubled(const std::vector<Finding>& now) {
  for (const auto& open : now) {
    if (open.state != FindingState::open) continue;
    for (const auto& other : now) {
      if (other.id == open.id || other.class_name != open.class_name) continue;
      const bool is_same = !open.box && !other.box;
      const double overlap = open.box && other.box ? core::overlap(*open.box, *other.box) : 0;
      EXPECT_FALSE(is_same || overlap >= database::findings::decided_overlap) << open.class_name;
    }
  }
}

TEST_P(Histories, of_machines_and_two_people_keep_every_decision) {
  const Person people[] = {{.id = add_user("ann"), .name = "ann"}, {.id = add_user("bob"), .name = "bob"}};
  const int rounds = is_postgres() ? 8 : 20;
  for (int seed = 0; seed < rounds; ++seed) {
    SCOPED_TRACE(seed);
    History history(static_cast<unsigned>(seed));
    const auto photo = add_photo();
    Said said;
    // Of each decision: whose, of which finding, and what people had said before.
    struct Step {
      Person who;
      core::DecisionId id;
      core::FindingId finding;
      std::optional<Finding> before;
      bool is_done = true;
    };
    std::vector<Step> steps;
    for (int turn = 0; turn < 40; ++turn) {
      const auto now = all_of(photo);
      const int what = history.below(10);
      if (what < 4 || now.empty()) {
        replace(photo, history.analysis(photo));
      } else if (what < 8) {
        const auto& finding = now.at(static_cast<std::size_t>(history.below(static_cast<int>(now.size()))));
        const auto& who = people[history.below(2)];
        constexpr Action actions[] = {Action::confirm, Action::reject, Action::correct, Action::resolve};
        const auto action = actions[history.below(4)];
        Word word;
        if (action == Action::correct) word.class_name = "stain";
        const auto decided = test::must(
            write([&](auto& s) { return inspection::decide(s, who, finding.id, action, word, instant(100 + turn)); }));
        const auto known = said.find(finding.id);
        steps.push_back(
            {who, decided.decision, finding.id, known == said.end() ? std::nullopt : std::optional(known->second)});
        said[finding.id] = decided.finding;
      } else if (!steps.empty()) {
        auto& step = steps.at(static_cast<std::size_t>(history.below(static_cast<int>(steps.size()))));
        const auto later = std::ranges::find_if(
            steps, [&](const Step& other) { return &other > &step && other.finding == step.finding && other.is_done; });
        const auto undone = write([&](auto& s) { return inspection::undo(s, step.who, step.id, instant(100 + turn)); });
        ASSERT_EQ(undone.has_value(), step.is_done && later == steps.end());
        if (undone) {
          step.is_done = false;
          if (step.before)
            said[step.finding] = *step.before;
          else
            said.erase(step.finding);
        }
      }
      const auto after = all_of(photo);
      expect_kept(after, said);
      if (what < 4 || now.empty()) expect_nothing_doubled(after);
      if (HasFailure()) return;
    }
  }
}

}  // namespace
}  // namespace sightglass::inspection
