#include <gtest/gtest.h>

#include <thread>

#include "filing/sidecar.hpp"
#include "filing/sidecar_files.hpp"
#include "ingest/settle.hpp"
#include "unit/ingest/house.hpp"

namespace sightglass::ingest {
namespace {

using core::ErrorCode;
using Kind = Fault::Kind;

// What the handler of a change writes to the row.
core::Result<core::Photo> record(database::Session& session, core::PhotoId id, const core::Photo* turned) {
  SG_ASSIGN(const auto row, database::photos::find(session, id));
  if (!row) return core::fail(core::not_found("gone"));
  if (turned == nullptr) return *row;
  SG_TRY(database::photos::update(session, *turned));
  SG_TRY(database::photos::set_derived(session, *turned));
  return *turned;
}

core::Result<core::Photo> turn(House& house, const core::Photo& photo, std::int32_t rotation) {
  return house.ingest.turn_images(photo, rotation, [&](database::Session& session, const core::Photo* turned) {
    return record(session, photo.id, turned);
  });
}

// The images show the turn that the row tells, whatever their lengths.
void expect_as_told(House& house, const core::Photo& photo) {
  house.expect_whole(photo);
  const std::string way_up = " way up " + std::to_string(photo.rotation / 90);
  EXPECT_TRUE(house.read(photo.files.display).contains(way_up)) << house.read(photo.files.display);
  EXPECT_TRUE(house.read(photo.files.thumbnail).contains(way_up));
  EXPECT_EQ(photo.size.width > photo.size.height, photo.rotation % 180 == 0);
  EXPECT_TRUE(house.files("incoming/").empty());
}

}  // namespace

TEST(Turn, makes_both_images_anew_and_leaves_the_original) {
  House house;
  const auto photo = house.accept("PIC turn", house.job_photo())->photo;
  for (const std::int32_t rotation : {90, 180, 270, 0, 180}) {
    const auto turned = turn(house, photo, rotation);
    ASSERT_TRUE(turned) << turned.error().message;
    EXPECT_EQ(turned->rotation, rotation);
    expect_as_told(house, house.rows().front());
    EXPECT_EQ(house.read(photo.files.original), "PIC turn");
  }
}

// Does something else first, once, when it is to decode.
class OvertakenDecoder final : public imaging::Decoder {
 public:
  OvertakenDecoder(imaging::Decoder& inner, std::function<void()> first) : inner_(inner), first_(std::move(first)) {}
  core::Result<imaging::DerivedImages> derive(int fd, const imaging::DerivePlan& plan,
                                              const imaging::Limits& limits) override {
    if (const auto first = std::exchange(first_, {})) first();
    return inner_.derive(fd, plan, limits);
  }
  core::Result<imaging::ImageProperties> measure(int fd, const imaging::Limits& limits) override {
    return inner_.measure(fd, limits);
  }
  void again(std::function<void()> first) { first_ = std::move(first); }

 private:
  imaging::Decoder& inner_;
  std::function<void()> first_;
};

TEST(Turn, is_made_again_where_another_process_turned_the_photo_meanwhile) {
  House house;
  const auto photo = house.accept("PIC turn")->photo;
  OvertakenDecoder decoder(house.decoder, [&] { ASSERT_TRUE(turn(house, photo, 180)); });
  Ingest slow(house.store, *house.sound_database, decoder, house.clock, Policy{}, {});
  const auto turned = slow.turn_images(photo, 90, [&](database::Session& session, const core::Photo* images) {
    return record(session, photo.id, images);
  });
  ASSERT_TRUE(turned) << turned.error().message;
  EXPECT_EQ(house.rows().front().rotation, 90);
  expect_as_told(house, house.rows().front());
}

TEST(Turn, is_given_up_where_others_are_faster_again_and_again) {
  House house;
  const auto photo = house.accept("PIC turn")->photo;
  std::int32_t other = 180;
  std::function<void()> overtake;
  OvertakenDecoder decoder(house.decoder, [&] { overtake(); });
  overtake = [&] {
    ASSERT_TRUE(turn(house, photo, other));
    other = 450 - other;  // 270 and 180 in turn
    decoder.again([&] { overtake(); });
  };
  Ingest slow(house.store, *house.sound_database, decoder, house.clock, Policy{}, {});
  const auto refused = slow.turn_images(photo, 90, [&](database::Session& session, const core::Photo* images) {
    return record(session, photo.id, images);
  });
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::conflict);
  expect_as_told(house, house.rows().front());
}

TEST(Turn, does_nothing_where_the_photo_stands_like_that) {
  House house;
  const auto photo = house.accept("PIC same")->photo;
  const int calls = house.decoder.calls;
  ASSERT_TRUE(turn(house, photo, 0));
  EXPECT_EQ(house.decoder.calls, calls);
  expect_as_told(house, house.rows().front());
}

TEST(Turn, refuses_a_photo_whose_original_was_not_kept_or_is_lost) {
  House house;
  auto photo = house.accept("PIC lost")->photo;
  ASSERT_TRUE(house.store.remove(photo.files.original));
  const auto lost = turn(house, photo, 90);
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().code, ErrorCode::not_found);
  EXPECT_EQ(house.rows().front().rotation, 0);

  Ingest frugal(house.store, house.database, house.decoder, house.clock, Policy{.keeps_originals = false}, [] {});
  const auto incoming = house.incoming("PIC frugal");
  photo = frugal.accept(*incoming, {})->photo;
  const auto refused = turn(house, photo, 90);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::conflict);
  EXPECT_EQ(refused.error().field, "rotation");
}

TEST(Turn, is_undone_when_the_row_refuses) {
  House house;
  const auto photo = house.accept("PIC no")->photo;
  const auto refused = house.ingest.turn_images(
      photo, 90, [](database::Session&, const core::Photo*) { return core::fail(ErrorCode::permission_denied, "no"); });
  EXPECT_FALSE(refused);
  expect_as_told(house, house.rows().front());
}

TEST(Turn, is_whole_or_undone_after_settling_whichever_step_was_the_last) {
  for (const Kind kind : {Kind::kill_before, Kind::kill_after}) {
    bool has_died = true;
    int step = 0;
    for (; has_died; ++step) {
      House house;
      const auto photo = house.accept("PIC kill")->photo;
      house.fault.steps = 0;
      house.fault.kind = kind;
      house.fault.at = step;
      has_died = false;
      try {
        static_cast<void>(turn(house, photo, 90));
      } catch (const Killed&) {
        has_died = true;
      }
      const auto report = settle(*house.sound_store, *house.sound_database, house.clock);
      ASSERT_TRUE(report) << report.error().cause;
      EXPECT_EQ(report->unsettled, 0);
      const auto row = house.rows().front();
      expect_as_told(house, row);
      EXPECT_TRUE(filing::is_current(house.read(filing::sidecar_key(row.files)), row));
    }
    EXPECT_GE(step, 6) << "thumbnail, display image, commit, sidecar, two renamings";
  }
}

TEST(Turn, of_one_photo_at_once_go_one_after_the_other) {
  House house;
  const auto photo = house.accept("PIC race")->photo;
  std::vector<std::jthread> people;
  for (int i = 0; i < 6; ++i) people.emplace_back([&, i] { EXPECT_TRUE(turn(house, photo, 90 * (i % 4))); });
  people.clear();
  expect_as_told(house, house.rows().front());
}

TEST(Turn, is_kept_when_lost_images_are_made_again) {
  House house;
  const auto photo = house.accept("PIC again")->photo;
  const auto turned = turn(house, photo, 270);
  ASSERT_TRUE(turned);
  ASSERT_TRUE(house.store.remove(photo.files.display));
  // Asked for by somebody who read the row before it was turned.
  const auto remade = house.ingest.remake_images(photo);
  ASSERT_TRUE(remade) << remade.error().message;
  EXPECT_EQ(remade->rotation, 270);
  expect_as_told(house, house.rows().front());
}

TEST(Turn, is_not_handed_on_to_a_further_upload_of_the_same_bytes) {
  House house;
  const auto photo = house.accept("PIC twin")->photo;
  ASSERT_TRUE(turn(house, photo, 90));
  const auto twin = house.accept("PIC twin")->photo;
  EXPECT_EQ(twin.rotation, 0);
  EXPECT_TRUE(house.read(twin.files.display).contains(" way up 0"));
}

}  // namespace sightglass::ingest
