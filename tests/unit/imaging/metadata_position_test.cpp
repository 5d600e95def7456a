#include <gtest/gtest.h>

#include "imaging/exiv2/capture_position.hpp"
#include "imaging/exiv2/metadata_reader.hpp"

namespace sightglass::imaging::exiv2 {
namespace {

struct Made {
  Exiv2::ExifData exif{};
  Exiv2::XmpData xmp{};
  Made() {
    warm_up_metadata();
    exif["Exif.GPSInfo.GPSLatitudeRef"] = "S";
    exif["Exif.GPSInfo.GPSLatitude"] = "33/1 51/1 3125/100";
    exif["Exif.GPSInfo.GPSLongitudeRef"] = "E";
    exif["Exif.GPSInfo.GPSLongitude"] = "151/1 12/1 0/1";
  }
  std::optional<core::GeoPosition> position() const { return read_position({exif, xmp}); }
};

TEST(MetadataPosition, reads_degrees_minutes_seconds_and_their_hemisphere) {
  const auto position = Made{}.position();
  ASSERT_TRUE(position);
  EXPECT_NEAR(position->latitude, -(33 + 51.0 / 60 + 31.25 / 3600), 1e-12);
  EXPECT_NEAR(position->longitude, 151.2, 1e-12);
  EXPECT_FALSE(position->altitude);
}

TEST(MetadataPosition, is_absent_when_a_denominator_is_zero) {
  Made made;
  made.exif["Exif.GPSInfo.GPSLatitude"] = "33/1 51/1 0/0";
  EXPECT_FALSE(made.position());
  made.exif["Exif.GPSInfo.GPSLatitude"] = "0/0 0/0 0/0";
  EXPECT_FALSE(made.position());
}

TEST(MetadataPosition, is_absent_when_a_reference_is_missing_or_unknown) {
  for (const auto* reference : {"", "X", "E"}) {
    Made made;
    made.exif["Exif.GPSInfo.GPSLatitudeRef"] = reference;
    EXPECT_FALSE(made.position()) << reference;
  }
}

TEST(MetadataPosition, is_absent_when_out_of_range) {
  Made made;
  made.exif["Exif.GPSInfo.GPSLatitude"] = "90/1 0/1 1/1";
  EXPECT_FALSE(made.position());
  Made east;
  east.exif["Exif.GPSInfo.GPSLongitude"] = "181/1 0/1 0/1";
  EXPECT_FALSE(east.position());
}

TEST(MetadataPosition, reads_altitude_with_its_sign_and_drops_an_impossible_one) {
  Made made;
  made.exif["Exif.GPSInfo.GPSAltitude"] = "805/10";
  EXPECT_EQ(made.position()->altitude, 80.5);
  made.exif["Exif.GPSInfo.GPSAltitudeRef"] = "1";
  EXPECT_EQ(made.position()->altitude, -80.5);
  made.exif["Exif.GPSInfo.GPSAltitude"] = "805/0";
  EXPECT_FALSE(made.position()->altitude);
  made.exif["Exif.GPSInfo.GPSAltitude"] = "4000000000/1";
  EXPECT_FALSE(made.position()->altitude);
}

TEST(MetadataPosition, reads_the_xmp_form_when_exif_has_none) {
  EXPECT_EQ(parse_xmp_coordinate("39,30.0N", 'N', 'S'), 39.5);
  EXPECT_EQ(parse_xmp_coordinate("39,30,36S", 'N', 'S'), -39.51);
  for (const auto* text : {"", "39", "39,30", "39,30E", "N", "39,,3N", "-39,30N", "39,30,30,30N", "nan,0N"}) {
    EXPECT_FALSE(parse_xmp_coordinate(text, 'N', 'S')) << text;
  }
  Made made;
  made.exif.clear();
  made.xmp["Xmp.exif.GPSLatitude"] = "39,30.0N";
  made.xmp["Xmp.exif.GPSLongitude"] = "108,0.0W";
  made.xmp["Xmp.exif.GPSAltitude"] = "3151/2";
  const auto position = made.position();
  ASSERT_TRUE(position);
  EXPECT_EQ(*position, (core::GeoPosition{39.5, -108.0, 1575.5}));
}

}  // namespace
}  // namespace sightglass::imaging::exiv2
