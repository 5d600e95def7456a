#include "camera/simulated/folder_scene.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "camera/device.hpp"
#include "support/temporary_directory.hpp"

namespace sightglass::camera {
namespace {

void write(const std::filesystem::path& file, const std::string& head, std::size_t size, int first) {
  std::ofstream out(file, std::ios::binary);
  out << head;
  for (std::size_t i = 0; i < size; ++i) out.put(static_cast<char>((static_cast<std::size_t>(first) + i) % 256));
}

TEST(FolderScene, replays_pictures_by_name_and_begins_again) {
  const test::TemporaryDirectory folder;
  write(folder.path() / "b.pgm", "P5\n# a remark\n64 64 255\n", 64 * 64, 100);
  write(folder.path() / "a.pgm", "P5 64 64 255\n", 64 * 64, 7);
  write(folder.path() / "notes.txt", "not a picture", 0, 0);
  auto device = make_device({.driver = Driver::simulated, .address = "folder:" + folder.path().string()});
  ASSERT_TRUE(device) << device.error().message;
  ASSERT_TRUE((*device)->open(std::chrono::seconds(60)));
  ASSERT_TRUE((*device)->start({}));
  for (const int first : {7, 100, 7}) {
    const auto frame = (*device)->next_frame(std::chrono::seconds(60));
    ASSERT_TRUE(frame) << frame.error().message;
    for (std::size_t i = 0; i < frame->image.bytes->size(); ++i) {
      ASSERT_EQ((*frame->image.bytes)[i], (static_cast<std::size_t>(first) + i) % 256) << i;
    }
  }
}

TEST(FolderScene, reads_colour_and_sixteen_bits) {
  const test::TemporaryDirectory folder;
  const auto file = folder.path() / "wide.ppm";
  write(file, "P6\n64 64\n65535\n", 64 * 64 * 6, 0);
  const auto light = read_netpbm(file);
  ASSERT_TRUE(light) << light.error().message;
  EXPECT_EQ(light->rgb[1], (2 * 256 + 3 + 15) / 16);  // the second value is 0x0203
}

TEST(FolderScene, lays_pictures_of_other_sizes_on_the_middle) {
  const test::TemporaryDirectory folder;
  write(folder.path() / "a.pgm", "P5 64 64 255\n", 64 * 64, 1);
  write(folder.path() / "b.pgm", "P5 80 96 255\n", 80 * 96, 0);
  auto scene = open_folder_scene(folder.path());
  ASSERT_TRUE(scene);
  Light light;
  ASSERT_TRUE((*scene)->show(2, false, light));
  EXPECT_EQ(light.size, (core::Size{64, 64}));
  EXPECT_EQ(light.rgb[0], (16 * 80 + 8) % 256 * 16);
}

TEST(FolderScene, says_what_it_cannot_read) {
  const test::TemporaryDirectory folder;
  EXPECT_EQ(open_folder_scene(folder.path()).error().field, "address");
  const auto broken = [&](const std::string& head, std::size_t size) {
    const auto file = folder.path() / "broken.pgm";
    write(file, head, size, 0);
    const auto light = read_netpbm(file);
    return light ? std::string("read") : light.error().message.substr(file.string().size() + 2);
  };
  EXPECT_EQ(broken("P5 64 64 255\n", 64 * 64 - 1), "it ends too soon.");
  EXPECT_EQ(broken("P2 64 64 255\n", 64), "not a binary PGM or PPM.");
  EXPECT_EQ(broken("P5 64 x", 0), "its head is broken.");
  EXPECT_EQ(broken("P5 99999 64 255\n", 64), "sides must be 64 to 8192 pixels.");
  EXPECT_EQ(broken("P5 64 64 70000\n", 64), "its largest value must be 1 to 65535.");
  EXPECT_EQ(broken("", 0), "not a binary PGM or PPM.");
}

}  // namespace
}  // namespace sightglass::camera
