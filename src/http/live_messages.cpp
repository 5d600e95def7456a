#include "http/live_messages.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <utility>
#include <vector>

#include "core/json_writer.hpp"

namespace sightglass::http {
namespace {

using database::changes::Change;
using database::changes::Kind;
using database::changes::Type;

// In the order of Type.
constexpr std::array areas{accounts::Area::photos,    accounts::Area::jobs,   accounts::Area::assets,
                           accounts::Area::locations, accounts::Area::tasks,  accounts::Area::tasks,
                           accounts::Area::account,   accounts::Area::tasks,  accounts::Area::tasks,
                           accounts::Area::tasks,     accounts::Area::review, accounts::Area::models,
                           accounts::Area::stations,  accounts::Area::sources};
static_assert(areas.size() == std::size(database::changes::type_names));

// As the lists of these things have it.
core::Role least_role_for(Type type) {
  if (type == Type::schedule || type == Type::node) return core::Role::operator_;
  return type == Type::queue || type == Type::model || type == Type::source ? core::Role::reviewer : core::Role::viewer;
}

constexpr unsigned bit_of(Type type) { return 1U << static_cast<unsigned>(type); }

bool is_told(const Change& change, const Audience& audience) {
  if (change.seq <= audience.after || (audience.types & bit_of(change.type)) == 0) return false;
  if (change.type == Type::notice) return change.user == audience.user;
  return audience.visible == nullptr || audience.visible->contains(change.seq);
}

// Each object at the place of its last change.
std::vector<Change> merged(std::span<const Change> changes, const Audience& audience) {
  std::map<std::pair<Type, std::string_view>, Change> last;
  for (const auto& change : changes) {
    if (!is_told(change, audience)) continue;
    const auto [place, is_new] = last.try_emplace({change.type, change.id}, change);
    if (is_new) continue;
    const bool stays_created = place->second.kind == Kind::created && change.kind == Kind::changed;
    place->second = change;
    if (stays_created) place->second.kind = Kind::created;
  }
  std::vector<Change> found;
  for (auto& [key, change] : last) found.push_back(std::move(change));
  std::ranges::sort(found, {}, &Change::seq);
  return found;
}

void write(core::JsonWriter& json, const Change& change) {
  json.begin_object().member("seq", change.seq);
  json.key("type").string(database::changes::type_names[static_cast<std::size_t>(change.type)]);
  json.key("change").string(database::changes::kind_names[static_cast<std::size_t>(change.kind)]);
  if (change.type == Type::job)
    json.member("id", change.job);
  else
    json.member("id", change.id);
  if (change.type == Type::photo) json.member("job_id", change.job);
  if (change.type == Type::task || change.type == Type::failure || change.type == Type::finding)
    json.member("photo_id", change.photo);
  json.end_object();
}

std::string bare(std::string_view type, std::int64_t seq) {
  std::string text;
  core::JsonWriter(text).begin_object().member("type", type).member("seq", seq).end_object();
  return text;
}

}  // namespace

unsigned types_for(const accounts::Caller& caller) {
  unsigned types = 0;
  for (std::size_t i = 0; i < areas.size(); ++i)
    if (caller.role >= least_role_for(static_cast<Type>(i)) &&
        accounts::holds_scope(caller, areas.at(i), accounts::Access::read))
      types |= bit_of(static_cast<Type>(i));
  return types;
}

std::string hello_message(std::int64_t seq) { return bare("hello", seq); }

std::string reset_message(std::int64_t seq) { return bare("reset", seq); }

std::string nothing_message(std::int64_t seq) {
  std::string text;
  core::JsonWriter json(text);
  json.begin_object().member("type", "changes").member("seq", seq).key("changes").begin_array().end_array();
  json.end_object();
  return text;
}

std::string changes_message(std::span<const Change> changes, const Audience& audience, std::int64_t newest) {
  const auto found = merged(changes, audience);
  if (found.empty()) return {};
  std::string text;
  core::JsonWriter json(text);
  json.begin_object().member("type", "changes").member("seq", newest).key("changes").begin_array();
  for (const auto& change : found) write(json, change);
  json.end_array().end_object();
  return text;
}

}  // namespace sightglass::http
