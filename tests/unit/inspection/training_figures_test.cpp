#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "inspection/training/figures.hpp"

namespace sightglass::inspection::training {
namespace {

vision::ConformalThreshold threshold_at(double value) {
  std::vector<double> goods;
  for (int i = 0; i < 40; ++i) goods.push_back(value - 2 + 2.0 * i / 39);
  auto threshold = vision::conformal(goods, 0.05).value();
  threshold.value = value;
  return threshold;
}

// `missed` of ten defects and `rejected` of ten goods lie on the wrong side of 1.
AnomalyFigures figures_of(int missed, int rejected) {
  std::vector<vision::Scored> judged;
  for (int i = 0; i < 10; ++i) judged.push_back({i < rejected ? 1.1 + 0.01 * i : 0.01 * i, false});
  for (int i = 0; i < 10; ++i) judged.push_back({i < missed ? 0.5 + 0.01 * i : 2 + 0.01 * i, true});
  return anomaly_figures(judged, threshold_at(1));
}

HeadFigures heads_of(int right, int unsure_wrong, int sure_wrong) {
  std::vector<HeadAnswerGiven> answers;
  for (int i = 0; i < right; ++i) answers.push_back({"rust", "rust", 0.9, true});
  for (int i = 0; i < unsure_wrong; ++i) answers.push_back({"crack", "rust", 0.4, false});
  for (int i = 0; i < sure_wrong; ++i) answers.push_back({"crack", "rust", 0.95, true});
  return head_figures(answers);
}

boost::json::object json_of(const auto& figures) {
  std::string text;
  core::JsonWriter json(text);
  write(json, figures);
  return boost::json::parse(text).as_object();
}

TEST(AnomalyFigures, count_what_lies_on_which_side_of_the_threshold) {
  const auto figures = figures_of(2, 1);
  EXPECT_EQ(figures.goods, 10);
  EXPECT_EQ(figures.rejected, 1);
  EXPECT_EQ(figures.defects, 10);
  EXPECT_EQ(figures.recall(), 0.8);
  EXPECT_TRUE(figures.is_inside());
  EXPECT_FALSE(figures_of(2, 9).is_inside());
  const auto json = json_of(figures);
  EXPECT_EQ(json.at("examples").as_int64(), 20);
  EXPECT_EQ(json.at("false_rejects").at("rejected").as_int64(), 1);
  EXPECT_EQ(json.at("confusion").at("counts"), boost::json::parse("[[9,1],[2,8]]"));
  EXPECT_LT(json.at("recall_interval").at("least").as_double(), 0.8);
}

TEST(AnomalyFigures, say_nothing_of_what_was_not_there) {
  const auto none = anomaly_figures({}, threshold_at(1));
  EXPECT_EQ(none.auroc, std::nullopt);
  const auto json = json_of(none);
  for (const auto* name : {"auroc", "average_precision", "recall", "recall_interval"})
    EXPECT_TRUE(json.at(name).is_null()) << name;
  const std::vector<vision::Scored> only_defects{{2, true}};
  EXPECT_TRUE(json_of(anomaly_figures(only_defects, threshold_at(1))).at("auroc").is_null());
}

TEST(PromotionRule, wants_enough_pictures_that_are_held_out) {
  const std::vector<vision::Scored> few{{0, false}, {0.1, false}, {3, true}};
  const auto ruling = judge(anomaly_figures(few, threshold_at(1)), std::nullopt);
  EXPECT_FALSE(ruling.is_better);
  EXPECT_NE(ruling.why.find("2 good pictures and 1 defects are held out"), std::string::npos) << ruling.why;
  EXPECT_FALSE(judge(heads_of(9, 0, 0), std::nullopt).is_better);
}

TEST(PromotionRule, takes_a_model_that_is_clearly_better_and_no_other) {
  EXPECT_TRUE(judge(figures_of(0, 0), std::nullopt).is_better) << "a first model";
  EXPECT_TRUE(judge(figures_of(0, 1), figures_of(5, 1)).is_better);
  EXPECT_FALSE(judge(figures_of(1, 1), figures_of(1, 1)).is_better) << "the same";
  EXPECT_FALSE(judge(figures_of(5, 1), figures_of(0, 1)).is_better) << "worse";
  EXPECT_FALSE(judge(figures_of(0, 9), figures_of(5, 1)).is_better) << "rejects more than it promises";
  EXPECT_TRUE(judge(heads_of(18, 2, 0), heads_of(15, 5, 0)).is_better);
  EXPECT_FALSE(judge(heads_of(18, 2, 0), heads_of(18, 2, 0)).is_better);
  EXPECT_FALSE(judge(heads_of(18, 0, 2), heads_of(10, 10, 0)).is_better) << "sure and wrong too often";
  EXPECT_TRUE(judge(heads_of(18, 2, 0), std::nullopt).is_better);
  EXPECT_FALSE(judge(heads_of(10, 10, 0), std::nullopt).is_better);
}

TEST(PromotionRule, takes_more_recall_when_nothing_is_lost_for_it) {
  auto now = figures_of(2, 1);
  auto before = now;
  before.found -= 1;
  EXPECT_TRUE(judge(now, before).is_better);
  now.auroc = *now.auroc - 0.001;
  EXPECT_FALSE(judge(now, before).is_better);
}

TEST(HeadFigures, count_what_was_answered_and_how_surely) {
  const auto figures = heads_of(16, 3, 1);
  EXPECT_EQ(figures.share(figures.right), 0.8);
  EXPECT_EQ(figures.share(figures.known_and_wrong), 0.05);
  const auto json = json_of(figures);
  EXPECT_EQ(json.at("confusion").at("labels"), boost::json::parse(R"(["crack","rust"])"));
  EXPECT_EQ(json.at("confusion").at("counts"), boost::json::parse("[[0,4],[0,16]]"));
  EXPECT_TRUE(json_of(head_figures({})).at("accuracy").is_null());
}

}  // namespace
}  // namespace sightglass::inspection::training
