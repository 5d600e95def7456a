#include "exports/csv_line.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace sightglass::exports {
namespace {

TEST(CsvLine, quotes_what_needs_it_and_ends_as_the_rfc_says) {
  std::string out;
  CsvLine line(out);
  line.text("plain").text("a, b").text("say \"x\"").text("two\nlines").empty().end();
  line.boolean(true).integer(-3).number(0.1).number(std::numeric_limits<double>::quiet_NaN()).end();
  EXPECT_EQ(out, "plain,\"a, b\",\"say \"\"x\"\"\",\"two\nlines\",\r\ntrue,-3,0.1,\r\n");
}

TEST(CsvLine, lets_nothing_that_people_wrote_be_a_formula) {
  for (const std::string start : {"=", "+", "-", "@", "\t"}) {
    std::string out;
    CsvLine line(out);
    line.peoples_text(start + "1").end();
    EXPECT_EQ(out, "'" + start + "1\r\n");
  }
  std::string out;
  CsvLine(out).peoples_text("a=1").peoples_text("").number(-1.5).end();
  EXPECT_EQ(out, "a=1,,-1.5\r\n") << "numbers are numbers";
}

TEST(CsvLine, tells_times_in_utc) {
  std::string out;
  CsvLine(out).time(core::parse_iso8601("2026-11-22T10:00:00+02:00")).time(std::nullopt).end();
  EXPECT_EQ(out, "2026-11-22T08:00:00.000000Z,\r\n");
}

}  // namespace
}  // namespace sightglass::exports
