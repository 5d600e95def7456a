#include "inspection/training/head_examples.hpp"

#include <algorithm>

#include "database/embeddings.hpp"
#include "inspection/head_view.hpp"
#include "vision/embedding/embedding_bytes.hpp"
#include "vision/heads/head_input.hpp"

namespace sightglass::inspection::training {
namespace {

using core::Result;

// As it was kept with the photo; nullopt when the backbone was another one then.
Result<std::optional<std::vector<float>>> kept_values(const Lesson& lesson, vision::HeadInput input, Picture& picture) {
  auto& instruments = lesson.workshop.instruments;
  const auto model = instruments.model_of("embedding");
  // Of how a person turned the photo since, nobody knows.
  if (model.empty() || picture.photo().rotation != 0) return std::optional<std::vector<float>>{};
  SG_ASSIGN(const auto kept, lesson.workshop.database.read([&](database::Session& session) {
    return database::embeddings::find(session, picture.photo().id, model, "");
  }));
  if (!kept) return std::optional<std::vector<float>>{};
  const auto embedding = vision::embedding_values(kept->bytes, kept->bytes.size() / 2);
  if (!embedding) return std::optional<std::vector<float>>{};
  const core::Raster* raster = nullptr;
  if (input == vision::HeadInput::embedding_and_texture) {
    SG_ASSIGN(const auto* image, picture.image());
    raster = &image->raster;
  }
  SG_ASSIGN(auto values, vision::head_input(input, *embedding, raster));
  return std::optional(std::move(values));
}

Result<std::vector<float>> whole_values(const Lesson& lesson, vision::HeadInput input, Picture& picture) {
  SG_ASSIGN(auto kept, kept_values(lesson, input, picture));
  if (kept) return std::move(*kept);
  return head_values(picture, lesson.workshop.instruments, input, std::nullopt);
}

bool has_one_class(const Example& example) {
  return std::ranges::all_of(
      example.things, [&](const Taught& thing) { return thing.class_name == example.things.front().class_name; });
}

}  // namespace

vision::HeadInput input_of(std::string_view task) {
  return task == "damage" ? vision::HeadInput::embedding_and_texture : vision::HeadInput::embedding;
}

Result<std::vector<HeadView>> head_views(const Lesson& lesson, std::string_view task, vision::HeadInput input,
                                         const Example& example) {
  std::vector<HeadView> views;
  SG_ASSIGN(const auto photo, find_photo(lesson, example.photo_id));
  if (!photo) return views;
  auto picture = picture_of(lesson, *photo);
  if (example.role == Role::good) {
    SG_ASSIGN(auto values, whole_values(lesson, input, picture));
    views.push_back({.label = std::string(vision::nothing_class), .values = std::move(values)});
    return views;
  }
  for (const auto& thing : example.things) {
    if (!thing.box) continue;
    SG_ASSIGN(auto values, head_values(picture, lesson.workshop.instruments, input, thing.box));
    views.push_back({.label = thing.class_name, .values = std::move(values)});
  }
  if (task == "damage" && !example.things.empty() && has_one_class(example)) {
    SG_ASSIGN(auto values, whole_values(lesson, input, picture));
    views.push_back({.label = example.things.front().class_name, .values = std::move(values)});
  }
  return views;
}

}  // namespace sightglass::inspection::training
