// Ids read out of frames: real codes before a replay camera, read by the process that judges frames in service.
#include <fcntl.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <string>

#include "camera/device.hpp"
#include "core/image_id.hpp"
#include "imaging/pipeline/picture_decoder.hpp"
#include "runtime/unix_fd.hpp"
#include "support/test_paths.hpp"
#include "unit/inspection/belt_ground.hpp"

namespace sightglass::inspection {
namespace {

namespace fs = std::filesystem;

// Of the set's pictures whose value may be an id: how many there are, and how many at least are read right. Only ever
// tightened.
struct Expectation {
  int pictures = 0, right = 0;
};
const std::map<std::string, Expectation> expectations{
    {"code128", {12, 12}}, {"code39", {4, 3}}, {"datamatrix", {27, 22}}, {"ean13", {29, 21}}, {"qr", {11, 10}}};

fs::path code_set() {
  const char* shared = std::getenv("SIGHTGLASS_SHARED");
  return (shared != nullptr ? fs::path(shared) : fs::path(SIGHTGLASS_SOURCE_DIR) / ".." / "shared") / "data" / "codes";
}

struct Labelled {
  std::string path{}, kind{}, value{};
};

// Those that are plain: an id holds neither quotes nor commas.
std::vector<Labelled> labelled_ids() {
  std::vector<Labelled> found;
  std::ifstream file(code_set() / "labels.csv");
  for (std::string line; std::getline(file, line);) {
    const auto first = line.find(',');
    const auto second = first == line.npos ? line.npos : line.find(',', first + 1);
    const auto third = second == line.npos ? line.npos : line.find(',', second + 1);
    if (third == line.npos) continue;
    Labelled one{line.substr(0, first), line.substr(first + 1, second - first - 1),
                 line.substr(second + 1, third - second - 1)};
    if (expectations.contains(one.kind) && core::check_image_id(one.value)) found.push_back(std::move(one));
  }
  return found;
}

// What the replay camera reads: PPM of 64 pixels a side at least; what is smaller gets paper to the right and below.
void write_ppm(const core::Raster& raster, const fs::path& file) {
  constexpr std::int32_t least_side = 64;
  const core::Size size{std::max(raster.size.width, least_side), std::max(raster.size.height, least_side)};
  const auto pitch = 3 * static_cast<std::size_t>(size.width);
  const auto filled = 3 * static_cast<std::size_t>(raster.size.width);
  std::ofstream out(file, std::ios::binary);
  out << "P6\n" << size.width << ' ' << size.height << "\n255\n";
  for (std::int32_t y = 0; y < size.height; ++y) {
    std::string row(pitch, '\xff');
    if (y < raster.size.height) std::copy_n(raster.row(y), filled, row.begin());
    out.write(row.data(), static_cast<std::streamsize>(row.size()));
  }
}

core::Result<core::RawImage> frame_of(const fs::path& folder) {
  using namespace std::chrono_literals;
  SG_ASSIGN(const auto device, camera::make_device({.driver = camera::Driver::simulated,
                                                    .address = "folder:" + folder.string() + "?noise=0"}));
  SG_TRY(device->open(60s));
  SG_TRY(device->start({.source = camera::Trigger::Source::software}));
  SG_TRY(device->trigger_software());
  SG_ASSIGN(auto frame, device->next_frame(60s));
  return std::move(frame.image);
}

TEST(FrameCodes, are_read_out_of_frames_of_real_codes) {
  if (!fs::exists(code_set() / "labels.csv"))
    GTEST_SKIP() << "NO PICTURES OF CODES at " << code_set() << ": set SIGHTGLASS_SHARED";
  BeltGround ground(false);
  const auto judge = judging::make_frame_judge(ground.options());
  std::map<std::string, Expectation> seen;
  int wrong = 0;
  const auto folder = ground.path() / "replay";
  for (const auto& label : labelled_ids()) {
    const runtime::UnixFd fd(::open((code_set() / label.path).c_str(), O_RDONLY | O_CLOEXEC));
    imaging::pipeline::PictureDecoder decoder;
    const auto picture = decoder.inspect(fd.get(), {.allow_damaged = true}, {});
    ASSERT_TRUE(picture) << label.path << ": " << picture.error().message;
    fs::create_directories(folder);
    write_ppm(picture->raster, folder / "part.ppm");
    const auto frame = frame_of(folder);
    ASSERT_TRUE(frame) << label.path << ": " << frame.error().message;
    const auto judged = judge->judge({.frame = *frame, .read_code = true});
    ASSERT_TRUE(judged) << label.path << ": " << judged.error().message;
    ++seen[label.kind].pictures;
    if (judged->code == label.value) {
      ++seen[label.kind].right;
    } else if (!judged->code.empty()) {
      ++wrong;
      std::cout << label.path << ": read \"" << judged->code << "\" instead of \"" << label.value << "\"\n";
    }
  }
  for (const auto& [kind, wanted] : expectations) {
    std::cout << kind << ": " << seen[kind].right << " of " << seen[kind].pictures << " read\n";
    EXPECT_EQ(seen[kind].pictures, wanted.pictures) << kind;
    EXPECT_GE(seen[kind].right, wanted.right) << kind;
  }
  EXPECT_EQ(wrong, 0);
}

TEST(FrameCodes, of_a_frame_without_a_code_are_none) {
  BeltGround ground(false);
  const auto judge = judging::make_frame_judge(ground.options());
  const auto judged = judge->judge({.frame = Belt().frame(1, 0), .read_code = true});
  ASSERT_TRUE(judged) << judged.error().message;
  EXPECT_EQ(judged->code, "");
}

}  // namespace
}  // namespace sightglass::inspection
