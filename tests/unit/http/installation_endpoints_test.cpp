#include "unit/http/handler_house.hpp"

namespace sightglass::http {
namespace {

class InstallationEndpoints : public HandlerHouse {
 protected:
  InstallationEndpoints() {
    administrator = operator_;
    administrator.role = core::Role::administrator;
  }
  boost::json::value storage() { return json_of(get(administrator, "/api/v1/storage")); }
  accounts::Caller administrator;
};

std::int64_t count_of(const boost::json::value& storage, std::string_view kind) {
  return storage.at(kind).at("count").as_int64();
}

TEST_F(InstallationEndpoints, counts_each_kind_of_file_and_duplicates_once) {
  EXPECT_EQ(count_of(storage(), "originals"), 0);
  add_photo(technician, "PIC 1");
  add_photo(technician, "PIC 22");
  add_photo(technician, "PIC 1");
  clock.advance(std::chrono::seconds(11));
  const auto found = storage();
  EXPECT_EQ(count_of(found, "originals"), 2);
  EXPECT_EQ(found.at("originals").at("bytes").as_int64(), 11);
  EXPECT_EQ(count_of(found, "displays"), 2);
  EXPECT_GT(found.at("thumbnails").at("bytes").as_int64(), 0);
  EXPECT_EQ(count_of(found, "duplicates"), 1);
  EXPECT_EQ(found.at("duplicates").at("bytes").as_int64(), 5);
  EXPECT_EQ(count_of(found, "trash"), 0);
  EXPECT_EQ(count_of(found, "unfinished_uploads"), 0);
  EXPECT_GT(found.at("database_bytes").as_int64(), 0);
  EXPECT_GT(found.at("free_bytes").as_int64(), 0);
}

TEST_F(InstallationEndpoints, tells_what_lies_in_trash_and_quarantine) {
  const auto id = add_photo(technician, "PIC 1");
  EXPECT_TRUE(database->write([&](database::Session& session) {
    return database::photos::set_trashed(session, core::PhotoId::parse(id).value(), clock.now());
  }));
  folder.write("data/quarantine/images/lost.jpg", "12345");
  const auto found = storage();
  EXPECT_EQ(count_of(found, "trash"), 1);
  EXPECT_GT(found.at("trash").at("bytes").as_int64(), 5);
  EXPECT_EQ(count_of(found, "quarantine"), 1);
  EXPECT_EQ(found.at("quarantine").at("bytes").as_int64(), 5);
}

TEST_F(InstallationEndpoints, measures_again_only_after_a_while) {
  const auto before = storage();
  add_photo(technician, "PIC 1");
  EXPECT_EQ(storage(), before);
  clock.advance(std::chrono::seconds(11));
  EXPECT_EQ(count_of(storage(), "originals"), 1);
}

TEST_F(InstallationEndpoints, lists_the_settings_as_they_were_given) {
  EXPECT_TRUE(json_of(get(administrator, "/api/v1/settings")).as_array().empty());
  services.settings = {{.name = "server.threads", .value = "4", .usual = "2", .source = "file", .words = "Threads."}};
  const auto list = json_of(get(administrator, "/api/v1/settings"));
  ASSERT_EQ(list.as_array().size(), 1U);
  EXPECT_EQ(list.at(0).at("value").as_int64(), 4);
  EXPECT_EQ(list.at(0).at("default").as_int64(), 2);
  EXPECT_EQ(text_of(list.at(0).at("source")), "file");
  EXPECT_EQ(text_of(list.at(0).at("words")), "Threads.");
}

TEST_F(InstallationEndpoints, takes_no_stray_parameters) {
  EXPECT_EQ(get(administrator, "/api/v1/storage?a=1").status, 422);
  EXPECT_EQ(get(administrator, "/api/v1/settings?a=1").status, 422);
}

}  // namespace
}  // namespace sightglass::http
