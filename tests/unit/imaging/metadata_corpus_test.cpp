// Real files against what ExifTool says of them. The floors may only be raised.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "imaging/exiv2/metadata_reader.hpp"
#include "imaging/recognise.hpp"
#include "support/test_paths.hpp"

namespace sightglass::imaging::exiv2 {
namespace {

namespace fs = std::filesystem;
using Row = std::map<std::string, std::string>;

fs::path shared_data() {
  const char* shared = std::getenv("SIGHTGLASS_SHARED");
  return (shared != nullptr ? fs::path(shared) : fs::path(SIGHTGLASS_SOURCE_DIR) / ".." / "shared") / "data";
}

// RFC 4180 without line breaks inside a field, which these labels do not have.
std::vector<std::string> split(const std::string& line) {
  std::vector<std::string> cells(1);
  bool is_quoted = false;
  for (const char c : line) {
    if (c == '"') is_quoted = !is_quoted;
    if (c == ',' && !is_quoted) cells.emplace_back();
    if (c != '"' && c != '\r' && (c != ',' || is_quoted)) cells.back() += c;
  }
  return cells;
}

std::vector<Row> labels(const fs::path& file) {
  std::ifstream in(file);
  std::string line;
  std::vector<Row> rows;
  std::getline(in, line);
  const auto names = split(line);
  while (std::getline(in, line)) {
    const auto cells = split(line);
    Row row;
    for (std::size_t i = 0; i < names.size() && i < cells.size(); ++i) row[names[i]] = cells[i];
    rows.push_back(std::move(row));
  }
  return rows;
}

std::vector<std::byte> contents(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  const auto bytes = text.str();
  const auto* first = reinterpret_cast<const std::byte*>(bytes.data());
  return {first, first + bytes.size()};
}

std::string number(std::optional<double> value) {
  if (!value) return {};
  std::ostringstream text;
  text.precision(12);
  text << *value;
  return text.str();
}

// What we read, under the labels' names.
Row read_as_row(const core::CaptureMetadata& metadata) {
  Row row{{"make", metadata.camera_make}, {"model", metadata.camera_model}};
  row["orientation"] = std::to_string(static_cast<int>(metadata.orientation));
  if (metadata.position) {
    row["gps_lat"] = number(metadata.position->latitude);
    row["gps_lon"] = number(metadata.position->longitude);
    row["gps_alt"] = number(metadata.position->altitude);
  }
  row["taken"] = metadata.taken_local;
  return row;
}

// ExifTool writes "2017:10:03 10:58:29", we "2017-10-03T10:58:29": the digits decide. Numbers within a millionth.
bool is_same(const std::string& name, std::string expected, std::string found) {
  if (name == "taken") {
    const auto is_no_digit = [](char c) { return c < '0' || c > '9'; };
    expected = expected.substr(0, 19);
    std::erase_if(expected, is_no_digit);
    std::erase_if(found, is_no_digit);
  }
  if (name == "orientation" && expected.empty()) expected = "1";
  if (expected == found) return true;
  if (expected.empty() || found.empty() || !name.starts_with("gps")) return false;
  return std::abs(std::stod(expected) - std::stod(found)) < 1e-6 * std::max(1.0, std::abs(std::stod(expected)));
}

struct Agreement {
  int agreed = 0;
  int total = 0;
};

// Compares every file of a set; prints each disagreement, so that a lowered figure explains itself.
std::map<std::string, Agreement> compare(const fs::path& set, const std::vector<std::string>& names) {
  std::map<std::string, Agreement> figures;
  for (auto& row : labels(set / "labels.csv")) {
    const auto bytes = contents(set / row["path"]);
    const auto type = recognise(bytes);
    if (!type) continue;  // not a picture we accept, so never read
    const auto metadata = read_metadata(bytes, *type);
    auto found = read_as_row(metadata.value_or(core::CaptureMetadata{}));
    for (const auto& name : names) {
      auto& figure = figures[name];
      ++figure.total;
      if (is_same(name, row[name], found[name])) {
        ++figure.agreed;
      } else {
        std::cout << row["path"] << ": " << name << " is '" << row[name] << "', read '" << found[name] << "'\n";
      }
    }
  }
  return figures;
}

void expect_at_least(const std::map<std::string, Agreement>& figures, const std::map<std::string, int>& misses) {
  for (const auto& [name, allowed] : misses) {
    const auto& figure = figures.at(name);
    std::cout << name << ": " << figure.agreed << " of " << figure.total << "\n";
    EXPECT_GT(figure.total, 0) << name;
    EXPECT_LE(figure.total - figure.agreed, allowed) << name;
  }
}

TEST(MetadataCorpus, agrees_with_exiftool_on_files_made_to_be_hard) {
  const auto set = shared_data() / "exif";
  if (!fs::exists(set)) GTEST_SKIP() << "no test data at " << set;
  const auto figures = compare(set, {"make", "model", "orientation", "gps_lat", "gps_lon", "gps_alt", "taken"});
  // What remains, each looked at:
  // make, model: files that say it in XMP alone (exiv2-bug540, exiv2-bug1074), a make that never ends (IMGP0006-min),
  //   and a broken TIFF whose first directory can be read (issue_1920_poc): there, and not in the labels.
  // orientation: 36,865 is none of the eight and reads as upright.
  // position: the XMP-only file; an altitude without its reference counts as above the sea (issue-exifr-59).
  // taken: the labels hold EXIF's DateTimeOriginal alone, as written; 23 files say it only in the first directory, as
  //   DateTimeDigitized, in XMP or by GPS, and two say 0000:00:00, which is absent here.
  expect_at_least(
      figures,
      {{"make", 5}, {"model", 2}, {"orientation", 1}, {"gps_lat", 1}, {"gps_lon", 1}, {"gps_alt", 1}, {"taken", 25}});
}

TEST(MetadataCorpus, agrees_with_exiftool_on_photos_of_real_cameras) {
  const auto set = shared_data() / "large_photos";
  if (!fs::exists(set)) GTEST_SKIP() << "no test data at " << set;
  const auto figures = compare(set, {"make", "model", "orientation", "gps_lat", "gps_lon", "taken"});
  // Three labels hold a latitude without its longitude: the label is short, not the file.
  expect_at_least(figures,
                  {{"make", 0}, {"model", 0}, {"orientation", 0}, {"gps_lat", 0}, {"gps_lon", 3}, {"taken", 0}});
}

}  // namespace
}  // namespace sightglass::imaging::exiv2
