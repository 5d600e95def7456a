// What every reader of symbols keeps to, and the one that combines them.
#include <gtest/gtest.h>

#include <functional>
#include <set>

#include "conformance/code_reader/drawn_codes.hpp"
#include "vision/codes/make_code_reader.hpp"
#include "vision/codes/picture_copies.hpp"
#include "vision/zbar/code_reader.hpp"
#include "vision/zxing/code_reader.hpp"

namespace sightglass::vision {
namespace {

using ZXing::BarcodeFormat;

struct Kind {
  BarcodeFormat format;
  CodeKind kind;
  const char* written;
  const char* read;  // as CodeText gives it
};

// Those that both libraries read.
const std::vector<Kind> common_kinds{
    {BarcodeFormat::EAN13, CodeKind::ean13, "9780441014989", "9780441014989"},
    {BarcodeFormat::EAN8, CodeKind::ean8, "59001270", "59001270"},
    {BarcodeFormat::UPCA, CodeKind::upc_a, "036602301467", "0036602301467"},
    {BarcodeFormat::UPCE, CodeKind::upc_e, "04965802", "0049000006582"},
    {BarcodeFormat::ITF, CodeKind::itf, "00012345678905", "00012345678905"},
    {BarcodeFormat::Code39, CodeKind::code39, "PART-12/A", "PART-12/A"},
    {BarcodeFormat::Code93, CodeKind::code93, "CODE 93", "CODE 93"},
    {BarcodeFormat::Code128, CodeKind::code128, "Code 128-x", "Code 128-x"},
    {BarcodeFormat::Codabar, CodeKind::codabar, "A31117013206375B", "A31117013206375B"},
    {BarcodeFormat::QRCode, CodeKind::qr, "http://example.org/p?q=1", "http://example.org/p?q=1"},
};
const std::vector<Kind> further_kinds{
    {BarcodeFormat::Aztec, CodeKind::aztec, "an Aztec code", "an Aztec code"},
    {BarcodeFormat::DataMatrix, CodeKind::data_matrix, "a Data Matrix", "a Data Matrix"},
    {BarcodeFormat::PDF417, CodeKind::pdf417, "a PDF417", "a PDF417"},
};

using MakeReader = std::function<std::unique_ptr<SymbolReader>()>;
class EverySymbolReader : public testing::TestWithParam<std::pair<const char*, MakeReader>> {
 protected:
  std::unique_ptr<SymbolReader> reader = GetParam().second();
  std::vector<SymbolReading> read(const GreyPicture& picture, const SymbolSearch& search = {}) {
    auto readings = reader->read(picture, search);
    EXPECT_TRUE(readings) << readings.error().message;
    return readings ? std::move(*readings) : std::vector<SymbolReading>{};
  }
};

TEST_P(EverySymbolReader, reads_every_kind_that_is_common_to_all) {
  for (const auto& [format, kind, written, expected] : common_kinds) {
    const auto readings = read(test::drawn(format, written, {400, 160}));
    ASSERT_EQ(readings.size(), 1U) << name_of(kind);
    const auto code = found_code(readings[0].content);
    EXPECT_EQ(code.kind, name_of(kind));
    EXPECT_EQ(code.text, expected);
    EXPECT_FALSE(readings[0].box.is_empty()) << name_of(kind);
  }
}

TEST_P(EverySymbolReader, tells_where_a_code_is) {
  auto picture = test::white({900, 700});
  test::put(test::drawn(BarcodeFormat::QRCode, "here", {200, 200}), 500, 300, picture);
  const auto readings = read(picture);
  ASSERT_EQ(readings.size(), 1U);
  EXPECT_GT(core::overlap(readings[0].box, {520, 320, 160, 160}), 0.5);
}

TEST_P(EverySymbolReader, looks_only_for_what_is_wanted) {
  auto picture = test::white({500, 500});
  test::put(test::drawn(BarcodeFormat::QRCode, "matrix", {200, 200}), 20, 20, picture);
  test::put(test::drawn(BarcodeFormat::Code128, "LINEAR-1", {300, 100}), 50, 300, picture);
  EXPECT_EQ(read(picture).size(), 2U);
  const auto linear = read(picture, {.wants_matrix = false});
  ASSERT_EQ(linear.size(), 1U);
  EXPECT_EQ(linear[0].content.kind, CodeKind::code128);
  const auto matrix = read(picture, {.wants_linear = false});
  ASSERT_EQ(matrix.size(), 1U);
  EXPECT_EQ(matrix[0].content.kind, CodeKind::qr);
}

TEST_P(EverySymbolReader, finds_nothing_where_nothing_is) {
  EXPECT_TRUE(read(test::white({1, 1})).empty());
  EXPECT_TRUE(read(test::white({1, 900})).empty());
  EXPECT_TRUE(read(test::white({900, 1})).empty());
  EXPECT_TRUE(read(test::white({640, 480})).empty());
  auto noise = test::white({640, 480});
  std::uint32_t state = 7;
  for (auto& value : noise.values) value = static_cast<std::uint8_t>((state = state * 1664525 + 1013904223) >> 24);
  EXPECT_TRUE(read(noise).empty());
}

// The same text twice made zxing-cpp 1.4 end the process when it was asked for several codes at once.
TEST_P(EverySymbolReader, outlives_one_code_many_times) {
  auto picture = test::white({900, 1000});
  for (std::int32_t row = 0; row < 6; ++row) {
    for (const std::int32_t left : {0, 450})
      test::put(test::drawn(BarcodeFormat::EAN13, "9780441014989", {400, 120}), left, row * 160, picture);
  }
  const auto readings = read(picture);
  EXPECT_FALSE(readings.empty());
  for (const auto& reading : readings) EXPECT_EQ(reading.content.text, "9780441014989");
}

INSTANTIATE_TEST_SUITE_P(Readers, EverySymbolReader,
                         testing::Values(std::pair{"zxing", MakeReader(zxing::make_code_reader)},
                                         std::pair{"zbar", MakeReader(zbar::make_code_reader)}),
                         [](const auto& given) { return std::string(given.param.first); });

std::vector<FoundCode> read_all(const GreyPicture& picture, CodeEffort effort) {
  auto codes = make_code_reader()->read(test::raster(picture), effort);
  EXPECT_TRUE(codes) << codes.error().message;
  return codes ? std::move(*codes) : std::vector<FoundCode>{};
}

TEST(CombinedCodeReader, reads_every_kind_with_either_effort) {
  auto kinds = common_kinds;
  kinds.insert(kinds.end(), further_kinds.begin(), further_kinds.end());
  for (const auto& [format, kind, written, expected] : kinds) {
    for (const auto effort : {CodeEffort::quick, CodeEffort::thorough}) {
      // Three witnesses are more than the quick effort has for a UPC-E when one copy does not show it.
      if (kind == CodeKind::upc_e && effort == CodeEffort::quick) continue;
      const auto codes = read_all(test::drawn(format, written, {400, 160}), effort);
      ASSERT_EQ(codes.size(), 1U) << name_of(kind);
      EXPECT_EQ(codes[0].kind, name_of(kind));
      EXPECT_EQ(codes[0].text, expected);
      EXPECT_FALSE(codes[0].box.is_empty());
    }
  }
}

TEST(CombinedCodeReader, reads_several_codes_of_one_picture) {
  auto picture = test::white({1000, 900});
  test::put(test::drawn(BarcodeFormat::QRCode, "one", {200, 200}), 20, 20, picture);
  test::put(test::drawn(BarcodeFormat::QRCode, "two", {200, 200}), 700, 20, picture);
  test::put(test::drawn(BarcodeFormat::Code128, "THREE-3", {400, 100}), 20, 400, picture);
  test::put(test::drawn(BarcodeFormat::EAN13, "9780441014989", {400, 100}), 20, 700, picture);
  std::set<std::string> texts;
  for (const auto& code : read_all(picture, CodeEffort::quick)) texts.insert(code.text);
  EXPECT_EQ(texts, (std::set<std::string>{"one", "two", "THREE-3", "9780441014989"}));
}

TEST(CombinedCodeReader, reads_matrix_codes_of_two_kinds) {
  auto picture = test::white({700, 300});
  test::put(test::drawn(BarcodeFormat::QRCode, "one", {200, 200}), 20, 50, picture);
  test::put(test::drawn(BarcodeFormat::DataMatrix, "two", {200, 200}), 400, 50, picture);
  std::set<std::string> texts;
  for (const auto& code : read_all(picture, CodeEffort::quick)) texts.insert(code.text);
  EXPECT_EQ(texts, (std::set<std::string>{"one", "two"}));
}

TEST(CombinedCodeReader, reads_turned_inverted_and_faint_codes_with_thorough_effort) {
  auto picture = test::white({500, 300});
  test::put(test::drawn(BarcodeFormat::Code128, "FAINT-77", {300, 120}), 100, 90, picture);
  auto faint = picture;
  for (auto& value : faint.values) value = static_cast<std::uint8_t>(120 + value / 12);
  const auto turned = copy_of(picture, {.degrees = 40});
  const auto inverted = copy_of(picture, {.treatment = Treatment::inverted});
  ASSERT_TRUE(turned && inverted);
  for (const auto& shown : {faint, turned->picture, inverted->picture}) {
    const auto codes = read_all(shown, CodeEffort::thorough);
    ASSERT_EQ(codes.size(), 1U);
    EXPECT_EQ(codes[0].text, "FAINT-77");
  }
}

TEST(CombinedCodeReader, refuses_pictures_without_pixels_and_takes_the_smallest) {
  const auto reader = make_code_reader();
  EXPECT_FALSE(reader->read({}, CodeEffort::quick));
  EXPECT_FALSE(reader->read({{4, 4}, {1, 2, 3}}, CodeEffort::thorough));
  for (const core::Size size : {core::Size{1, 1}, core::Size{1, 300}, core::Size{300, 1}, core::Size{3, 3}})
    EXPECT_TRUE(read_all(test::white(size), CodeEffort::thorough).empty());
}

}  // namespace
}  // namespace sightglass::vision
