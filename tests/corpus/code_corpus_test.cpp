// Codes on real pictures, with the least that must be right and the most that may be wrong, kind by kind. These numbers
// are only ever tightened.
#include <fcntl.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "imaging/pipeline/picture_decoder.hpp"
#include "runtime/unix_fd.hpp"
#include "support/test_paths.hpp"
#include "vision/codes/make_code_reader.hpp"

namespace sightglass::vision {
namespace {

namespace fs = std::filesystem;

struct Labelled {
  std::string path{}, kind{}, value{};
};

struct Expectation {
  int pictures, quick, thorough;  // the two: values read right
};

// Of the 290 values quick effort reads 232 and thorough effort 256.
const std::map<std::string, Expectation> expectations{
    {"aztec", {16, 5, 9}},
    {"codabar", {7, 7, 7}},
    {"code128", {13, 13, 13}},
    {"code39", {5, 4, 5}},
    {"code93", {1, 1, 1}},
    {"databar", {9, 8, 8}},
    {"databar_expanded", {16, 15, 15}},
    {"datamatrix", {52, 43, 44}},
    {"ean13", {30, 21, 24}},
    {"ean8", {4, 4, 4}},
    {"itf", {7, 7, 7}},
    {"maxicode", {4, 4, 4}},
    {"micro_qr", {5, 4, 5}},
    {"none", {11, 0, 0}},
    {"pdf417", {25, 25, 25}},
    {"qr", {49, 42, 46}},
    {"upca", {31, 21, 26}},
    {"upce", {16, 8, 13}},
};

// Labels that name one code of a picture that shows others, or another than the digits printed below the bars say.
const std::map<std::string, std::set<std::string>> also_there{
    {"ean13/zc_ean13_2_28.webp", {"9784872348880"}},
    {"qr/zc_qrcode_2_16.webp", {"[外側QRコード]\r\n \r\n*ﾀﾞﾌﾞﾙQR*\r\nhttp://d-qr.net/ex/"}},
};

fs::path code_set() {
  const char* shared = std::getenv("SIGHTGLASS_SHARED");
  return (shared != nullptr ? fs::path(shared) : fs::path(SIGHTGLASS_SOURCE_DIR) / ".." / "shared") / "data" / "codes";
}

// RFC 4180 fields of a line that holds no line end within quotes.
std::vector<std::string> fields_of(const std::string& line) {
  std::vector<std::string> fields(1);
  bool is_quoted = false;
  for (const char letter : line) {
    if (letter == '"') {
      if (!is_quoted && !fields.back().empty()) fields.back() += '"';  // a doubled quote
      is_quoted = !is_quoted;
    } else if (letter == ',' && !is_quoted) {
      fields.emplace_back();
    } else {
      fields.back() += letter;
    }
  }
  return fields;
}

// The set writes line ends and backslashes with a backslash.
std::string unescaped(const std::string& value) {
  std::string text;
  for (std::size_t index = 0; index < value.size(); ++index) {
    const bool is_escape = value[index] == '\\' && index + 1 < value.size();
    if (!is_escape) {
      text += value[index];
      continue;
    }
    const char letter = value[++index];
    text += letter == 'n' ? '\n' : letter == 'r' ? '\r' : letter;
  }
  return text;
}

// Some labels have a blank before or behind that their pictures do not.
std::string trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(' ');
  return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(' ') - first + 1);
}

std::vector<Labelled> labels() {
  std::vector<Labelled> found;
  std::ifstream file(code_set() / "labels.csv");
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    if (line.ends_with('\r')) line.pop_back();
    const auto fields = fields_of(line);
    if (fields.size() == 4) found.push_back({fields[0], fields[1], trimmed(unescaped(fields[2]))});
  }
  return found;
}

core::Result<core::Raster> picture_of(const std::string& path) {
  const runtime::UnixFd fd(::open((code_set() / path).c_str(), O_RDONLY | O_CLOEXEC));
  imaging::pipeline::PictureDecoder decoder;
  SG_ASSIGN(auto image, decoder.inspect(fd.get(), {.allow_damaged = true}, {}));
  return std::move(image.raster);
}

struct Tally {
  int pictures = 0, quick = 0, thorough = 0, wrong = 0;
};

// Counts a wrong text, and says it.
bool is_right(const Labelled& label, const std::vector<FoundCode>& codes, int& wrong) {
  bool found = false;
  for (const auto& code : codes) {
    const auto text = trimmed(code.text);
    const auto others = also_there.find(label.path);
    if (label.kind != "none" && text == label.value) {
      found = true;
    } else if (others == also_there.end() || !others->second.contains(text)) {
      ++wrong;
      std::cout << label.path << ": read \"" << text << "\" (" << code.kind << ") instead of \"" << label.value
                << "\"\n";
    }
  }
  return found;
}

std::map<std::string, Tally> tally_of(CodeReader& reader) {
  std::map<std::string, Tally> tallies;
  for (const auto& label : labels()) {
    auto& tally = tallies[label.kind];
    const auto picture = picture_of(label.path);
    EXPECT_TRUE(picture) << label.path;
    if (!picture) continue;
    ++tally.pictures;
    const auto quick = reader.read(*picture, CodeEffort::quick);
    const auto thorough = reader.read(*picture, CodeEffort::thorough);
    EXPECT_TRUE(quick && thorough) << label.path;
    if (quick && is_right(label, *quick, tally.wrong)) ++tally.quick;
    if (thorough && is_right(label, *thorough, tally.wrong)) ++tally.thorough;
  }
  return tallies;
}

TEST(CodeCorpus, reads_what_it_did_and_nothing_wrong) {
  if (!fs::exists(code_set() / "labels.csv")) GTEST_SKIP() << "no test data at " << code_set();
  ASSERT_TRUE(imaging::pipeline::PictureDecoder::warm_up());
  const auto reader = make_code_reader();
  Tally all;
  for (const auto& [kind, tally] : tally_of(*reader)) {
    std::cout << kind << ": " << tally.pictures << " pictures, quick " << tally.quick << ", thorough " << tally.thorough
              << ", wrong " << tally.wrong << "\n";
    const auto expected = expectations.find(kind);
    ASSERT_NE(expected, expectations.end()) << kind;
    EXPECT_EQ(tally.pictures, expected->second.pictures) << kind;
    EXPECT_GE(tally.quick, expected->second.quick) << kind;
    EXPECT_GE(tally.thorough, expected->second.thorough) << kind;
    EXPECT_EQ(tally.wrong, 0) << kind;
    all.quick += tally.quick, all.thorough += tally.thorough, all.pictures += kind == "none" ? 0 : tally.pictures;
  }
  std::cout << "all: " << all.pictures << " values, quick " << all.quick << ", thorough " << all.thorough << "\n";
  EXPECT_GE(all.thorough, all.pictures * 85 / 100);
}

}  // namespace
}  // namespace sightglass::vision
