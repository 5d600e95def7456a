#include "database/outputs.hpp"

#include "support/station_rows.hpp"

namespace sightglass::database {
namespace {

using outputs::Delivery;
using outputs::DeliveryState;
using outputs::Output;

class Outputs : public test::StationStoreTest {
 protected:
  Output add_output(core::StationId station, const std::string& name, std::int64_t second = 0) {
    const Output output{.id = core::OutputId::make(instant(second)),
                        .station_id = station,
                        .name = name,
                        .kind = "webhook",
                        .settings = R"({"url":"http://192.0.2.1/"})",
                        .secret = std::string("\x00\xff sealed", 9),
                        .created_at = instant(second),
                        .updated_at = instant(second)};
    test::must(write([&](Session& s) { return outputs::insert(s, output); }));
    return output;
  }
  Delivery add_delivery(const Output& output, std::int64_t second, std::optional<core::TriggerId> trigger = {},
                        const std::string& node = "here") {
    const Delivery delivery{.id = core::DeliveryId::make(instant(second)),
                            .output_id = output.id,
                            .trigger_id = trigger,
                            .node = node,
                            .message = R"({"event":"verdict"})",
                            .next_at = instant(second),
                            .created_at = instant(second)};
    test::must(write([&](Session& s) { return outputs::insert(s, delivery); }));
    return delivery;
  }
  void change(const Delivery& delivery) {
    test::must(write([&](Session& s) { return outputs::update(s, delivery); }));
  }
  std::vector<core::DeliveryId> next(std::string_view node = "here") {
    return ids(test::must(read([&](Session& s) { return outputs::next_pending(s, node); })));
  }
  static std::vector<core::DeliveryId> ids(const std::vector<Delivery>& deliveries) {
    std::vector<core::DeliveryId> found;
    for (const auto& delivery : deliveries) found.push_back(delivery.id);
    return found;
  }
};
INSTANTIATE_TEST_SUITE_P(Stores, Outputs, test::all_stores());

TEST_P(Outputs, are_listed_by_station_as_they_were_made_with_sealed_bytes_as_they_are) {
  const auto press = add_station("press", 0).id;
  const auto belt = add_station("belt", 0).id;
  const auto second = add_output(press, "second", 2);
  const auto first = add_output(press, "first", 1);
  add_output(belt, "first", 3);
  const auto all = test::must(read([&](Session& s) { return outputs::of_station(s, press); }));
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all.front().id, first.id);
  EXPECT_EQ(all.back().id, second.id);
  EXPECT_EQ(all.back().secret, second.secret);
  EXPECT_EQ(all.back().settings, second.settings);
  EXPECT_EQ(all.back().kind, "webhook");
}

TEST_P(Outputs, have_names_of_their_own_at_their_station) {
  const auto station = add_station().id;
  auto twin = add_output(station, "plc");
  twin.id = core::OutputId::make(instant(1));
  const auto refused = write([&](Session& s) { return outputs::insert(s, twin); });
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, core::ErrorCode::conflict);
}

TEST_P(Outputs, are_changed_and_take_their_log_along) {
  const auto station = add_station().id;
  auto output = add_output(station, "plc");
  const auto delivery = add_delivery(output, 1);
  output.name = "light";
  output.secret = "";
  output.settings = "{}";
  output.is_enabled = false;
  output.updated_at = instant(7);
  test::must(write([&](Session& s) { return outputs::update(s, output); }));
  const auto found = test::must(read([&](Session& s) { return outputs::find(s, output.id); }));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->name, "light");
  EXPECT_EQ(found->secret, "");
  EXPECT_EQ(found->settings, "{}");
  EXPECT_FALSE(found->is_enabled);
  EXPECT_EQ(found->updated_at, instant(7));
  test::must(write([&](Session& s) { return outputs::remove(s, output.id); }));
  EXPECT_FALSE(test::must(read([&](Session& s) { return outputs::find_delivery(s, delivery.id); })));
}

TEST_P(Outputs, are_each_told_the_oldest_first_and_none_waits_for_another) {
  const auto station = add_station().id;
  const auto plc = add_output(station, "plc", 1);
  const auto web = add_output(station, "web", 2);
  auto first = add_delivery(plc, 10);
  const auto second = add_delivery(plc, 11);
  const auto third = add_delivery(web, 12);
  add_delivery(web, 13, std::nullopt, "elsewhere");
  EXPECT_EQ(next(), (std::vector{first.id, third.id}));
  first.attempts = 3;
  first.next_at = instant(60);
  first.error = "connection refused";
  change(first);
  EXPECT_EQ(next(), (std::vector{third.id, first.id})) << "by when they are due, and still one of each";
  first.state = DeliveryState::delivered;
  first.delivered_at = instant(61);
  change(first);
  EXPECT_EQ(next(), (std::vector{second.id, third.id}));
  const auto found = test::must(read([&](Session& s) { return outputs::find_delivery(s, first.id); }));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->state, DeliveryState::delivered);
  EXPECT_EQ(found->attempts, 3);
  EXPECT_EQ(found->error, "connection refused");
  EXPECT_EQ(found->delivered_at, instant(61));
  EXPECT_EQ(found->message, first.message);
}

TEST_P(Outputs, that_were_given_up_are_not_told_again) {
  const auto station = add_station().id;
  const auto plc = add_output(station, "plc");
  auto first = add_delivery(plc, 10);
  const auto second = add_delivery(plc, 11);
  first.state = DeliveryState::failed;
  change(first);
  EXPECT_EQ(next(), std::vector{second.id});
  EXPECT_EQ(outputs::delivery_state_from_name(outputs::name_of(DeliveryState::failed)), DeliveryState::failed);
  EXPECT_FALSE(outputs::delivery_state_from_name("sent"));
}

TEST_P(Outputs, list_what_they_were_told_page_by_page_the_newest_first) {
  const auto station = add_station().id;
  const auto plc = add_output(station, "plc");
  std::vector<core::DeliveryId> made;
  for (int i = 0; i < 7; ++i) made.insert(made.begin(), add_delivery(plc, i).id);
  std::vector<core::DeliveryId> seen;
  std::optional<core::DeliveryId> before;
  for (;;) {
    const auto page = ids(test::must(read([&](Session& s) { return outputs::deliveries(s, plc.id, before, 3); })));
    if (page.empty()) break;
    seen.insert(seen.end(), page.begin(), page.end());
    before = page.back();
  }
  EXPECT_EQ(seen, made);
}

TEST_P(Outputs, are_found_by_the_trigger_that_was_told) {
  const auto station = add_station().id;
  const auto trigger = add_trigger(station, 1).id;
  const auto plc = add_output(station, "plc", 1);
  const auto web = add_output(station, "web", 2);
  const auto first = add_delivery(plc, 2, trigger);
  const auto second = add_delivery(web, 3, trigger);
  add_delivery(plc, 4);
  const auto told = test::must(read([&](Session& s) { return outputs::deliveries_of(s, trigger); }));
  EXPECT_EQ(ids(told), (std::vector{first.id, second.id}));
  EXPECT_EQ(told.front().trigger_id, trigger);
}

TEST_P(Outputs, forget_old_deliveries_but_none_that_is_pending) {
  const auto station = add_station().id;
  const auto plc = add_output(station, "plc");
  auto done = add_delivery(plc, 1);
  const auto pending = add_delivery(plc, 2);
  done.state = DeliveryState::delivered;
  done.delivered_at = instant(3);
  change(done);
  const auto prune = [&](std::int64_t before) {
    return test::must(write([&](Session& s) { return outputs::prune(s, instant(before)); }));
  };
  EXPECT_EQ(prune(1), 0);
  EXPECT_EQ(prune(100), 1);
  EXPECT_EQ(next(), std::vector{pending.id});
}

}  // namespace
}  // namespace sightglass::database
