#include "cli/command_line.hpp"
#include "support/test_paths.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <vector>

namespace sightglass::cli {
namespace {

// A program whose data directory cannot be opened; remembers what it was asked.
struct FakeProgram {
  std::filesystem::path data;
  Flags flags;
  Program program() {
    return {.open = [this](const std::filesystem::path& path,
                           const Flags& given) -> core::Result<std::unique_ptr<Installation>> {
              data = path;
              flags = given;
              return core::fail(core::unavailable("no installation here"));
            },
            .open_store = [](const std::string&) -> core::Result<std::unique_ptr<database::Database>> {
              return core::fail(core::unavailable("no store there"));
            },
            .serve =
                [this](const std::filesystem::path& path, const Flags& given) {
                  data = path;
                  flags = given;
                  return 7;
                },
            .work =
                [this](const std::filesystem::path& path, const Flags& given) {
                  data = path;
                  flags = given;
                  return 8;
                },
            .routes_as_json = [] { return std::string("[]"); }};
  }
};

int run(FakeProgram& fake, std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "sightglass");
  return run_command_line(static_cast<int>(arguments.size()), arguments.data(), fake.program());
}

TEST(CommandLine, the_form_scripts_rely_on_reaches_serve) {
  FakeProgram fake;
  EXPECT_EQ(run(fake, {"serve", "--data", "/srv/pictures", "--listen", "0.0.0.0:80", "--workers", "3"}), 7);
  EXPECT_EQ(fake.data, "/srv/pictures");
  EXPECT_EQ(fake.flags, (Flags{{"server.listen", "0.0.0.0:80"}, {"workers.count", "3"}}));
}

TEST(CommandLine, a_node_that_only_works_takes_no_address) {
  FakeProgram fake;
  EXPECT_EQ(run(fake, {"worker", "--data", "/srv/node", "--workers", "3"}), 8);
  EXPECT_EQ(fake.data, "/srv/node");
  EXPECT_EQ(fake.flags, (Flags{{"workers.count", "3"}}));
  EXPECT_EQ(run(fake, {"worker", "--listen", "0.0.0.0:80"}), 2);
}

TEST(CommandLine, any_setting_can_be_given_by_name) {
  FakeProgram fake;
  run(fake, {"serve", "--set", "log.level=debug", "--set", "images.max_pixels=5"});
  EXPECT_EQ(fake.flags, (Flags{{"log.level", "debug"}, {"images.max_pixels", "5"}}));
  EXPECT_EQ(run(fake, {"serve", "--set", "nonsense"}), 2);
}

TEST(CommandLine, wrong_calls_exit_with_2) {
  FakeProgram fake;
  EXPECT_EQ(run(fake, {}), 2);
  EXPECT_EQ(run(fake, {"fly"}), 2);
  EXPECT_EQ(run(fake, {"user"}), 2);
  EXPECT_EQ(run(fake, {"user", "add"}), 2);
  EXPECT_EQ(run(fake, {"import"}), 2);
  EXPECT_EQ(run(fake, {"import", "x", "--job", "-3"}), 2);
  EXPECT_EQ(run(fake, {"token", "create", "camera"}), 2);
  EXPECT_EQ(run(fake, {"schedules"}), 2);
  EXPECT_EQ(run(fake, {"schedules", "run"}), 2);
  EXPECT_EQ(run(fake, {"schedules", "list", "nightly"}), 2);
  EXPECT_EQ(run(fake, {"cameras"}), 2);
  EXPECT_EQ(run(fake, {"cameras", "snap", "bench"}), 2);
  EXPECT_EQ(run(fake, {"cameras", "set", "bench"}), 2);
  EXPECT_EQ(run(fake, {"cameras", "watch", "bench", "--frames", "0"}), 2);
  EXPECT_EQ(run(fake, {"station"}), 2);
  EXPECT_EQ(run(fake, {"station", "ids"}), 2);
  EXPECT_EQ(run(fake, {"station", "add-id", "press"}), 2);
  EXPECT_EQ(run(fake, {"station", "withdraw-id", "press", "x"}), 2);
}

TEST(CommandLine, an_installation_that_cannot_be_opened_exits_with_1) {
  FakeProgram fake;
  EXPECT_EQ(run(fake, {"check", "--data", "/nowhere"}), 1);
  EXPECT_EQ(fake.data, "/nowhere");
}

TEST(CommandLine, the_store_that_is_moved_is_the_embedded_one_whatever_is_set) {
  FakeProgram fake;
  EXPECT_EQ(run(fake, {"migrate-store"}), 2) << "where to?";
  EXPECT_EQ(run(fake, {"migrate-store", "--to", "postgres://host/new", "--data", "/srv/pictures"}), 1);
  EXPECT_EQ(fake.data, "/srv/pictures");
  EXPECT_EQ(fake.flags, (Flags{{"database.url", ""}}));
}

TEST(CommandLine, help_and_version_exit_with_0) {
  FakeProgram fake;
  EXPECT_EQ(run(fake, {"--help"}), 0);
  EXPECT_EQ(run(fake, {"user", "add", "--help"}), 0);
  EXPECT_EQ(run(fake, {"version", "--json"}), 0);
}

TEST(CommandLine, every_command_and_option_that_completion_offers_is_in_the_man_page) {
  FakeProgram fake;
  ::testing::internal::CaptureStdout();
  ASSERT_EQ(run(fake, {"completion", "bash"}), 0);
  const std::string script = ::testing::internal::GetCapturedStdout();
  std::ifstream file(SIGHTGLASS_SOURCE_DIR "/docs/man/sightglass.1");
  std::string manual((std::istreambuf_iterator<char>(file)), {});
  std::erase(manual, '\\');
  std::istringstream lines(script);
  int checked = 0;
  for (std::string line; std::getline(lines, line);) {
    const auto begin = line.find("words=\"");
    if (begin == std::string::npos || !line.ends_with(";;")) continue;
    std::istringstream words(line.substr(begin + 7, line.rfind('"') - begin - 7));
    for (std::string word; words >> word;) {
      if (word == "--help" || word == "--version") continue;
      EXPECT_NE(manual.find(word), std::string::npos) << word;
      ++checked;
    }
  }
  EXPECT_GT(checked, 40);
}

}  // namespace
}  // namespace sightglass::cli
