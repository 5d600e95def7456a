#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "imaging/exiv2/camera_facts.hpp"
#include "imaging/exiv2/heif_exif.hpp"
#include "imaging/exiv2/metadata_json.hpp"
#include "imaging/exiv2/metadata_reader.hpp"
#include "support/test_paths.hpp"

namespace sightglass::imaging::exiv2 {
namespace {

struct Made {
  Exiv2::ExifData exif{};
  Exiv2::XmpData xmp{};
  Made() { warm_up_metadata(); }
  boost::json::object json() const { return boost::json::parse(metadata_json({exif, xmp})).as_object(); }
  core::CaptureMetadata facts() const {
    core::CaptureMetadata metadata;
    read_camera_facts({exif, xmp}, metadata);
    return metadata;
  }
};

TEST(MetadataJson, is_an_empty_object_for_a_picture_without_metadata) { EXPECT_TRUE(Made{}.json().empty()); }

TEST(MetadataJson, holds_every_field_under_its_name) {
  Made made;
  made.exif["Exif.Image.Make"] = "Ca\"non";
  made.xmp["Xmp.dc.creator"] = "Ada";
  const auto json = made.json();
  EXPECT_EQ(json.at("Exif.Image.Make").as_string(), "Ca\"non");
  EXPECT_EQ(json.at("Xmp.dc.creator").as_string(), "Ada");
}

TEST(MetadataJson, stays_valid_utf8_whatever_the_camera_wrote) {
  Made made;
  made.exif["Exif.Image.Artist"] = "M\xfcller \xff";
  EXPECT_EQ(made.json().at("Exif.Image.Artist").as_string(), "M\xef\xbf\xbdller \xef\xbf\xbd");
}

TEST(MetadataJson, cuts_a_long_value_between_characters) {
  Made made;
  std::string text(1023, 'a');
  text += "\xc3\xa9";  // é across the limit
  made.exif["Exif.Image.Artist"] = text;
  EXPECT_EQ(made.json().at("Exif.Image.Artist").as_string(), std::string(1023, 'a'));
}

TEST(MetadataJson, leaves_out_maker_notes_and_tables) {
  Made made;
  const std::vector<Exiv2::byte> blob(5000, 7);
  Exiv2::DataValue value(blob.data(), static_cast<long>(blob.size()));
  made.exif.add(Exiv2::ExifKey("Exif.Photo.MakerNote"), &value);
  made.exif.add(Exiv2::ExifKey("Exif.Image.TransferFunction"), &value);
  EXPECT_TRUE(made.json().empty());
}

TEST(MetadataJson, stays_below_64_kib_and_valid) {
  Made made;
  for (int i = 0; i < 300; ++i) {
    made.xmp["Xmp.dc.creator[" + std::to_string(i + 1) + "]"] = std::string(2000, '\x01');
  }
  const auto text = metadata_json({made.exif, made.xmp});
  EXPECT_LE(text.size(), 64U * 1024);
  EXPECT_TRUE(boost::json::parse(text).is_object());
}

TEST(MetadataFacts, leaves_out_what_cannot_be) {
  Made made;
  made.exif["Exif.Photo.ExposureTime"] = "0/0";
  made.exif["Exif.Photo.FNumber"] = "0/1";
  made.exif["Exif.Image.Orientation"] = uint16_t{9};
  const auto facts = made.facts();
  EXPECT_FALSE(facts.exposure_seconds);
  EXPECT_FALSE(facts.f_number);
  EXPECT_EQ(facts.orientation, core::Orientation::upright);
}

TEST(MetadataFacts, reads_settings_and_trims_names) {
  Made made;
  made.exif["Exif.Image.Make"] = "NIKON CORPORATION   ";
  made.exif["Exif.Photo.LensModel"] = "50mm f/1.8";
  made.exif["Exif.Photo.ExposureTime"] = "1/250";
  made.exif["Exif.Photo.FNumber"] = "28/10";
  made.exif["Exif.Photo.ISOSpeedRatings"] = uint16_t{65535};
  made.exif["Exif.Photo.RecommendedExposureIndex"] = uint32_t{102400};
  made.exif["Exif.Photo.FocalLength"] = "50/1";
  made.exif["Exif.Image.Orientation"] = uint16_t{6};
  const auto facts = made.facts();
  EXPECT_EQ(facts.camera_make, "NIKON CORPORATION");
  EXPECT_EQ(facts.lens, "50mm f/1.8");
  EXPECT_EQ(facts.exposure_seconds, 1.0 / 250);
  EXPECT_EQ(facts.f_number, 2.8);
  EXPECT_EQ(facts.iso, 102400);
  EXPECT_EQ(facts.focal_length_mm, 50);
  EXPECT_EQ(facts.orientation, core::Orientation::rotated_90);
}

TEST(MetadataReader, reads_every_container_that_carries_exif) {
  const auto seeds = std::filesystem::path(SIGHTGLASS_SOURCE_DIR) / "tests/fuzz/corpus/exif";
  const std::map<std::string, core::MediaType> kinds{{"camera.jpg", core::MediaType::jpeg},
                                                     {"camera.webp", core::MediaType::webp},
                                                     {"camera.heic", core::MediaType::heic}};
  for (const auto& [name, type] : kinds) {
    std::ifstream in(seeds / name, std::ios::binary);
    const std::string file{std::istreambuf_iterator<char>(in), {}};
    const auto metadata = read_metadata(std::as_bytes(std::span(file)), type);
    ASSERT_TRUE(metadata) << name;
    EXPECT_EQ(metadata->camera_make, "Sightglass") << name;
    EXPECT_EQ(metadata->taken_local, "2024-07-01T01:30:00") << name;
    EXPECT_EQ(metadata->taken_offset_minutes, 120) << name;
    ASSERT_TRUE(metadata->position) << name;
    EXPECT_NEAR(metadata->position->latitude, -33.8586806, 1e-6) << name;
  }
}

TEST(MetadataReader, survives_a_heif_file_cut_anywhere_or_with_any_byte_changed) {
  const auto seeds = std::filesystem::path(SIGHTGLASS_SOURCE_DIR) / "tests/fuzz/corpus/exif";
  std::ifstream in(seeds / "camera.heic", std::ios::binary);
  const std::string file{std::istreambuf_iterator<char>(in), {}};
  ASSERT_FALSE(find_heif_exif(std::as_bytes(std::span(file))).empty());
  for (std::size_t i = 0; i < file.size(); ++i) {
    const auto whole = std::as_bytes(std::span(file));
    const auto found = find_heif_exif(whole.first(i));
    EXPECT_LE(found.size(), i);
    auto changed = file;
    changed[i] = '\xff';
    EXPECT_LT(find_heif_exif(std::as_bytes(std::span(changed))).size(), file.size());
  }
}

TEST(MetadataReader, gives_empty_metadata_or_an_error_for_what_is_no_picture_but_never_throws) {
  const std::string nonsense = "this is no picture";
  const auto bytes = std::as_bytes(std::span(nonsense));
  for (const auto type : {core::MediaType::jpeg, core::MediaType::png, core::MediaType::webp, core::MediaType::tiff,
                          core::MediaType::heic, core::MediaType::avif, core::MediaType::gif}) {
    const auto metadata = read_metadata(bytes, type);
    if (metadata) {
      EXPECT_EQ(metadata->json, "{}");
    } else {
      EXPECT_EQ(metadata.error().code, core::ErrorCode::corrupt_image);
    }
    EXPECT_TRUE(read_metadata({}, type)) << "an empty file holds no metadata";
  }
}

}  // namespace
}  // namespace sightglass::imaging::exiv2
