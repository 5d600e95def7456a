// The real decoder in its sandbox, over real files: what works in the open must work confined.
#include <fcntl.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <map>
#include <string>

#include "imaging/decoder_pool.hpp"
#include "imaging/pipeline/picture_decoder.hpp"
#include "runtime/unix_fd.hpp"
#include "support/test_paths.hpp"
#include "unit/imaging/test_pictures.hpp"

namespace sightglass::imaging {
namespace {

namespace fs = std::filesystem;

fs::path shared_data() {
  const char* shared = std::getenv("SIGHTGLASS_SHARED");
  return (shared != nullptr ? fs::path(shared) : fs::path(SIGHTGLASS_SOURCE_DIR) / ".." / "shared") / "data";
}

DecoderPoolOptions real() { return {.executable = "/proc/self/exe", .arguments = {"--decode-child", "real"}}; }

TEST(DecoderPoolPictures, decodes_every_format_inside_the_sandbox) {
  DecoderPool pool(real());
  for (const auto* suffix : {".jpg", ".png", ".webp", ".tif", ".gif", ".heic", ".avif"}) {
    const auto file = test::make_file({.suffix = suffix});
    if (file.empty()) {
      std::cout << "libvips here cannot write " << suffix << "\n";
      continue;
    }
    const auto fd = test::file_of(file);
    const auto images = pool.derive(fd.get(), DerivePlan::for_job(), {});
    ASSERT_TRUE(images) << suffix << ": " << images.error().message << " " << images.error().cause;
    EXPECT_EQ(images->size, (core::Size{240, 160})) << suffix;
    EXPECT_EQ(test::decode_jpeg(images->display_jpeg).size, images->display_size) << suffix;
    EXPECT_TRUE(pool.measure(fd.get(), {})) << suffix;
  }
  EXPECT_NE(pool.sandbox().find("seccomp"), std::string::npos) << pool.sandbox();
}

// Each file in the open and confined: same answer or same kind of error. This is what finds a table or plug-in that
// warm-up forgot.
TEST(DecoderPoolPictures, answers_the_same_confined_as_in_the_open) {
  const auto set = shared_data() / "exif";
  if (!fs::exists(set)) GTEST_SKIP() << "no test data at " << set;
  ASSERT_TRUE(pipeline::PictureDecoder::warm_up());
  pipeline::PictureDecoder open;
  DecoderPool pool(real());
  int compared = 0;
  for (const auto& entry : fs::recursive_directory_iterator(set)) {
    if (!entry.is_regular_file()) continue;
    const runtime::UnixFd fd(::open(entry.path().c_str(), O_RDONLY | O_CLOEXEC));
    const auto confined = pool.derive(fd.get(), DerivePlan::for_job(), {});
    if (!confined && confined.error().message == "the picture crashed the decoder") {
      ADD_FAILURE() << entry.path() << " crashed the decoder";
      continue;  // and would crash this process as well
    }
    const auto plain = open.derive(fd.get(), DerivePlan::for_job(), {});
    ++compared;
    ASSERT_EQ(plain.has_value(), confined.has_value())
        << entry.path() << ": " << (plain ? confined : plain).error().message << " "
        << (plain ? confined : plain).error().cause;
    if (plain) {
      EXPECT_EQ(plain->metadata.json, confined->metadata.json) << entry.path();
      EXPECT_EQ(plain->display_jpeg, confined->display_jpeg) << entry.path();
    } else {
      EXPECT_EQ(plain.error().code, confined.error().code) << entry.path();
    }
  }
  EXPECT_GT(compared, 200);
}

TEST(DecoderPoolPictures, outlives_every_hostile_file_within_its_time) {
  const auto set = shared_data() / "hostile";
  if (!fs::exists(set)) GTEST_SKIP() << "no test data at " << set;
  DecoderPool pool(real());
  std::map<std::string, int> outcomes;
  std::chrono::milliseconds longest{0};
  for (const auto& entry : fs::recursive_directory_iterator(set)) {
    if (!entry.is_regular_file()) continue;
    const runtime::UnixFd fd(::open(entry.path().c_str(), O_RDONLY | O_CLOEXEC));
    const auto start = std::chrono::steady_clock::now();
    const auto images = pool.derive(fd.get(), DerivePlan::for_job(), Limits{.timeout_ms = 10'000});
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start);
    longest = std::max(longest, took);
    ++outcomes[images ? "decoded" : std::string(core::name_of(images.error().code))];
    if (!images && images.error().message == "the picture crashed the decoder") {
      std::cout << "crashed: " << entry.path() << "\n";
    }
    if (images) continue;
    const auto code = images.error().code;
    EXPECT_TRUE(code != core::ErrorCode::internal && code != core::ErrorCode::unavailable)
        << entry.path() << ": " << images.error().message << " " << images.error().cause;
  }
  for (const auto& [outcome, count] : outcomes) std::cout << outcome << ": " << count << "\n";
  std::cout << "longest: " << longest.count() << " ms\n";
  EXPECT_LT(longest, std::chrono::seconds{11});
}

}  // namespace
}  // namespace sightglass::imaging
