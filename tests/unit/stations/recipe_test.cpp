#include "stations/recipe.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/image_id.hpp"

namespace sightglass::stations {
namespace {

TEST(Recipe, comes_back_as_it_was_written) {
  const Recipe recipe{.region = camera::Region{.x = 10, .y = 20, .width = 320, .height = 240},
                      .align = true,
                      .model = "belt@3",
                      .threshold = 1.5,
                      .keep_ok = Keep::photo,
                      .keep_ng = Keep::files,
                      .late_after_ms = 250,
                      .read_code = true};
  EXPECT_EQ(recipe_from_json(to_json(recipe)), recipe);
  EXPECT_EQ(recipe_from_json(to_json(Recipe{})), Recipe{});
  EXPECT_EQ(recipe_from_json(R"({"region":null,"threshold":null})"), Recipe{});
}

TEST(Recipe, names_the_member_that_is_wrong) {
  struct Case {
    std::string_view json, field;
  };
  for (const auto& [json, field] : {Case{"[]", "recipe"},
                                    {"{", "recipe"},
                                    {R"({"thresh":1})", "recipe.thresh"},
                                    {R"({"align":1})", "recipe.align"},
                                    {R"({"model":7})", "recipe.model"},
                                    {R"({"threshold":"high"})", "recipe.threshold"},
                                    {R"({"threshold":1e300})", "recipe.threshold"},
                                    {R"({"late_after_ms":9})", "recipe.late_after_ms"},
                                    {R"({"late_after_ms":1.5})", "recipe.late_after_ms"},
                                    {R"({"keep":{"ok":"all"}})", "recipe.keep.ok"},
                                    {R"({"keep":{"bad":"files"}})", "recipe.keep.bad"},
                                    {R"({"keep":[]})", "recipe.keep"},
                                    {R"({"region":{"x":0,"y":0,"width":31,"height":64}})", "recipe.region.width"},
                                    {R"({"region":{"x":-1,"y":0,"width":64,"height":64}})", "recipe.region.x"},
                                    {R"({"region":{"x":0,"y":0,"width":64}})", "recipe.region.height"}}) {
    const auto recipe = recipe_from_json(json);
    ASSERT_FALSE(recipe) << json;
    EXPECT_EQ(recipe.error().code, core::ErrorCode::invalid_input) << json;
    EXPECT_EQ(recipe.error().field, field) << json;
  }
}

TEST(StationTrigger, comes_back_as_it_was_written) {
  const camera::Trigger line{
      .source = camera::Trigger::Source::line, .line = "Line2", .edge = camera::Edge::falling, .delay_us = 1500};
  EXPECT_EQ(trigger_from_json(to_json(line)), line);
  const camera::Trigger software{.source = camera::Trigger::Source::software};
  EXPECT_EQ(trigger_from_json(to_json(software)), software);
}

TEST(StationTrigger, names_the_member_that_is_wrong) {
  struct Case {
    std::string_view json, field;
  };
  for (const auto& [json, field] : {Case{"{}", "trigger.source"},
                                    {R"({"source":"free_running"})", "trigger.source"},
                                    {R"({"source":"line"})", "trigger.line"},
                                    {R"({"source":"software","line":"Line0"})", "trigger.line"},
                                    {R"({"source":"line","line":"Line0","edge":"both"})", "trigger.edge"},
                                    {R"({"source":"line","line":"Line0","delay_us":-1})", "trigger.delay_us"},
                                    {R"({"source":"line","line":"Line0","rate":1})", "trigger.rate"}}) {
    const auto trigger = trigger_from_json(json);
    ASSERT_FALSE(trigger) << json;
    EXPECT_EQ(trigger.error().field, field) << json;
  }
}

TEST(ImageId, is_a_folders_name_as_it_stands) {
  for (const std::string& id :
       std::vector<std::string>{"A", "A-1", "part 7 of 9", "x.y_z", "0", std::string(128, 'a'), "trailing."})
    EXPECT_TRUE(core::check_image_id(id)) << id;
  using namespace std::string_literals;
  for (const std::string& id :
       {""s, "../x"s, ".."s, ".hidden"s, "a/b"s, "a\\b"s, "a  b"s, " a"s, "a "s, "a\tb"s, "a\nb"s, "a\0b"s, "\x1b[0m"s,
        "caf\xc3\xa9"s, "\xf0\x9f\x99\x82"s, "a:b"s, std::string(129, 'a'), std::string(1000, 'a')}) {
    const auto checked = core::check_image_id(id);
    ASSERT_FALSE(checked) << id;
    EXPECT_EQ(checked.error().field, "image_id");
  }
}

}  // namespace
}  // namespace sightglass::stations
