#include <gtest/gtest.h>

#include "core/error.hpp"
#include "core/geometry.hpp"
#include "core/media_type.hpp"
#include "core/photo.hpp"
#include "core/records.hpp"
#include "core/result.hpp"
#include "core/sha256.hpp"
#include "core/task.hpp"

namespace sightglass::core {
namespace {

TEST(Geometry, fits_keep_the_aspect_and_never_enlarge) {
  EXPECT_EQ(fit_inside({4032, 3024}, {1024, 1024}), (Size{1024, 768}));
  EXPECT_EQ(fit_inside({3024, 4032}, {300, 300}), (Size{225, 300}));
  EXPECT_EQ(fit_inside({640, 480}, {1024, 1024}), (Size{640, 480}));
  EXPECT_EQ(fit_inside({60'000, 2}, {1024, 1024}), (Size{1024, 1}));
}

TEST(Geometry, four_orientations_swap_the_axes) {
  int swapping = 0;
  for (int tag = 1; tag <= 8; ++tag) swapping += swaps_axes(static_cast<Orientation>(tag)) ? 1 : 0;
  EXPECT_EQ(swapping, 4);
  EXPECT_TRUE(swaps_axes(Orientation::rotated_90));
  EXPECT_FALSE(swaps_axes(Orientation::rotated_180));
}

TEST(Sha256, hex_goes_both_ways_and_nothing_else_is_read) {
  Sha256 hash;
  for (std::size_t i = 0; i < 32; ++i) hash.bytes[i] = static_cast<std::uint8_t>(i * 8);
  EXPECT_EQ(Sha256::from_hex(hash.to_hex()), hash);
  EXPECT_FALSE(Sha256::from_hex("00"));
  EXPECT_FALSE(Sha256::from_hex(std::string(63, '0') + "g"));
  EXPECT_FALSE(Sha256::from_hex(std::string(64, 'A')));
}

template <typename Enum, typename Parse>
void expect_names_go_both_ways(int count, Parse parse) {
  for (int i = 0; i < count; ++i) {
    const auto value = static_cast<Enum>(i);
    EXPECT_EQ(parse(name_of(value)), value) << name_of(value);
  }
  EXPECT_FALSE(parse("no such name"));
  EXPECT_FALSE(parse(""));
}

TEST(Names, of_every_enumeration_go_both_ways) {
  expect_names_go_both_ways<PhotoSource>(6, photo_source_from_name);
  expect_names_go_both_ways<ProcessingStatus>(4, processing_status_from_name);
  expect_names_go_both_ways<TakenSource>(5, taken_source_from_name);
  expect_names_go_both_ways<Role>(5, role_from_name);
  expect_names_go_both_ways<TaskState>(7, task_state_from_name);
  expect_names_go_both_ways<TaskQueue>(4, task_queue_from_name);
}

TEST(Names, clients_see_the_words_of_the_contract) {
  EXPECT_EQ(client_status_of(TaskState::available), "PENDING");
  EXPECT_EQ(client_status_of(TaskState::running), "STARTED");
  EXPECT_EQ(client_status_of(TaskState::retryable), "RETRY");
  EXPECT_EQ(client_status_of(TaskState::completed), "SUCCESS");
  EXPECT_EQ(client_status_of(TaskState::discarded), "FAILURE");
  EXPECT_EQ(client_status_of(TaskState::cancelled), "REVOKED");
}

TEST(MediaTypes, have_mime_types_that_lead_back) {
  for (int i = 0; i < 7; ++i) {
    const auto type = static_cast<MediaType>(i);
    EXPECT_EQ(media_type_from_mime(mime_of(type)), type);
    EXPECT_FALSE(extension_of(type).empty());
  }
  EXPECT_FALSE(media_type_from_mime("text/html"));
}

Result<int> halve(int number) {
  if (number % 2 != 0) return fail(invalid_input("number", "is odd"));
  return number / 2;
}

Result<int> quarter(int number) {
  SG_ASSIGN(const int half, halve(number));
  SG_TRY(halve(half));
  return halve(half);
}

TEST(Result, macros_hand_the_first_error_on) {
  EXPECT_EQ(quarter(8), 2);
  ASSERT_FALSE(quarter(6));
  EXPECT_EQ(quarter(6).error().field, "number");
}

TEST(Errors, every_code_has_a_name_of_its_own) {
  for (int i = 0; i < static_cast<int>(ErrorCode::internal); ++i)
    for (int j = i + 1; j <= static_cast<int>(ErrorCode::internal); ++j)
      EXPECT_NE(name_of(static_cast<ErrorCode>(i)), name_of(static_cast<ErrorCode>(j)));
}

}  // namespace
}  // namespace sightglass::core
