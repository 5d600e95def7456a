#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "accounts/caller.hpp"
#include "cli/context.hpp"
#include "cli/shared_options.hpp"
#include "cli/steering.hpp"
#include "core/image_id.hpp"
#include "core/json_writer.hpp"
#include "database/cameras.hpp"
#include "database/stations.hpp"
#include "database/triggers.hpp"
#include "database/waiting_ids.hpp"
#include "inspection/frame_models.hpp"
#include "stations/recipe.hpp"

namespace sightglass::cli {
namespace {

using core::Result;
using database::Session;
using database::stations::Day;
using database::stations::Station;
using database::triggers::Trigger;
using database::waiting_ids::WaitingId;

// What the commands of this group are given.
struct Order {
  std::string station{};
  std::string image_id{};
  std::int64_t number = 0;
  std::int32_t limit = 50;
};

// By its name, or else its id.
Result<Station> named(Session& session, const std::string& text) {
  SG_ASSIGN(auto found, database::stations::find_named(session, text));
  const auto id = core::StationId::parse(text);
  if (!found && id) {
    SG_ASSIGN(found, database::stations::find(session, *id));
  }
  if (!found) return core::fail(core::not_found(fmt::format("There is no station \"{}\"; see station list.", text)));
  return std::move(*found);
}

// A station with what the database knows around it. How its camera stands, its server alone knows.
struct Known {
  Station row{};
  std::string camera{};
  std::string fault{};  // why its model will judge nothing; empty: it will, or none is wanted
  Day today{};
  std::vector<WaitingId> waiting{};
};

Result<std::string> fault_of_model(Session& session, const Station& row) {
  SG_ASSIGN(const auto recipe, stations::recipe_from_json(row.recipe));
  if (recipe.model.empty()) return std::string();
  const auto model = inspection::check_frame_model(session, recipe.model, "recipe.model");
  if (model) return std::string();
  if (model.error().code != core::ErrorCode::invalid_input) return core::fail(model.error());
  return model.error().message;
}

Result<Known> known(Session& session, Station row, core::Instant now) {
  Known known{.row = std::move(row)};
  SG_ASSIGN(known.today, database::stations::counted(session, known.row.id, database::stations::day_of(now)));
  SG_ASSIGN(known.waiting, database::waiting_ids::waiting(session, known.row.id, now));
  SG_ASSIGN(known.fault, fault_of_model(session, known.row));
  if (!known.row.camera_id) return known;
  SG_ASSIGN(const auto camera, database::cameras::find(session, *known.row.camera_id));
  if (camera) known.camera = camera->name;
  return known;
}

void write_known(core::JsonWriter& json, const Known& known) {
  const auto& [row, camera, fault, today, waiting] = known;
  json.begin_object().member("id", row.id.to_string()).member("name", row.name).member("camera", camera);
  json.member("enabled", row.is_enabled).key("trigger").raw(row.trigger).key("recipe").raw(row.recipe);
  json.member("recipe_version", row.recipe_version).member("fault", fault).key("today").begin_object();
  json.member("day", today.day).member("triggers", today.triggers).member("ok", today.ok).member("ng", today.ng);
  json.member("lost", today.lost).member("failed", today.failed).member("late", today.late).end_object();
  json.member("waiting", static_cast<std::int64_t>(waiting.size())).end_object();
}

Result<Exit> list_stations(Installation& installation, const Output& out, const Order& /*order*/) {
  const auto now = installation.clock().now();
  SG_ASSIGN(const auto all, installation.database().read([&](Session& session) -> Result<std::vector<Known>> {
    SG_ASSIGN(auto rows, database::stations::list(session));
    std::vector<Known> all;
    for (auto& row : rows) {
      SG_ASSIGN(auto one, known(session, std::move(row), now));
      all.push_back(std::move(one));
    }
    return all;
  }));
  std::string text;
  core::JsonWriter json(text);
  json.begin_array();
  for (const auto& one : all) {
    write_known(json, one);
    out.line(fmt::format("{:<24} {:<3} camera {:<16} today {} OK, {} NG, {} lost, {} failed; {} ids wait", one.row.name,
                         one.row.is_enabled ? "on" : "off", one.camera.empty() ? "-" : one.camera, one.today.ok,
                         one.today.ng, one.today.lost, one.today.failed, one.waiting.size()));
  }
  json.end_array();
  out.document(text);
  if (all.empty()) out.line("There is no station.");
  return Exit::ok;
}

Result<Exit> show_station(Installation& installation, const Output& out, const Order& order) {
  SG_ASSIGN(const auto one, installation.database().read([&](Session& session) -> Result<Known> {
    SG_ASSIGN(auto row, named(session, order.station));
    return known(session, std::move(row), installation.clock().now());
  }));
  out.line(fmt::format("{} ({})", one.row.name, one.row.is_enabled ? "on" : "off"));
  out.line(fmt::format("  camera   {}", one.camera.empty() ? "none" : one.camera));
  out.line(fmt::format("  trigger  {}", one.row.trigger));
  out.line(fmt::format("  recipe   version {}: {}", one.row.recipe_version, one.row.recipe));
  if (!one.fault.empty()) out.line(fmt::format("  fault    {}", one.fault));
  out.line(fmt::format("  today    {} triggers: {} OK, {} NG, {} lost, {} failed; {} late", one.today.triggers,
                       one.today.ok, one.today.ng, one.today.lost, one.today.failed, one.today.late));
  out.line(fmt::format("  waiting  {} ids", one.waiting.size()));
  std::string text;
  core::JsonWriter json(text);
  write_known(json, one);
  out.document(text);
  return Exit::ok;
}

Result<Exit> list_ids(Installation& installation, const Output& out, const Order& order) {
  SG_ASSIGN(const auto waiting, installation.database().read([&](Session& session) -> Result<std::vector<WaitingId>> {
    SG_ASSIGN(const auto row, named(session, order.station));
    return database::waiting_ids::waiting(session, row.id, installation.clock().now());
  }));
  std::string text;
  core::JsonWriter json(text);
  json.begin_array();
  for (const auto& id : waiting) {
    json.begin_object().member("number", id.number).member("image_id", id.image_id);
    json.member("stored_at", core::to_iso8601(id.stored_at)).member("stored_by", id.stored_by);
    json.member("expires_at", core::to_iso8601(id.expires_at)).end_object();
    out.line(fmt::format("{:>8}  {:<32} by {:<16} until {}", id.number, id.image_id, id.stored_by,
                         core::to_iso8601(id.expires_at)));
  }
  json.end_array();
  out.document(text);
  if (waiting.empty()) out.line("No id waits.");
  return Exit::ok;
}

Result<void> audit_id(Session& session, core::Instant now, std::string action, const Station& row,
                      std::string_view image_id) {
  std::string details;
  core::JsonWriter(details).begin_object().member("image_id", image_id).end_object();
  return audit(session, now, std::move(action), "station", row.id.to_string(), std::move(details));
}

Result<Exit> add_id(Installation& installation, const Output& out, const Order& order) {
  SG_TRY(core::check_image_id(order.image_id));
  const auto now = installation.clock().now();
  SG_ASSIGN(const auto number, installation.database().write([&](Session& session) -> Result<std::int64_t> {
    SG_ASSIGN(const auto row, named(session, order.station));
    SG_TRY(audit_id(session, now, "station.store_id", row, order.image_id));
    return database::waiting_ids::store(session, {.station_id = row.id,
                                                  .image_id = order.image_id,
                                                  .stored_at = now,
                                                  .stored_by = accounts::command_line_caller().name,
                                                  .expires_at = now + database::waiting_ids::lifetime});
  }));
  out.line(fmt::format("{} waits as number {}", order.image_id, number));
  out.document(fmt::format("{{\"number\":{}}}", number));
  return Exit::ok;
}

Result<Exit> withdraw_id(Installation& installation, const Output& out, const Order& order) {
  const auto now = installation.clock().now();
  SG_TRY(installation.database().write([&](Session& session) -> Result<void> {
    SG_ASSIGN(const auto row, named(session, order.station));
    SG_ASSIGN(const auto waiting, database::waiting_ids::waiting(session, row.id, now));
    for (const auto& id : waiting) {
      if (id.number != order.number) continue;
      SG_TRY(database::waiting_ids::withdraw(session, row.id, id.number, now));
      return audit_id(session, now, "station.withdraw_id", row, id.image_id);
    }
    return core::fail(core::not_found(fmt::format("No id waits there as number {}; see station ids.", order.number)));
  }));
  out.line("withdrawn");
  out.document("{}");
  return Exit::ok;
}

void write_trigger(core::JsonWriter& json, const Trigger& trigger) {
  json.begin_object().member("id", trigger.id.to_string()).member("name", trigger.name);
  json.member("image_id", trigger.image_id).member("triggered_at", core::to_iso8601(trigger.triggered_at));
  json.member("state", database::triggers::name_of(trigger.state)).member("verdict", trigger.verdict);
  json.member("reason", trigger.reason).member("score", trigger.score).member("threshold", trigger.threshold);
  json.member("model", trigger.model).member("recipe_version", trigger.recipe_version);
  json.member("frame_number", trigger.frame_number).member("late", trigger.is_late);
  json.member("simulated", trigger.is_simulated).member("node", trigger.node).member("folder", trigger.folder);
  json.member("error", trigger.error).end_object();
}

Result<Exit> show_journal(Installation& installation, const Output& out, const Order& order) {
  SG_ASSIGN(const auto rows, installation.database().read([&](Session& session) -> Result<std::vector<Trigger>> {
    SG_ASSIGN(const auto row, named(session, order.station));
    return database::triggers::list(session, {.station = row.id, .limit = order.limit});
  }));
  std::string text;
  core::JsonWriter json(text);
  json.begin_array();
  for (const auto& row : rows) {
    write_trigger(json, row);
    out.line(fmt::format("{}  {:<8} {:<2}  {:<24} {}{}", core::to_iso8601(row.triggered_at),
                         database::triggers::name_of(row.state), row.verdict, row.image_id.value_or("-"), row.folder,
                         row.error.empty() ? "" : "  " + row.error));
  }
  json.end_array();
  out.document(text);
  if (rows.empty()) out.line("Nothing was triggered there.");
  return Exit::ok;
}

using Work = Result<Exit> (*)(Installation&, const Output&, const Order&);

// The order lives in the callback, for as long as the parser.
CLI::App* add_one(CLI::App& group, Context& context, const char* name, const char* words,
                  const std::shared_ptr<Order>& order, Work work) {
  CLI::App* command = group.add_subcommand(name, words);
  add_data_option(*command, context);
  add_json_option(*command, context);
  command->callback([&context, order, work] {
    context.with_installation(
        [&](Installation& installation, const Output& out) { return work(installation, out, *order); });
  });
  return command;
}

void add_station_option(CLI::App& command, const std::shared_ptr<Order>& order) {
  command.add_option("station", order->station, "Its name or id, from station list")->required()->type_name("STATION");
}

}  // namespace

void add_station_commands(CLI::App& app, Context& context) {
  CLI::App* group = app.add_subcommand("station", "Look at inspection stations, their waiting ids and their journal");
  group->require_subcommand(1);
  add_one(*group, context, "list", "List all stations", std::make_shared<Order>(), list_stations);
  auto order = std::make_shared<Order>();
  add_station_option(*add_one(*group, context, "show", "Show one", order, show_station), order);
  order = std::make_shared<Order>();
  add_station_option(*add_one(*group, context, "ids", "List the ids that wait, the next one first", order, list_ids),
                     order);

  order = std::make_shared<Order>();
  CLI::App* adding = add_one(*group, context, "add-id", "Enter the id of the part that comes next", order, add_id);
  add_station_option(*adding, order);
  adding->add_option("id", order->image_id, "Letters, digits, '.', '_', '-' and single spaces")
      ->required()
      ->type_name("ID");

  order = std::make_shared<Order>();
  CLI::App* withdrawing = add_one(*group, context, "withdraw-id", "Take back an id that waits", order, withdraw_id);
  add_station_option(*withdrawing, order);
  withdrawing->add_option("number", order->number, "Its number, from station ids")->required()->type_name("NUMBER");

  order = std::make_shared<Order>();
  CLI::App* journal =
      add_one(*group, context, "journal", "List what was triggered, the newest first", order, show_journal);
  add_station_option(*journal, order);
  journal->add_option("--limit", order->limit, "How many")
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str()
      ->type_name("N");
}

}  // namespace sightglass::cli
