#include "http/training_subject.hpp"

#include "database/catalogue.hpp"

namespace sightglass::http {

inspection::training::Subject read_subject(JsonObject& body) {
  inspection::training::Subject subject{.task = body.required_string("task", 32)};
  auto object = body.optional_object("scope");
  if (!object) return subject;
  subject.scope = {.kind = object->required_string("kind", 32),
                   .value = object->optional_string("value", 200).value_or("")};
  if (const auto read = object->finish(); !read) body.refuse("scope", read.error().message);
  return subject;
}

inspection::training::Subject read_subject(QueryReader& query) {
  inspection::training::Subject subject{.task = query.text("task").value_or("")};
  if (subject.task.empty()) query.refuse("task", "is required");
  subject.scope = {.kind = query.text("scope_kind").value_or("global"),
                   .value = query.text("scope_value").value_or("")};
  return subject;
}

core::Result<void> check_scope_exists(database::Session& session, const inspection::Scope& scope) {
  bool exists = true;
  if (scope.kind == "asset") {
    const auto id = core::AssetId::parse(scope.value);
    exists = id.has_value();
    if (exists) {
      SG_ASSIGN(const auto found, database::assets::find(session, *id));
      exists = found.has_value();
    }
  } else if (scope.kind == "location") {
    const auto id = core::LocationId::parse(scope.value);
    exists = id.has_value();
    if (exists) {
      SG_ASSIGN(const auto found, database::locations::find(session, *id));
      exists = found.has_value();
    }
  }
  if (exists) return {};
  return core::fail(core::invalid_input("scope", "there is no such " + scope.kind));
}

}  // namespace sightglass::http
