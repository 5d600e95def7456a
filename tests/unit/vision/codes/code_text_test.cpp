#include "vision/codes/code_text.hpp"

#include <gtest/gtest.h>

#include <set>

namespace sightglass::vision {
namespace {

std::string text(CodeKind kind, std::string content, bool is_binary = false) {
  return found_code({kind, std::move(content), is_binary}).text;
}

TEST(CodeText, gives_all_trade_numbers_as_thirteen_digits) {
  EXPECT_EQ(text(CodeKind::ean13, "9780441014989"), "9780441014989");
  EXPECT_EQ(text(CodeKind::upc_a, "036602301467"), "0036602301467");
  EXPECT_EQ(text(CodeKind::upc_a, "0036602301467"), "0036602301467");
  EXPECT_EQ(text(CodeKind::upc_e, "04965802"), "0049000006582");
  EXPECT_EQ(text(CodeKind::ean8, "59001270"), "59001270");
}

TEST(CodeText, takes_an_ean_that_begins_with_zero_for_a_upc) {
  const auto code = found_code({CodeKind::ean13, "0036602301467", false});
  EXPECT_EQ(code.kind, "upc_a");
  EXPECT_EQ(found_code({CodeKind::ean13, "9780441014989", false}).kind, "ean13");
}

TEST(CodeText, drops_trade_numbers_with_a_wrong_check_digit_or_length) {
  EXPECT_EQ(text(CodeKind::ean13, "9780441014988"), "");
  EXPECT_EQ(text(CodeKind::ean13, "978044101498X"), "");
  EXPECT_EQ(text(CodeKind::ean13, ""), "");
  EXPECT_EQ(text(CodeKind::ean8, "9780441014989"), "");
  EXPECT_EQ(text(CodeKind::upc_e, "0496580"), "");
  EXPECT_EQ(text(CodeKind::databar, "123"), "");
  EXPECT_EQ(text(CodeKind::databar, "2001234567890x"), "");
}

TEST(CodeText, expands_every_way_of_leaving_out_zeros) {
  EXPECT_EQ(expanded_upc_e("01234505"), "012000003455");
  EXPECT_EQ(expanded_upc_e("01234531"), "012300000451");
  EXPECT_EQ(expanded_upc_e("01234543"), "012340000053");
  EXPECT_EQ(expanded_upc_e("01234575"), "012345000075");
  EXPECT_EQ(expanded_upc_e("0123457"), "");
  EXPECT_EQ(expanded_upc_e("0123457a"), "");
}

TEST(CodeText, puts_the_identifier_before_a_databar) {
  EXPECT_EQ(text(CodeKind::databar, "20012345678909"), "0120012345678909");
  EXPECT_EQ(text(CodeKind::databar, "0120012345678909"), "0120012345678909");
}

TEST(CodeText, gives_element_strings_without_brackets) {
  EXPECT_EQ(text(CodeKind::databar_expanded, "(01)98898765432106(3202)012345(15)991231"),
            "0198898765432106320201234515991231");
  // 10 is as long as it is, and ends with a separator; 01, 15 and 31 are not.
  EXPECT_EQ(text(CodeKind::databar_expanded, "(10)12A(15)991231"),
            "1012A\x1d"
            "15991231");
  EXPECT_EQ(text(CodeKind::databar_expanded, "(10)12A"), "1012A");
  EXPECT_EQ(text(CodeKind::databar_expanded, "1012A(b)"), "1012A(b)");
  EXPECT_EQ(text(CodeKind::databar_expanded, "(10)A(B)("), "10A(B)(");
  EXPECT_EQ(text(CodeKind::code128, "]C10112345"), "0112345");
  // Brackets of other codes are their own.
  EXPECT_EQ(text(CodeKind::qr, "(10) apples"), "(10) apples");
}

TEST(CodeText, keeps_codabars_letters_in_capitals) { EXPECT_EQ(text(CodeKind::codabar, "a1234b"), "A1234B"); }

TEST(CodeText, reads_full_ascii_only_where_it_must_be_meant) {
  EXPECT_EQ(text(CodeKind::code39, "12+A+B"), "12ab");
  EXPECT_EQ(text(CodeKind::code39, "A+A-1234"), "Aa-1234");
  EXPECT_EQ(text(CodeKind::code39, "+H/A%V"), "h!@");
  EXPECT_EQ(text(CodeKind::code39, "+H%A%F%K%P/Z$I"), "h\x1b;[{:\t");
  EXPECT_EQ(text(CodeKind::code39, "12/A"), "12/A");
  EXPECT_EQ(text(CodeKind::code39, "A+1"), "A+1");
  EXPECT_EQ(text(CodeKind::code39, "+A/P"), "+A/P") << "no such pair";
  EXPECT_EQ(text(CodeKind::code39, "+A+"), "+A+");
}

TEST(CodeText, knows_text_from_bytes) {
  EXPECT_EQ(text(CodeKind::qr, "内側QRコード"), "内側QRコード");
  const auto message = found_code({CodeKind::data_matrix,
                                   "[)>\x1e"
                                   "06\x1dP1\x1e\x04",
                                   true});
  EXPECT_FALSE(message.is_binary);
  EXPECT_EQ(message.text,
            "[)>\x1e"
            "06\x1dP1\x1e\x04");
  const auto bytes = found_code({CodeKind::qr,
                                 std::string("\x00\xff"
                                             "A",
                                             3),
                                 true});
  EXPECT_TRUE(bytes.is_binary);
  EXPECT_EQ(bytes.text, "00ff41");
  for (const auto* broken : {"\x80", "\xc3", "\xc0\xaf", "\xed\xa0\x80", "\xf5\x80\x80\x80", "\xe2\x28\xa1"}) {
    EXPECT_TRUE(found_code({CodeKind::qr, broken, false}).is_binary) << broken;
  }
}

TEST(CodeText, names_every_kind_once) {
  std::set<std::string_view> names;
  for (int kind = 0; kind <= static_cast<int>(CodeKind::upc_e); ++kind)
    names.insert(name_of(static_cast<CodeKind>(kind)));
  EXPECT_EQ(names.size(), 17U);
  EXPECT_EQ(name_of(CodeKind::upc_e), "upc_e");
  EXPECT_EQ(name_of(CodeKind::data_matrix), "data_matrix");
  EXPECT_EQ(name_of(CodeKind::itf), "itf");
}

}  // namespace
}  // namespace sightglass::vision
