#include "vision/toml_guard.hpp"

#include <gtest/gtest.h>

namespace sightglass::vision {
namespace {

TEST(TomlGuard, LettersBeyondAsciiStandInTextsAndComments) {
  EXPECT_TRUE(check_toml("\xef\xbb\xbfname = \"Zähler\" # größer\nother = 'Fuß'\n"));
  EXPECT_TRUE(check_toml("long = \"\"\"\nhöher \\\"\"\"\nüber\n\"\"\"\nraw = '''\n# Ä\n'''\nnext = 1\n"));
  EXPECT_TRUE(check_toml("quoted = \"a \\\" ü\"\n"));
}

TEST(TomlGuard, ElsewhereTheyAreRefusedWithTheirLine) {
  for (const char* toml : {"a = 1\nnäme = 2\n", "a = 1\nb = ä\n", "a = 1\nb = \"x\" ä\n", "a = 1\nb = '''x''' ä\n",
                           "a = \"not closed\nb = ä\n", "# comment\n\"ü\" = 1 ü\n"}) {
    const auto checked = check_toml(toml);
    ASSERT_FALSE(checked) << toml;
    EXPECT_EQ(checked.error().field, "line 2") << toml;
  }
}

TEST(TomlGuard, AHeaderBeginsWithAName) {
  EXPECT_TRUE(check_toml("[a]\n[[b.c]]\n[ \"d e\" ]\n"));
  for (const char* toml : {"[/x]\n", "  [[ ]]\n", "[\n", "a = 1\r[=]\n"}) EXPECT_FALSE(check_toml(toml)) << toml;
}

TEST(TomlGuard, WhatEndsInTheMiddleOfATextIsNoTrouble) {
  for (const char* toml : {"a = \"", "a = \"\\", "a = '''", "a = \"\"\"\\", "#"}) EXPECT_TRUE(check_toml(toml)) << toml;
}

}  // namespace
}  // namespace sightglass::vision
