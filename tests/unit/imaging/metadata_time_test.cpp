#include <gtest/gtest.h>

#include "core/time.hpp"
#include "imaging/exiv2/capture_time.hpp"
#include "imaging/exiv2/metadata_reader.hpp"

namespace sightglass::imaging::exiv2 {
namespace {

// Fields of a picture that is not there.
struct Made {
  Exiv2::ExifData exif{};
  Exiv2::XmpData xmp{};
  Made() { warm_up_metadata(); }
  core::CaptureMetadata taken() const {
    core::CaptureMetadata metadata;
    read_capture_time({exif, xmp}, metadata);
    return metadata;
  }
};

std::string shown(std::string_view text) {
  const auto reading = parse_clock(text);
  return reading ? core::to_iso8601(core::Instant{reading->shown.time_since_epoch()}) : "none";
}

TEST(MetadataTime, reads_exif_and_xmp_forms) {
  EXPECT_EQ(shown("2017:10:03 10:58:29"), "2017-10-03T10:58:29.000000Z");
  EXPECT_EQ(shown("2017-10-03T10:58:29.25+02:00"), "2017-10-03T10:58:29.250000Z");
  EXPECT_EQ(shown("2017-10-03T10:58"), "2017-10-03T10:58:00.000000Z");
  EXPECT_EQ(shown("2017/10/03"), "2017-10-03T00:00:00.000000Z");
  EXPECT_EQ(parse_clock("2017-10-03T10:58:29.25+02:00")->offset_minutes, 120);
}

TEST(MetadataTime, takes_nonsense_for_absent) {
  for (const auto* text :
       {"0000:00:00 00:00:00", "    :  :     :  :  ", "", "2017:13:03 10:58:29", "2017:02:30 10:00:00",
        "2017:10:03 24:00:00", "2017:10:03 10:60:00", "1700:01:01 00:00:00", "2017", "+017:10:03",
        "2017:10:-3 10:58:29", "20171003105829", "hello", "9999:12:31 23:59:59"}) {
    EXPECT_EQ(shown(text), "none") << text;
  }
}

TEST(MetadataTime, reads_offsets_and_refuses_impossible_ones) {
  EXPECT_EQ(parse_offset("+09:00"), 540);
  EXPECT_EQ(parse_offset("-0330"), -210);
  EXPECT_EQ(parse_offset("Z"), 0);
  for (const auto* text : {"", "   :  ", "+24:00", "+09:61", "09:00", "+9", "+09:00 and more"}) {
    EXPECT_FALSE(parse_offset(text)) << text;
  }
}

TEST(MetadataTime, turns_the_cameras_clock_into_utc_when_the_offset_is_known) {
  Made made;
  made.exif["Exif.Photo.DateTimeOriginal"] = "2024:07:01 01:30:00";
  made.exif["Exif.Photo.SubSecTimeOriginal"] = "5 ";
  made.exif["Exif.Photo.OffsetTimeOriginal"] = "+02:00";
  const auto metadata = made.taken();
  ASSERT_TRUE(metadata.taken_at);
  EXPECT_EQ(core::to_iso8601(*metadata.taken_at), "2024-06-30T23:30:00.500000Z");
  EXPECT_EQ(metadata.taken_local, "2024-07-01T01:30:00");
  EXPECT_EQ(metadata.taken_offset_minutes, 120);
  EXPECT_EQ(metadata.taken_source, core::TakenSource::exif);
}

TEST(MetadataTime, falls_back_from_original_to_digitized_to_xmp_to_gps) {
  Made made;
  made.exif["Exif.GPSInfo.GPSDateStamp"] = "2020:01:04";
  made.exif["Exif.GPSInfo.GPSTimeStamp"] = "10/1 20/1 3050/100";
  EXPECT_EQ(core::to_iso8601(*made.taken().taken_at), "2020-01-04T10:20:30.500000Z");
  EXPECT_EQ(made.taken().taken_source, core::TakenSource::gps);
  made.xmp["Xmp.xmp.CreateDate"] = "2020-01-03T00:00:00Z";
  EXPECT_EQ(made.taken().taken_local, "2020-01-03T00:00:00");
  EXPECT_EQ(made.taken().taken_source, core::TakenSource::xmp);
  made.exif["Exif.Photo.DateTimeDigitized"] = "2020:01:02 00:00:00";
  EXPECT_EQ(made.taken().taken_local, "2020-01-02T00:00:00");
  made.exif["Exif.Photo.DateTimeOriginal"] = "0000:00:00 00:00:00";
  EXPECT_EQ(made.taken().taken_local, "2020-01-02T00:00:00") << "a blank original is no answer";
  made.exif["Exif.Photo.DateTimeOriginal"] = "2020:01:01 00:00:00";
  EXPECT_EQ(made.taken().taken_local, "2020-01-01T00:00:00");
}

TEST(MetadataTime, ignores_a_gps_time_with_a_zero_denominator_or_an_impossible_hour) {
  Made made;
  made.exif["Exif.GPSInfo.GPSDateStamp"] = "2020:01:04";
  made.exif["Exif.GPSInfo.GPSTimeStamp"] = "10/0 20/1 30/1";
  EXPECT_FALSE(made.taken().taken_at);
  made.exif["Exif.GPSInfo.GPSTimeStamp"] = "25/1 20/1 30/1";
  EXPECT_FALSE(made.taken().taken_at);
}

TEST(MetadataTime, never_takes_the_time_of_the_last_change) {
  Made made;
  made.exif["Exif.Image.DateTime"] = "2020:01:01 00:00:00";
  EXPECT_FALSE(made.taken().taken_at);
}

}  // namespace
}  // namespace sightglass::imaging::exiv2
