#include "camera/aravis/pixel_layouts.hpp"

#include <gtest/gtest.h>

#include <array>

namespace sightglass::camera {
namespace {

using Bytes = std::vector<std::uint8_t>;

// Two samples, 0xabc and 0x123, or their 10-bit kin 0x2bc and 0x123, as PFNC and GigE Vision draw them.
TEST(PixelLayouts, unpack_what_the_standards_draw) {
  const auto of = [](std::string_view name, const Bytes& bytes) {
    return unpacked(bytes, {2, 1}, 0, *layout_of(name)).value_or(Bytes{});
  };
  EXPECT_EQ(of("Mono12p", {0xbc, 0x3a, 0x12}), (Bytes{0xbc, 0x0a, 0x23, 0x01}));
  EXPECT_EQ(of("Mono12Packed", {0xab, 0x3c, 0x12}), (Bytes{0xbc, 0x0a, 0x23, 0x01}));
  EXPECT_EQ(of("BayerRG12Packed", {0xab, 0x3c, 0x12}), (Bytes{0xbc, 0x0a, 0x23, 0x01}));
  EXPECT_EQ(of("Mono10p", {0xbc, 0x8e, 0x04}), (Bytes{0xbc, 0x02, 0x23, 0x01}));
  EXPECT_EQ(of("Mono10Packed", {0xaf, 0x30, 0x48}), (Bytes{0xbc, 0x02, 0x23, 0x01}));
  EXPECT_EQ(of("Mono12", {0xbc, 0x0a, 0x23, 0x01}), (Bytes{0xbc, 0x0a, 0x23, 0x01}));
}

TEST(PixelLayouts, unpack_a_run_that_ends_within_a_byte) {
  // Three samples of 12 bits take four and a half bytes.
  const Bytes bytes{0xbc, 0x3a, 0x12, 0xef, 0x0d};
  EXPECT_EQ(unpacked(bytes, {3, 1}, 0, *layout_of("Mono12p")), (Bytes{0xbc, 0x0a, 0x23, 0x01, 0xef, 0x0d}));
  EXPECT_FALSE(unpacked(std::span(bytes).first(4), {3, 1}, 0, *layout_of("Mono12p")));
}

TEST(PixelLayouts, leave_the_padding_of_rows_out) {
  const Bytes bytes{1, 2, 0, 0, 3, 4};
  EXPECT_EQ(unpacked(bytes, {2, 2}, 2, *layout_of("Mono8")), (Bytes{1, 2, 3, 4}));
  EXPECT_FALSE(unpacked(std::span(bytes).first(5), {2, 2}, 2, *layout_of("Mono8")));
  EXPECT_FALSE(unpacked({}, {2, 2}, 2, *layout_of("Mono8")));
}

TEST(PixelLayouts, prefer_what_need_not_be_unpacked) {
  constexpr std::array<std::string_view, 4> names{"Mono8", "Mono12Packed", "Mono12p", "RGB8Packed"};
  EXPECT_EQ(name_for(core::PixelFormat::mono12, names), "Mono12p");
  EXPECT_EQ(name_for(core::PixelFormat::rgb8, names), "RGB8Packed");
  EXPECT_EQ(name_for(core::PixelFormat::mono16, names), "");
  constexpr std::array<std::string_view, 2> both{"Mono12Packed", "Mono12"};
  EXPECT_EQ(name_for(core::PixelFormat::mono12, both), "Mono12");
}

TEST(PixelLayouts, are_found_by_code_and_name) {
  EXPECT_EQ(layout_of(0x01080009U)->format, core::PixelFormat::bayer_rg8);
  EXPECT_EQ(layout_of(0x02180014U)->name, "RGB8");
  EXPECT_FALSE(layout_of(0x02180021U));  // planar
  EXPECT_FALSE(layout_of("YUV422_8"));
}

}  // namespace
}  // namespace sightglass::camera
