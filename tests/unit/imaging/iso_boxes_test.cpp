#include "imaging/iso_boxes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <span>
#include <string>
#include <vector>

namespace sightglass::imaging {
namespace {

using namespace std::string_literals;

std::string big_endian(std::uint64_t value, int bytes) {
  std::string text;
  for (int i = bytes - 1; i >= 0; --i) text += static_cast<char>(value >> (8 * i));
  return text;
}

std::string box(const std::string& type, const std::string& content) {
  return big_endian(content.size() + 8, 4) + type + content;
}

std::string wide_box(const std::string& type, std::uint64_t length, const std::string& content) {
  return big_endian(1, 4) + type + big_endian(length, 8) + content;
}

ByteView view_of(const std::string& file) { return ByteView(std::as_bytes(std::span(file))); }

std::vector<std::string> contents(const ByteView& view, IsoBoxWalk walk) {
  std::vector<std::string> found;
  while (const auto box = walk.next()) {
    EXPECT_LE(box->content, box->end);
    EXPECT_LE(box->end, view.size());
    found.push_back(std::string(box->type) + ":" + std::string(view.text(box->content, box->size())));
  }
  return found;
}

std::vector<std::string> contents(const std::string& file) {
  const auto view = view_of(file);
  return contents(view, IsoBoxWalk(view));
}

TEST(IsoBoxes, come_one_after_the_other_with_what_they_hold) {
  EXPECT_THAT(contents(box("ftyp", "heic") + box("free", "") + box("mdat", "xyz")),
              testing::ElementsAre("ftyp:heic", "free:", "mdat:xyz"));
  EXPECT_TRUE(contents("").empty());
}

TEST(IsoBoxes, may_have_a_length_of_64_bits) {
  EXPECT_THAT(contents(wide_box("mdat", 19, "xyz") + box("free", "")), testing::ElementsAre("mdat:xyz", "free:"));
  EXPECT_THAT(contents(wide_box("mdat", 16, "")), testing::ElementsAre("mdat:"));
}

TEST(IsoBoxes, of_length_0_reach_to_the_end) {
  EXPECT_THAT(contents(box("ftyp", "heic") + "\0\0\0\0mdatrest"s), testing::ElementsAre("ftyp:heic", "mdat:rest"));
}

TEST(IsoBoxes, of_length_0_inside_another_box_reach_to_the_end_of_that_one) {
  const auto file = box("moov", "\0\0\0\0trakin"s) + box("free", "out");
  const auto view = view_of(file);
  const auto outer = IsoBoxWalk(view).next("moov");
  ASSERT_TRUE(outer);
  EXPECT_THAT(contents(view, children(view, *outer)), testing::ElementsAre("trak:in"));
}

TEST(IsoBoxes, shorter_than_their_own_header_end_the_walk) {
  for (std::uint64_t length = 2; length < 8; ++length)
    EXPECT_TRUE(contents(big_endian(length, 4) + "free" + box("ftyp", "")).empty()) << length;
  for (std::uint64_t length = 0; length < 16; ++length)
    EXPECT_TRUE(contents(wide_box("free", length, "") + box("ftyp", "")).empty()) << length;
}

TEST(IsoBoxes, that_reach_over_the_end_end_the_walk) {
  EXPECT_THAT(contents(box("ftyp", "") + big_endian(9, 4) + "free"), testing::ElementsAre("ftyp:"));
  // Lengths that wrap around to a sound place when they are added to the offset.
  const auto before = box("ftyp", "");
  for (const std::uint64_t length : {std::uint64_t{17}, std::uint64_t{1} << 32, ~std::uint64_t{0}, ~std::uint64_t{7}})
    EXPECT_THAT(contents(before + wide_box("free", length, "")), testing::ElementsAre("ftyp:")) << length;
}

TEST(IsoBoxes, cut_anywhere_stay_inside_the_file) {
  const auto file = box("ftyp", "heic") + wide_box("mdat", 19, "xyz") + box("meta", box("iinf", "abc"));
  for (std::size_t size = 0; size < file.size(); ++size) EXPECT_LT(contents(file.substr(0, size)).size(), 3u) << size;
  EXPECT_EQ(contents(file).size(), 3u);
}

TEST(IsoBoxes, inside_a_box_do_not_reach_over_its_end) {
  const auto file = box("meta", big_endian(40, 4) + "iinf") + box("free", std::string(100, 'x'));
  const auto view = view_of(file);
  const auto meta = IsoBoxWalk(view).next("meta");
  ASSERT_TRUE(meta);
  EXPECT_FALSE(children(view, *meta).next());
}

TEST(IsoBoxes, of_a_full_box_follow_its_version_and_flags) {
  const auto file = box("meta", "\0\0\0\0"s + box("iinf", "a")) + box("meta", "\0\0"s);
  const auto view = view_of(file);
  IsoBoxWalk walk(view);
  const auto full = walk.next("meta");
  const auto too_short = walk.next("meta");
  ASSERT_TRUE(full && too_short);
  EXPECT_THAT(contents(view, children_of_full(view, *full)), testing::ElementsAre("iinf:a"));
  EXPECT_FALSE(children_of_full(view, *too_short).next());
}

TEST(IsoBoxes, between_offsets_outside_the_file_are_none) {
  const auto file = box("ftyp", "heic");
  const auto view = view_of(file);
  EXPECT_FALSE(IsoBoxWalk(view, 100, 200).next());
  EXPECT_FALSE(IsoBoxWalk(view, ~std::uint64_t{0}, ~std::uint64_t{0}).next());
  EXPECT_FALSE(IsoBoxWalk(view, 12, 0).next());
  EXPECT_TRUE(IsoBoxWalk(view, 0, ~std::uint64_t{0}).next());
}

TEST(IsoBoxes, of_one_type_are_found_in_their_order) {
  const auto file = box("iprp", "1") + box("free", "") + box("iprp", "2");
  const auto view = view_of(file);
  IsoBoxWalk walk(view);
  EXPECT_EQ(view.text(walk.next("iprp")->content, 1), "1");
  EXPECT_EQ(view.text(walk.next("iprp")->content, 1), "2");
  EXPECT_FALSE(walk.next("iprp"));
  EXPECT_FALSE(walk.next()) << "the walk is over";
}

TEST(IsoBoxes, of_one_level_are_counted_and_stop_at_the_most) {
  std::string file;
  for (int i = 0; i < IsoBoxWalk::most_boxes + 10; ++i) file += box("free", "");
  EXPECT_EQ(contents(file).size(), static_cast<std::size_t>(IsoBoxWalk::most_boxes));
}

TEST(IsoBoxes, nested_ten_thousand_deep_are_followed_without_a_stack) {
  constexpr int depth = 10'000;
  std::string file;
  for (int i = 0; i < depth; ++i) file += big_endian(static_cast<std::uint64_t>(depth - i) * 8, 4) + "meta";
  const auto view = view_of(file);
  int found = 0;
  auto level = IsoBoxWalk(view).next("meta");
  for (; level; level = children(view, *level).next("meta")) ++found;
  EXPECT_EQ(found, depth);
}

}  // namespace
}  // namespace sightglass::imaging
