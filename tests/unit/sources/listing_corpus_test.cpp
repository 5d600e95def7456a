// Pages of real servers, each with the names that it must give.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "sources/http_index/listing_page.hpp"
#include "sources/webdav/multistatus.hpp"
#include "support/test_paths.hpp"

namespace sightglass::sources::http_index {
namespace {

namespace fs = std::filesystem;

fs::path pages() {
  const char* shared = std::getenv("SIGHTGLASS_SHARED");
  return (shared != nullptr ? fs::path(shared) : fs::path(SIGHTGLASS_SOURCE_DIR) / ".." / "shared") / "data" /
         "http_listings";
}

// RFC 4180 fields of a line that holds no line end within quotes.
std::vector<std::string> fields_of(const std::string& line) {
  std::vector<std::string> fields(1);
  bool is_quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '"' && is_quoted && i + 1 < line.size() && line[i + 1] == '"')
      fields.back() += line[++i];
    else if (line[i] == '"')
      is_quoted = !is_quoted;
    else if (line[i] == ',' && !is_quoted)
      fields.emplace_back();
    else
      fields.back() += line[i];
  }
  return fields;
}

std::vector<std::vector<std::string>> table(const fs::path& path) {
  std::ifstream file(path);
  std::vector<std::vector<std::string>> rows;
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) rows.push_back(fields_of(line));
  return rows;
}

std::string text_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return std::move(text).str();
}

struct TrueFile {
  bool is_folder = false;
  std::int64_t bytes = 0;
  core::Instant modified_at{};
};

struct Tally {
  int pages = 0, right = 0, names = 0, found = 0, extra = 0, sizes = 0, times = 0, wrong_facts = 0, wrong_kinds = 0;
};

// Of pages that were found elsewhere only IIS's have links with their folder in them: it is the title's.
const std::map<std::string, std::string> folders{{"fixtures/iis_us.html", "/pub/"},
                                                 {"fixtures/iis_zh.html", "/东南凌绅维修手册/Savrin/"}};

Remote<http::FolderPage> read(const std::vector<std::string>& label, const std::string& text) {
  const auto folder = folders.contains(label[0]) ? folders.at(label[0]) : label[3];
  const auto address = http::parse_web_address("http://127.0.0.1:18150" + folder);
  if (label[2].contains("PROPFIND")) return webdav::read_multistatus(*address, text);
  return read_listing({.address = *address, .content_type = label[4], .server = "", .body = text});
}

class ListingCorpusTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(pages())) GTEST_SKIP() << "the pages are not here: " << pages();
    for (const auto& row : table(pages() / "tree_files.csv"))
      truth[row[0]] = {.is_folder = row[1] == "1",
                       .bytes = row[2].empty() ? 0 : std::stoll(row[2]),
                       .modified_at = core::parse_iso8601(row[3]).value_or(core::Instant{})};
    for (const auto& row : table(pages() / "entries.csv")) expected[row[0]].insert(row[1]);
  }

  void check_facts(const std::string& page, const http::Child& child, Tally& tally) {
    const auto found = truth.find(child.name);
    if (found == truth.end()) return;
    if (child.is_folder != found->second.is_folder) ++tally.wrong_kinds;
    if (child.is_folder) return;
    if (child.bytes) {
      ++tally.sizes;
      // A folder of which the page does not say so has a size of its own.
      if (!found->second.is_folder && *child.bytes != found->second.bytes) {
        ++tally.wrong_facts;
        ADD_FAILURE() << page << ": " << child.name << " has " << *child.bytes << " bytes";
      }
    }
    if (!child.modified_at) return;
    ++tally.times;
    const auto after = found->second.modified_at - *child.modified_at;
    if (after < std::chrono::seconds(0) || after >= child.precision) {
      ++tally.wrong_facts;
      ADD_FAILURE() << page << ": " << child.name << " is of " << core::to_iso8601(*child.modified_at);
    }
  }

  std::map<std::string, TrueFile> truth{};
  std::map<std::string, std::set<std::string>> expected{};
};

TEST_F(ListingCorpusTest, gives_the_names_of_every_page) {
  Tally all;
  for (const auto& label : table(pages() / "labels.csv")) {
    if (label[1] == "S3" || label[1] == "s3rver") continue;  // the kind s3 reads these
    const auto& page = label[0];
    const auto listed = read(label, text_of(pages() / page));
    if (!listed) {
      ADD_FAILURE() << page << ": " << listed.error().error.message;
      ++all.pages;
      continue;
    }
    std::set<std::string> names;
    Tally own;
    for (const auto& child : listed->children) {
      names.insert(child.name);
      if (label[5] == "files") check_facts(page, child, own);
    }
    const auto& wanted = expected[page];
    for (const auto& name : wanted) {
      own.found += names.contains(name) ? 1 : 0;
      EXPECT_TRUE(names.contains(name)) << page << " misses " << name;
    }
    own.extra = wanted.empty() ? 0 : static_cast<int>(names.size()) - own.found;
    const bool counts = label[6].empty() || static_cast<int>(names.size()) == std::stoi(label[6]);
    EXPECT_TRUE(counts) << page << " gives " << names.size() << " names, not " << label[6];
    ++all.pages;
    if (counts && own.found == static_cast<int>(wanted.size()) && own.extra == 0) ++all.right;
    std::cout << page << " [" << listed->style << "]: " << names.size() << " names, " << own.sizes << " sizes, "
              << own.times << " times, " << own.wrong_facts << " wrong, kinds not told " << own.wrong_kinds << "\n";
    all.names += static_cast<int>(wanted.size());
    all.found += own.found;
    all.extra += own.extra;
  }
  std::cout << "pages right: " << all.right << " of " << all.pages << "; names " << all.found << " of " << all.names
            << ", too many " << all.extra << "\n";
  EXPECT_EQ(all.right, all.pages);
  EXPECT_GT(all.pages, 40);
}

}  // namespace
}  // namespace sightglass::sources::http_index
