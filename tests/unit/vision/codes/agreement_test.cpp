#include "vision/codes/agreement.hpp"

#include <gtest/gtest.h>

namespace sightglass::vision {
namespace {

constexpr core::Box left_half{0, 100, 200, 3};
constexpr core::Box far_away{2000, 1500, 200, 3};

struct Readings {
  Agreement agreement{};
  void add(CodeKind kind, std::string text, int copy, Witness witness = Witness::speaks, core::Box box = left_half) {
    agreement.add({.kind = std::string(name_of(kind)), .text = std::move(text), .box = box}, kind, copy, witness);
  }
  std::vector<std::string> texts() const {
    std::vector<std::string> found;
    for (const auto& code : agreement.believed()) found.push_back(code.text);
    return found;
  }
};

using Texts = std::vector<std::string>;

TEST(Agreement, believes_what_corrects_itself_at_once) {
  Readings readings;
  readings.add(CodeKind::qr, "hello", 0);
  readings.add(CodeKind::code128, "ABC-1", 0, Witness::speaks, far_away);
  EXPECT_EQ(readings.texts(), (Texts{"hello", "ABC-1"}));
  EXPECT_FALSE(readings.agreement.is_waiting());
}

TEST(Agreement, believes_trade_numbers_of_two_copies) {
  Readings readings;
  readings.add(CodeKind::ean13, "9780441014989", 0);
  readings.add(CodeKind::ean13, "9780441014989", 0);
  EXPECT_EQ(readings.texts(), Texts{}) << "the same copy read twice is one witness";
  EXPECT_TRUE(readings.agreement.is_waiting());
  readings.add(CodeKind::ean13, "9780441014989", 1);
  EXPECT_EQ(readings.texts(), Texts{"9780441014989"});
}

TEST(Agreement, takes_support_for_one_vote_and_never_for_a_word) {
  Readings readings;
  readings.add(CodeKind::ean13, "9780441014989", 0, Witness::supports);
  readings.add(CodeKind::ean13, "9780441014989", 1, Witness::supports);
  readings.add(CodeKind::code128, "ssss", 1, Witness::supports, far_away);
  EXPECT_EQ(readings.texts(), Texts{});
  EXPECT_FALSE(readings.agreement.is_waiting()) << "nobody has spoken";
  readings.add(CodeKind::ean13, "9780441014989", 2);
  EXPECT_EQ(readings.texts(), Texts{}) << "read in different copies";
  readings.add(CodeKind::ean13, "9780441014989", 2, Witness::supports);
  EXPECT_EQ(readings.texts(), Texts{"9780441014989"});
}

TEST(Agreement, takes_any_readers_word_for_a_matrix_code) {
  Readings readings;
  readings.add(CodeKind::qr, "hello", 0, Witness::supports);
  EXPECT_EQ(readings.texts(), Texts{"hello"});
}

TEST(Agreement, asks_three_times_for_a_upc_e) {
  Readings readings;
  readings.add(CodeKind::upc_e, "0049000006582", 0);
  readings.add(CodeKind::upc_e, "0049000006582", 1);
  EXPECT_EQ(readings.texts(), Texts{});
  readings.add(CodeKind::upc_e, "0049000006582", 2);
  EXPECT_EQ(readings.texts(), Texts{"0049000006582"});
}

TEST(Agreement, leaves_out_short_texts_without_a_check) {
  Readings readings;
  for (const int copy : {0, 1, 2}) {
    readings.add(CodeKind::codabar, "D-B", copy);
    readings.add(CodeKind::itf, "1234", copy, Witness::speaks, far_away);
  }
  EXPECT_EQ(readings.texts(), Texts{});
}

TEST(Agreement, reports_none_of_two_that_contradict_each_other) {
  Readings readings;
  for (const int copy : {0, 1}) {
    readings.add(CodeKind::upc_a, "0075720003259", copy);
    readings.add(CodeKind::ean13, "1077778003259", copy);
  }
  EXPECT_EQ(readings.texts(), Texts{});
  EXPECT_TRUE(readings.agreement.is_waiting());
  for (const int copy : {2, 3, 4, 5}) readings.add(CodeKind::upc_a, "0075720003259", copy);
  EXPECT_EQ(readings.texts(), Texts{"0075720003259"}) << "three times as many";
}

TEST(Agreement, lets_the_better_check_prevail) {
  Readings readings;
  for (const int copy : {0, 1}) {
    readings.add(CodeKind::itf, "307111", copy);
    readings.add(CodeKind::ean13, "9780804816632", copy);
  }
  EXPECT_EQ(readings.texts(), Texts{"9780804816632"});
}

TEST(Agreement, reports_two_codes_at_two_places) {
  Readings readings;
  for (const int copy : {0, 1}) {
    readings.add(CodeKind::ean13, "9780804816632", copy);
    readings.add(CodeKind::ean13, "9780441014989", copy, Witness::speaks, far_away);
  }
  EXPECT_EQ(readings.texts(), (Texts{"9780804816632", "9780441014989"}));
}

TEST(Agreement, reports_a_matrix_code_inside_another) {
  Readings readings;
  readings.add(CodeKind::qr, "outer", 0, Witness::speaks, {0, 0, 300, 300});
  readings.add(CodeKind::qr, "inner", 0, Witness::speaks, {100, 100, 90, 90});
  EXPECT_EQ(readings.texts(), (Texts{"outer", "inner"}));
  readings.add(CodeKind::qr, "other", 1, Witness::speaks, {2, 2, 300, 300});
  EXPECT_EQ(readings.texts(), Texts{"inner"});
}

TEST(Agreement, drops_empty_texts) {
  Readings readings;
  readings.add(CodeKind::qr, "", 0);
  EXPECT_EQ(readings.texts(), Texts{});
  EXPECT_FALSE(readings.agreement.is_waiting());
}

}  // namespace
}  // namespace sightglass::vision
