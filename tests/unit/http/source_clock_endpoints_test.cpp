#include "unit/http/source_house.hpp"

namespace sightglass::http {
namespace {

using database::Session;
using database::pull_files::State;

class SourceClock : public SourceHouse {
 protected:
  std::string pulled(const std::string& bytes) {
    auto photo = add_photo(technician, bytes);
    auto file = add_file(source, bytes, State::stored);
    file.photo_id = core::PhotoId::parse(photo);
    EXPECT_TRUE(database->write([&](Session& s) { return database::pull_files::update(s, file); }));
    return photo;
  }
  std::string taken_at(const std::string& photo) {
    return text_of(json_of(get(reviewer, "/api/v1/images/photos/" + photo)).at("taken_at"));
  }
  Response set(std::int64_t seconds) {
    return send(operator_, Method::put, at(source, "/clock"), R"({"offset_seconds":)" + std::to_string(seconds) + "}");
  }
  std::string source = add();
};

TEST_F(SourceClock, shows_photos_at_corrected_times_and_again_at_those_of_their_files) {
  const auto photo = pulled("PIC 2020-05-01");
  const auto by_person = pulled("PIC 2020-05-02");
  const auto unknown = pulled("PIC");
  const auto before = taken_at(unknown);
  EXPECT_EQ(
      send(technician, Method::patch, "/api/v1/images/photos/" + by_person, R"({"taken_at":"2021-01-01"})").status,
      200);
  const auto preview = json_of(get(reviewer, at(source, "/clock?offset_seconds=3600")));
  EXPECT_EQ(preview.at("count").as_int64(), 1);
  EXPECT_EQ(text_of(preview.at("photos").at(0).at("photo_id")), photo);
  EXPECT_EQ(text_of(preview.at("photos").at(0).at("corrected_at")), "2020-05-01T01:00:00.000000Z");
  EXPECT_EQ(taken_at(photo), "2020-05-01T00:00:00.000000Z") << "a preview changes nothing";
  EXPECT_EQ(bytes_of(set(3600)), R"({"offset_seconds":3600,"corrected":1})");
  EXPECT_EQ(taken_at(photo), "2020-05-01T01:00:00.000000Z");
  EXPECT_EQ(taken_at(by_person), "2021-01-01T00:00:00.000000Z");
  EXPECT_EQ(taken_at(unknown), before);
  EXPECT_EQ(shown(source).at("clock_offset_seconds").as_int64(), 3600);
  EXPECT_EQ(bytes_of(set(3600)), R"({"offset_seconds":3600,"corrected":0})") << "it is not added again";
  EXPECT_EQ(bytes_of(set(-60)), R"({"offset_seconds":-60,"corrected":1})");
  EXPECT_EQ(taken_at(photo), "2020-04-30T23:59:00.000000Z");
  EXPECT_EQ(bytes_of(set(0)), R"({"offset_seconds":0,"corrected":1})");
  EXPECT_EQ(taken_at(photo), "2020-05-01T00:00:00.000000Z");
  EXPECT_EQ(audited("source.clock").size(), 3U);
}

TEST_F(SourceClock, refuses_what_is_no_offset) {
  EXPECT_EQ(field_of(get(reviewer, at(source, "/clock"))), "offset_seconds");
  EXPECT_EQ(field_of(get(reviewer, at(source, "/clock?offset_seconds=1e3"))), "offset_seconds");
  EXPECT_EQ(field_of(set(3'153'600'001)), "offset_seconds");
  EXPECT_EQ(send(operator_, Method::put, at(nobody, "/clock"), R"({"offset_seconds":1})").status, 404);
}

TEST_F(SourceClock, corrects_photos_of_replaced_files_too) {
  const auto first = pulled("PIC 2020-05-01");
  const auto second = add_photo(technician, "PIC 2020-05-02");
  EXPECT_TRUE(database->write([&](Session& s) -> core::Result<void> {
    SG_ASSIGN(auto page, database::pull_files::list(s, {.source = row(source).id}, {}));
    auto& file = page.files.at(0);
    file.photo_id = core::PhotoId::parse(second);
    file.revision = 2;
    return database::pull_files::update(s, file);
  }));
  EXPECT_EQ(json_of(get(reviewer, at(source, "/clock?offset_seconds=3600"))).at("count").as_int64(), 2);
  EXPECT_EQ(bytes_of(set(3600)), R"({"offset_seconds":3600,"corrected":2})");
  EXPECT_EQ(taken_at(first), "2020-05-01T01:00:00.000000Z");
  EXPECT_EQ(taken_at(second), "2020-05-02T01:00:00.000000Z");
}

TEST_F(SourceClock, never_changes_what_a_person_decided_on) {
  const auto photo = pulled("PIC 2020-05-01");
  const auto untouched = pulled("PIC 2020-05-02");
  const auto change = [&](const std::string& body) {
    EXPECT_EQ(send(technician, Method::patch, "/api/v1/images/photos/" + photo, body).status, 200);
  };
  EXPECT_EQ(bytes_of(set(3600)), R"({"offset_seconds":3600,"corrected":2})");
  change(R"({"description":"a fox"})");
  EXPECT_EQ(bytes_of(set(60)), R"({"offset_seconds":60,"corrected":2})") << "that is no word about its time";
  change(R"({"taken_at":null})");
  EXPECT_EQ(taken_at(photo), "2020-05-01T00:00:00.000000Z") << "as in the file";
  EXPECT_EQ(json_of(get(reviewer, at(source, "/clock?offset_seconds=3600"))).at("count").as_int64(), 1);
  EXPECT_EQ(bytes_of(set(3600)), R"({"offset_seconds":3600,"corrected":1})");
  EXPECT_EQ(taken_at(photo), "2020-05-01T00:00:00.000000Z");
  change(R"({"taken_at":"2021-01-01"})");
  change(R"({"taken_at":null})");
  EXPECT_EQ(bytes_of(set(0)), R"({"offset_seconds":0,"corrected":1})");
  EXPECT_EQ(taken_at(photo), "2020-05-01T00:00:00.000000Z");
  EXPECT_EQ(taken_at(untouched), "2020-05-02T00:00:00.000000Z");
}

}  // namespace
}  // namespace sightglass::http
