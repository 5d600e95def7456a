// What decoding really takes, against what the header was said to cost: measured on the real decoder process.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>
#include <vips/vips.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <span>
#include <string>
#include <vector>

#include "imaging/decoder_pool.hpp"
#include "imaging/header.hpp"
#include "imaging/recognise.hpp"
#include "imaging/vips/vips_handle.hpp"
#include "imaging/vips/vips_library.hpp"
#include "unit/imaging/test_pictures.hpp"

namespace sightglass::imaging {

namespace {

namespace fs = std::filesystem;
using Image = vips::Handle<VipsImage>;

constexpr std::int64_t megabyte = 1 << 20;

struct Large {
  const char* suffix;
  core::Size size;
  int bits = 8;
};

// One tile of many shades side by side: quick to encode, and with too many colours for the palettes that lossless
// WebP would pack and decode at a quarter of the cost.
std::vector<std::uint8_t> shades(core::Size tile) {
  std::vector<std::uint8_t> pixels;
  for (int y = 0; y < tile.height; ++y) {
    for (int x = 0; x < tile.width; ++x) {
      pixels.push_back(static_cast<std::uint8_t>(x / 2));
      pixels.push_back(static_cast<std::uint8_t>(y / 2));
      pixels.push_back(static_cast<std::uint8_t>((x + y) / 4));
    }
  }
  return pixels;
}

std::string large_file(const Large& wish) {
  constexpr core::Size tile{500, 500};
  if (!vips::start()) return {};
  const auto pixels = shades(tile);
  const Image one(
      vips_image_new_from_memory(pixels.data(), pixels.size(), tile.width, tile.height, 3, VIPS_FORMAT_UCHAR));
  VipsImage* tagged = nullptr;
  vips_copy(one.get(), &tagged, "interpretation", VIPS_INTERPRETATION_sRGB, nullptr);
  const Image coloured(tagged);
  VipsImage* all = nullptr;
  vips_replicate(tagged, &all, wish.size.width / tile.width, wish.size.height / tile.height, nullptr);
  const Image picture(all);
  VipsImage* deep = nullptr;
  if (wish.bits == 16) vips_colourspace(all, &deep, VIPS_INTERPRETATION_RGB16, nullptr);
  const Image sixteen(deep);
  void* bytes = nullptr;
  std::size_t length = 0;
  if (vips_image_write_to_buffer(deep != nullptr ? deep : all, wish.suffix, &bytes, &length, nullptr) != 0) {
    vips_error_clear();
    return {};
  }
  const vips::Memory owner(bytes);
  return {static_cast<const char*>(bytes), length};
}

std::int64_t status_number(const fs::path& process, std::string_view name) {
  std::ifstream file(process / "status");
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with(name)) continue;
    const auto digits = line.substr(line.find_first_of("0123456789"));
    std::int64_t value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return value;
  }
  return 0;
}

// The only child of this process: the pool's decoder.
fs::path decoder_process() {
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const auto name = entry.path().filename().string();
    if (std::isdigit(static_cast<unsigned char>(name[0])) == 0) continue;
    if (status_number(entry.path(), "PPid:") == getpid()) return entry.path();
  }
  return {};
}

struct Cost {
  bool is_decoded = false;
  std::string answer{};
  std::int64_t peak_bytes = 0;    // physical memory beyond the idle decoder's and the mapped file's
  std::int64_t whole_bytes = 0;   // the process's, with everything
  std::int64_t mapped_bytes = 0;  // address space beyond the idle decoder's, touched or not
};

Cost cost_of(const std::string& file) {
  DecoderPool pool({.executable = "/proc/self/exe",
                    .arguments = {"--decode-child", "real"},
                    .max_children = 1,
                    .max_resident_bytes = 1LL << 40});
  const auto small = test::file_of(test::make_file({}));
  if (!pool.derive(small.get(), DerivePlan::for_field(), {})) return {.answer = "the decoder does not start"};
  const auto process = decoder_process();
  const auto idle = status_number(process, "VmHWM:") * 1024;
  const auto idle_mapped = status_number(process, "VmPeak:") * 1024;
  const auto picture = test::file_of(file);
  const auto images = pool.derive(picture.get(), DerivePlan::for_field(), Limits{.timeout_ms = 60'000});
  Cost cost{.is_decoded = images.has_value(), .answer = images ? "decoded" : images.error().message};
  cost.whole_bytes = status_number(process, "VmHWM:") * 1024;
  cost.mapped_bytes = status_number(process, "VmPeak:") * 1024 - idle_mapped;
  cost.peak_bytes = std::max<std::int64_t>(cost.whole_bytes - idle - static_cast<std::int64_t>(file.size()), 0);
  return cost;
}

std::int64_t estimate_for(const std::string& file) {
  const auto bytes = std::as_bytes(std::span(file));
  const auto type = recognise(bytes);
  const auto header = type ? read_header(bytes, *type) : core::Result<PictureHeader>(std::unexpect, type.error());
  return header ? estimated_decode_bytes(*header, DerivePlan::for_field().display_box) : 0;
}

void print_row(const Large& wish, const std::string& file, std::int64_t estimate, const Cost& cost) {
  std::cout << fmt::format(
      "{:42} {:5.1f} MP {:3} MB file  estimated {:4} MB  measured {:4} MB  process {:4} MB  mapped {:4} MB  {}\n",
      wish.suffix, static_cast<double>(wish.size.pixels()) / 1e6, static_cast<std::int64_t>(file.size()) / megabyte,
      estimate / megabyte, cost.peak_bytes / megabyte, cost.whole_bytes / megabyte, cost.mapped_bytes / megabyte,
      cost.answer);
}

class DecoderMemoryOf : public testing::TestWithParam<Large> {};

}  // namespace

TEST_P(DecoderMemoryOf, stays_within_the_estimate_and_the_estimate_near_it) {
#ifdef SIGHTGLASS_SANITIZED
  GTEST_SKIP() << "sanitizers keep memory of their own beside every byte";
#endif
  const auto wish = GetParam();
  const auto file = large_file(wish);
  if (file.empty()) GTEST_SKIP() << "libvips here cannot write " << wish.suffix;
  const auto estimate = estimate_for(file);
  const auto cost = cost_of(file);
  print_row(wish, file, estimate, cost);
  if (estimate > Limits{}.max_decode_bytes) {
    ASSERT_FALSE(cost.is_decoded) << wish.suffix;
    EXPECT_NE(cost.answer.find("max_decode_bytes"), std::string::npos) << cost.answer;
    EXPECT_LT(cost.peak_bytes, 16 * megabyte) << "it must be refused before anything is decoded";
    return;
  }
  ASSERT_TRUE(cost.is_decoded) << wish.suffix << ": " << cost.answer;
  // Allocators keep what was freed, and pages come in arenas: a fixed allowance beside the factor.
  constexpr std::int64_t allowance = 32 * megabyte;
  EXPECT_LE(cost.peak_bytes, estimate * 3 / 2 + allowance) << wish.suffix << ": the estimate is too low";
  EXPECT_LE(estimate, cost.peak_bytes * 3 / 2 + 3 * allowance) << wish.suffix << ": the estimate is too high";
}

constexpr core::Size largest{10'000, 10'000};
INSTANTIATE_TEST_SUITE_P(
    LargePictures, DecoderMemoryOf,
    testing::Values(Large{".jpg[Q=75]", largest}, Large{".jpg[Q=75,subsample-mode=off]", largest},
                    Large{".jpg[Q=75,interlace]", largest}, Large{".jpg[Q=75,interlace,subsample-mode=off]", largest},
                    Large{".jpg[Q=75,profile=p3]", largest}, Large{".png[compression=1]", largest},
                    Large{".png[compression=1,interlace]", largest}, Large{".png[compression=1]", {6000, 4000}, 16},
                    Large{".tif[compression=deflate]", largest}, Large{".tif[compression=deflate,tile]", largest},
                    Large{".tif[compression=deflate,tile,tile-width=2048,tile-height=2048]", largest},
                    Large{".webp[Q=50,effort=0]", largest}, Large{".webp[lossless,effort=0]", {6000, 4000}},
                    Large{".gif", {4000, 3000}}, Large{".heic[Q=50,effort=0]", {4000, 3000}},
                    Large{".avif[Q=50,effort=0]", {4000, 3000}}));

// What one picture leaves behind must not take the room of the next, up to the largest that are accepted.
TEST(DecoderMemory, of_one_process_is_enough_for_the_largest_pictures_one_after_the_other) {
#ifdef SIGHTGLASS_SANITIZED
  GTEST_SKIP() << "sanitized builds have no limit of address space";
#endif
  DecoderPool pool({.executable = "/proc/self/exe",
                    .arguments = {"--decode-child", "real"},
                    .max_children = 1,
                    .max_resident_bytes = 1LL << 40});
  std::vector<std::string> files;
  for (const char* suffix : {".webp[Q=50,effort=0]", ".jpg[Q=75,interlace]", ".png[compression=1,interlace]"}) {
    files.push_back(large_file({suffix, largest}));
  }
  fs::path process;
  for (int round = 0; round < 2; ++round) {
    for (const auto& file : files) {
      ASSERT_FALSE(file.empty());
      const auto images = pool.derive(test::file_of(file).get(), DerivePlan::for_field(), {.timeout_ms = 60'000});
      ASSERT_TRUE(images) << images.error().message;
      if (process.empty()) process = decoder_process();
      EXPECT_EQ(decoder_process(), process) << "it must still be the first one";
    }
  }
}

TEST(DecoderMemoryGoal, of_a_baseline_jpeg_of_a_hundred_megapixels_is_at_most_300_megabytes) {
  const auto file = large_file({".jpg[Q=75]", largest});
  ASSERT_FALSE(file.empty());
  const auto cost = cost_of(file);
  ASSERT_TRUE(cost.is_decoded) << cost.answer;
  EXPECT_LE(cost.whole_bytes, 300 * megabyte);
}

}  // namespace sightglass::imaging
