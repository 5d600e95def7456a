#include <gtest/gtest.h>

#include "unit/http/handler_house.hpp"

namespace sightglass::http {
namespace {

constexpr std::string_view archives = "/api/v1/images/photos/archive";

class PhotoArchiveRows : public HandlerHouse {
 protected:
  Response prepare(const accounts::Caller& caller, const std::string& body) {
    return send(caller, Method::post, archives, body);
  }
  std::string url_of(const accounts::Caller& caller, const std::string& body) {
    const auto answer = prepare(caller, body);
    EXPECT_EQ(answer.status, 201) << bytes_of(answer);
    return answer.status == 201 ? text_of(json_of(answer).at("url")) : std::string(archives);
  }
  static std::string photos(const std::vector<std::string>& ids) {
    boost::json::array named(ids.begin(), ids.end());
    return boost::json::serialize(boost::json::object{{"photos", named}});
  }
  // Everything the body gives; what went wrong in between is in `failure`.
  std::string pull(Response& response) {
    std::string all;
    std::string piece;
    auto& body = *std::get<std::unique_ptr<StreamedBody>>(response.body);
    do {
      const auto made = body.next(piece);
      if (!made) failure = made.error();
      if (!made) break;
      all += piece;
    } while (!piece.empty());
    return all;
  }
  std::string zip_of(const accounts::Caller& caller, const std::string& url) {
    auto answer = get(caller, url);
    EXPECT_EQ(answer.status, 200);
    return answer.status == 200 ? pull(answer) : "";
  }
  core::Photo row_of(const std::string& id) {
    const auto photo_id = core::PhotoId::parse(id).value_or(core::PhotoId{});
    return database->read([&](database::Session& session) { return database::photos::find(session, photo_id); })
        ->value_or(core::Photo{});
  }
  std::optional<core::Error> failure{};
};

TEST_F(PhotoArchiveRows, tells_count_and_size_and_sends_the_chosen_photos) {
  const auto job = add_job(technician, R"({"title":"Dach: Süd"})");
  upload(technician, "/job/" + job + "/add_image", {picture("PIC in the job", "roof.jpg")});
  const auto field = add_photo(technician, "PIC 2020-05-01");
  const auto answer = prepare(technician, R"({"filter":{}})");
  ASSERT_EQ(answer.status, 201) << bytes_of(answer);
  const auto told = json_of(answer);
  EXPECT_EQ(told.at("count").as_int64(), 2);
  EXPECT_EQ(told.at("bytes").as_int64(), 28);
  EXPECT_EQ(told.at("left_out").as_int64(), 0);
  EXPECT_EQ(text_of(told.at("expires_at")), "2026-11-21T04:15:00.000000Z");
  auto sent = get(technician, text_of(told.at("url")));
  EXPECT_EQ(sent.headers.get("Content-Type"), "application/zip");
  EXPECT_EQ(sent.headers.get("Content-Disposition"),
            "attachment; filename=\"sightglass_20261121_040000_2_originals.zip\"");
  EXPECT_EQ(sent.headers.get("Cache-Control"), "private, no-store");
  const auto zip = pull(sent);
  EXPECT_TRUE(zip.contains("job_" + job + " Dach_ Süd/roof.jpg"));
  EXPECT_TRUE(zip.contains("PIC in the job"));
  EXPECT_TRUE(zip.contains("photos/2020-05-01/photo.jpg"));
  EXPECT_FALSE(zip.contains("left_out.txt"));
}

TEST_F(PhotoArchiveRows, writes_down_the_download_and_every_picture_before_it_is_sent) {
  const std::vector<std::string> ids{add_photo(technician, "PIC one"), add_photo(technician, "PIC two")};
  const auto url = url_of(viewer, photos(ids));
  EXPECT_TRUE(audited("archive.download").empty()) << "nothing has left the house yet";
  auto unread = get(viewer, url);
  EXPECT_TRUE(audited("archive.download").empty()) << "nor by asking for the headers";
  zip_of(viewer, url);
  const auto downloads = audited("archive.download");
  ASSERT_EQ(downloads.size(), 1U);
  EXPECT_EQ(downloads[0].actor, "vera");
  EXPECT_EQ(downloads[0].details, R"({"variant":"original","photos":2,"bytes":14})");
  const auto views = audited("photo.view");
  ASSERT_EQ(views.size(), 2U);
  EXPECT_TRUE(url.ends_with(downloads[0].object_id));
  EXPECT_EQ(views[0].details, R"({"views":1,"variants":["original"],"archive":")" + downloads[0].object_id + "\"}");
}

TEST_F(PhotoArchiveRows, leaves_out_what_was_deleted_trashed_or_lost_since_and_says_so) {
  std::vector<std::string> ids;
  for (const auto* name : {"kept", "deleted", "trashed", "lost", "short"})
    ids.push_back(add_photo(technician, "PIC " + std::string(name)));
  const auto url = url_of(technician, photos(ids));
  const auto files = row_of(ids[4]).files;
  ASSERT_TRUE(database->write(
      [&](database::Session& session) { return database::photos::remove(session, row_of(ids[1]).id); }));
  EXPECT_EQ(send(technician, Method::post, "/api/v1/images/photos/" + ids[2] + "/trash").status, 204);
  ASSERT_TRUE(blobs->remove(row_of(ids[3]).files.original));
  ASSERT_TRUE(blobs->put(files.original, "PIC", storage::BlobStore::Durability::rebuildable));
  const auto zip = zip_of(technician, url);
  EXPECT_FALSE(failure);
  EXPECT_TRUE(zip.contains("PIC kept"));
  for (const auto* gone : {"PIC deleted", "PIC trashed", "PIC lost", "PIC short"}) EXPECT_FALSE(zip.contains(gone));
  EXPECT_TRUE(zip.contains("left_out.txt"));
  EXPECT_TRUE(zip.contains("photo " + ids[1] + ": it is not there any more")) << zip;
  EXPECT_TRUE(zip.contains("photo " + ids[2] + ": it is in the trash"));
  EXPECT_TRUE(zip.contains("photo " + ids[3] + ": the original of this photo is lost"));
  EXPECT_TRUE(zip.contains("photo " + ids[4] + ": its file is damaged: 9 bytes were stored, 3 are there"));
  EXPECT_EQ(audited("photo.view").size(), 1U) << "what was not sent was not seen";
}

// The file is cut while it is open: its length stands in the archive already.
TEST_F(PhotoArchiveRows, breaks_off_when_a_file_ends_while_it_is_sent) {
  const auto id = add_photo(technician, "PIC " + std::string(3000, 'x'));
  const auto big = row_of(id);
  // Longer than a piece, so that the first one leaves some for later.
  const std::string bytes = "PIC " + std::string(2 << 20, 'x');
  ASSERT_TRUE(blobs->put(big.files.original, bytes, storage::BlobStore::Durability::rebuildable));
  ASSERT_TRUE(database->write([&](database::Session& session) -> core::Result<void> {
    SG_TRY(database::photos::remove(session, big.id));
    auto longer = big;
    longer.file_bytes = static_cast<std::int64_t>(bytes.size());
    longer.task_id.reset();
    return database::photos::insert(session, longer);
  }));
  auto answer = get(technician, url_of(technician, photos({id})));
  std::string piece;
  auto& body = *std::get<std::unique_ptr<StreamedBody>>(answer.body);
  ASSERT_TRUE(body.next(piece));
  EXPECT_GT(piece.size(), 100'000U);
  EXPECT_LT(piece.size(), 600'000U);
  std::filesystem::resize_file(folder.path() / "data" / big.files.original, 300'000);
  const auto rest = pull(answer);
  ASSERT_TRUE(failure);
  EXPECT_FALSE(rest.contains("PK\x05\x06")) << "no end of an archive";
}

TEST_F(PhotoArchiveRows, makes_lost_display_images_again) {
  const auto id = add_photo(technician, "PIC one");
  ASSERT_TRUE(blobs->remove(row_of(id).files.display));
  const auto url = url_of(technician, R"({"photos":[")" + id + R"("],"variant":"display"})");
  EXPECT_TRUE(zip_of(technician, url).contains("display of PIC one"));
}

TEST_F(PhotoArchiveRows, shows_nobody_what_they_may_not_see) {
  const auto own = add_photo(technician, "PIC own");
  const auto foreign = add_photo(colleague, "PIC foreign");
  const auto answer = prepare(technician, photos({own, foreign, own}));
  const auto told = json_of(answer);
  EXPECT_EQ(told.at("count").as_int64(), 1);
  EXPECT_EQ(told.at("left_out").as_int64(), 1);
  const auto zip = zip_of(technician, text_of(told.at("url")));
  EXPECT_TRUE(zip.contains("PIC own"));
  EXPECT_FALSE(zip.contains("PIC foreign"));
  EXPECT_EQ(get(colleague, text_of(told.at("url"))).status, 404) << "somebody else's choice";
  EXPECT_EQ(prepare(technician, photos({foreign})).status, 422);
  EXPECT_EQ(json_of(prepare(technician, R"({"filter":{},"variant":"display"})")).at("count").as_int64(), 1);
}

TEST_F(PhotoArchiveRows, forgets_a_choice_after_a_quarter_of_an_hour_and_all_but_the_last_ten) {
  const auto body = photos({add_photo(technician, "PIC one")});
  const auto first = url_of(technician, body);
  std::string url;
  for (int i = 0; i < 10; ++i) url = url_of(technician, body);
  EXPECT_EQ(get(technician, first).status, 404);
  clock.advance(std::chrono::minutes(14));
  EXPECT_EQ(get(technician, url).status, 200);
  clock.advance(std::chrono::minutes(1));
  EXPECT_EQ(get(technician, url).status, 404);
}

TEST_F(PhotoArchiveRows, sends_three_at_once_to_one_user) {
  const auto url = url_of(technician, photos({add_photo(technician, "PIC one")}));
  std::vector<Response> running;
  for (int i = 0; i < 3; ++i) running.push_back(get(technician, url));
  EXPECT_EQ(get(technician, url).status, 429);
  running.pop_back();
  EXPECT_EQ(get(technician, url).status, 200);
}

TEST_F(PhotoArchiveRows, refuses_what_names_no_photo_or_says_it_wrongly) {
  const auto field_for = [&](const std::string& body) {
    const auto answer = prepare(technician, body);
    EXPECT_EQ(answer.status, 422) << body;
    return field_of(answer);
  };
  EXPECT_EQ(field_for("{}"), "photos");
  EXPECT_EQ(field_for(R"({"photos":[]})"), "photos");
  EXPECT_EQ(field_for(R"({"photos":["x"]})"), "photos");
  EXPECT_EQ(field_for(R"({"photos":["0190163d-8694-739b-aea5-966c26f8ad90"]})"), "photos");
  EXPECT_EQ(field_for(R"({"photos":[],"filter":{}})"), "photos");
  EXPECT_EQ(field_for(R"({"filter":{}})"), "filter");
  EXPECT_EQ(field_for(R"({"filter":{"colour":"red"}})"), "colour");
  EXPECT_EQ(field_for(R"({"filter":{},"variant":"thumbnail"})"), "variant");
  EXPECT_EQ(field_for(R"({"filter":{},"size":1})"), "size");
  EXPECT_EQ(get(technician, std::string(archives) + "/0190163d-8694-739b-aea5-966c26f8ad90").status, 404);
}

}  // namespace
}  // namespace sightglass::http
