#include "database/models.hpp"
#include "unit/http/handler_house.hpp"

namespace sightglass::http {
namespace {

class ModelEndpoints : public HandlerHouse {
 protected:
  std::string add_model(const std::string& task) {
    const database::models::Model model{.id = core::ModelId::make(clock.now()),
                                        .name = task,
                                        .version = "1",
                                        .task = task,
                                        .state = "ready",
                                        .origin = "trained"};
    EXPECT_TRUE(database->write([&](database::Session& s) { return database::models::insert(s, model); }));
    return model.id.to_string();
  }
  std::string add(std::string_view target, const std::string& name) {
    const auto body = R"({"name":")" + name + R"(","type":"pump"})";
    const auto place = R"({"name":")" + name + R"("})";
    return text_of(json_of(send(operator_, Method::post, target, target == "/locations" ? place : body)).at("id"));
  }
  Response promote(const std::string& model, const std::string& kind, const std::string& value) {
    return send(operator_, Method::post, "/api/v1/models/" + model + "/promote",
                R"({"scope":{"kind":")" + kind + R"(","value":")" + value + R"("}})");
  }
  std::string holds_in(const std::string& model) {
    std::string scopes;
    for (const auto& scope : json_of(get(reviewer, "/api/v1/models/" + model)).at("current_in").as_array())
      scopes += text_of(scope.at("kind")) + " ";
    return scopes;
  }
  const std::string nobody = "0190d1a0-0000-7000-8000-000000000000";
};

TEST_F(ModelEndpoints, let_what_was_taught_for_one_thing_hold_for_that_thing) {
  for (const auto* task : {"anomaly", "damage", "species"}) {
    const auto model = add_model(task);
    const auto asset = add("/api/v1/assets", std::string("asset of ") + task);
    const auto place = add("/locations", std::string("place of ") + task);
    EXPECT_EQ(promote(model, "asset", asset).status, 200);
    EXPECT_EQ(promote(model, "asset_type", "pump").status, 200);
    EXPECT_EQ(promote(model, "location", place).status, 200);
    EXPECT_EQ(holds_in(model), "asset asset_type location ");
  }
}

TEST_F(ModelEndpoints, refuse_scopes_in_which_a_model_would_hold_nowhere) {
  const auto taught = add_model("anomaly");
  for (const auto& [kind, value] : {std::pair{"asset", nobody},
                                    {"asset", std::string("x")},
                                    {"location", nobody},
                                    {"location", std::string("x")},
                                    {"station", std::string("s")},
                                    {"source", std::string("s")},
                                    {"odd", std::string("x")},
                                    {"asset_type", std::string()},
                                    {"global", std::string("x")}}) {
    const auto answer = promote(taught, kind, value);
    EXPECT_EQ(answer.status, 422) << kind;
    EXPECT_EQ(field_of(answer), "scope") << kind;
  }
  EXPECT_EQ(holds_in(taught), "");
  EXPECT_EQ(promote(nobody, "asset_type", "pump").status, 404);
}

TEST_F(ModelEndpoints, let_models_that_look_at_all_photos_hold_everywhere_alone) {
  const auto detector = add_model("objects");
  EXPECT_EQ(field_of(promote(detector, "asset_type", "pump")), "scope");
  EXPECT_EQ(promote(detector, "global", "").status, 200);
}

}  // namespace
}  // namespace sightglass::http
