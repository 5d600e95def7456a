// Walks over the shared real and hostile pictures; every hostile file is met in a process of its own.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "imaging/pipeline/picture_decoder.hpp"
#include "runtime/unix_fd.hpp"
#include "support/test_paths.hpp"

namespace sightglass::imaging {

namespace {

using pipeline::PictureDecoder;
namespace fs = std::filesystem;

fs::path shared_folder(const char* name) {
  const char* shared = std::getenv("SIGHTGLASS_SHARED");
  const fs::path root = shared == nullptr ? fs::path(SIGHTGLASS_SOURCE_DIR) / ".." / "shared" : fs::path(shared);
  return root / "data" / name;
}

runtime::UnixFd open_file(const fs::path& path) { return runtime::UnixFd(open(path.c_str(), O_RDONLY | O_CLOEXEC)); }

struct Label {
  std::string path;
  core::Size stored;
  int orientation = 1;
};

int number_in(const std::string& text) {
  int value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

// One row of labels.csv: path, label, file_type, width, height, make, model, orientation, …; quotes may hold commas.
std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells{""};
  bool is_quoted = false;
  for (const char letter : line) {
    if (letter == '"')
      is_quoted = !is_quoted;
    else if (letter == ',' && !is_quoted)
      cells.emplace_back();
    else
      cells.back() += letter;
  }
  return cells;
}

std::vector<Label> labels_of(const fs::path& folder) {
  std::ifstream file(folder / "labels.csv");
  std::string line;
  std::getline(file, line);
  std::vector<Label> labels;
  while (std::getline(file, line)) {
    const auto cells = cells_of(line);
    if (cells.size() < 8) continue;
    labels.push_back({cells[0], {number_in(cells[3]), number_in(cells[4])}, std::max(number_in(cells[7]), 1)});
  }
  return labels;
}

// What happened to one file: "ok 300x200", an error's name, or how the process ended.
std::string outcome_of(const fs::path& path) {
  const auto file = open_file(path);
  PictureDecoder decoder;
  const auto images = decoder.derive(file.get(), DerivePlan::for_job(), {});
  if (!images) return std::string(core::name_of(images.error().code)) + " " + images.error().message;
  const auto properties = decoder.measure(file.get(), {});
  if (!properties) return "unmeasured " + properties.error().message;
  return "ok " + std::to_string(images->size.width) + "x" + std::to_string(images->size.height);
}

void limit_this_process() {
  const rlimit memory{2ULL << 30, 2ULL << 30};
  const rlimit seconds{20, 20};
  const rlimit no_core{0, 0};
#ifndef SIGHTGLASS_SANITIZED  // sanitizers map terabytes
  setrlimit(RLIMIT_AS, &memory);
#else
  static_cast<void>(memory);
#endif
  setrlimit(RLIMIT_CPU, &seconds);
  setrlimit(RLIMIT_CORE, &no_core);
  alarm(30);  // waiting costs no processor time, so the clock is watched too
}

std::string outcome_in_own_process(const fs::path& path) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return "no pipe";
  runtime::UnixFd reading(ends[0]);
  runtime::UnixFd writing(ends[1]);
  const pid_t child = fork();
  if (child == 0) {
    limit_this_process();
    const auto outcome = outcome_of(path);
    const auto written = write(writing.get(), outcome.data(), std::min<std::size_t>(outcome.size(), 4000));
    _exit(written > 0 ? 0 : 1);
  }
  writing.reset();
  std::string outcome(4000, '\0');
  const auto count = read(reading.get(), outcome.data(), outcome.size());
  outcome.resize(static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
  int status = 0;
  waitpid(child, &status, 0);
  if (WIFSIGNALED(status)) return "CRASH signal " + std::to_string(WTERMSIG(status));
  return outcome.empty() ? "CRASH without an answer" : outcome;
}

}  // namespace

TEST(SharedPictures, have_the_size_that_their_labels_say) {
  const auto folder = shared_folder("exif");
  if (!fs::exists(folder)) GTEST_SKIP() << "no shared pictures at " << folder << ": set SIGHTGLASS_SHARED";
  std::ofstream table(fs::path(SIGHTGLASS_BINARY_DIR) / "exif_outcomes.txt");
  int right = 0;
  int refused = 0;
  for (const auto& label : labels_of(folder)) {
    const auto file = open_file(folder / label.path);
    if (!file || label.stored.width == 0) continue;
    PictureDecoder decoder;
    const auto images = decoder.derive(file.get(), {.allow_damaged = true}, {});
    if (!images) {
      ++refused;
      table << label.path << "\t" << core::name_of(images.error().code) << "\t" << images.error().message << "\n";
      continue;
    }
    const bool swaps = label.orientation >= 5 && label.orientation <= 8;
    const auto expected = swaps ? label.stored.transposed() : label.stored;
    // Without exception: width and height after the orientation are what the label says.
    EXPECT_EQ(images->size, expected) << label.path << " is " << images->size.width << "x" << images->size.height
                                      << " instead of " << expected.width << "x" << expected.height;
    const bool is_right = images->size == expected;
    table << label.path << "\t" << (is_right ? "right" : "wrong size") << "\n";
    right += is_right ? 1 : 0;
  }
  std::cout << "right size and turn: " << right << ", refused: " << refused << "\n";
  EXPECT_GE(right, 187);
  EXPECT_LE(refused, 8);
}

// A process whose libvips has started cannot fork children that decode: its threads are missing there. So this
// test runs itself once more in a fresh process, which forks before anything is decoded.
TEST(SharedPictures, hostile_files_are_all_answered) {
  if (std::getenv("SIGHTGLASS_FRESH_PROCESS") == nullptr) {
    const auto program = fs::read_symlink("/proc/self/exe").string();
    const auto command =
        "SIGHTGLASS_FRESH_PROCESS=1 '" + program + "' --gtest_filter=SharedPictures.hostile_files_are_all_answered";
    EXPECT_EQ(std::system(command.c_str()), 0);
    return;
  }
  const auto folder = shared_folder("hostile");
  if (!fs::exists(folder)) GTEST_SKIP() << "no hostile pictures at " << folder << ": set SIGHTGLASS_SHARED";
  std::vector<fs::path> paths;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) paths.push_back(entry.path());
  }
  std::ranges::sort(paths);
  std::ofstream table(fs::path(SIGHTGLASS_BINARY_DIR) / "hostile_outcomes.txt");
  std::map<std::string, int> counts;
  for (const auto& path : paths) {
    const auto outcome = outcome_in_own_process(path);
    table << fs::relative(path, folder).string() << "\t" << outcome << "\n";
    EXPECT_FALSE(outcome.starts_with("CRASH")) << path << ": " << outcome;
    ++counts[outcome.substr(0, outcome.find(' '))];
  }
  for (const auto& [outcome, count] : counts) std::cout << outcome << ": " << count << "\n";
  EXPECT_GT(counts["ok"], 0);
  EXPECT_GT(counts["corrupt_image"], 0);
}

}  // namespace sightglass::imaging
