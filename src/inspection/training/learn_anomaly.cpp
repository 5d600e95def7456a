#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "inspection/training/lesson.hpp"
#include "vision/anomaly/defect_head.hpp"
#include "vision/anomaly/train_anomaly.hpp"
#include "vision/reference/reference_model.hpp"

namespace sightglass::inspection::training {
namespace {

using core::Result;

constexpr std::uint64_t seed = 1;
// Of the whole: examining comes behind.
constexpr double share_of_learning = 0.7;
// A training begins anew without a photo that cannot be read; that so many cannot is something else.
constexpr std::size_t most_unreadable = 20;

std::vector<const Example*> taught(const TrainingSet& set, Role role) {
  std::vector<const Example*> examples;
  for (const auto& example : set.examples)
    if (example.role == role && !example.is_held_out) examples.push_back(&example);
  return examples;
}

// Says once each time something else is done.
class Teller {
 public:
  explicit Teller(const Lesson& lesson) : lesson_(lesson) {}
  bool operator()(double share, std::string_view doing) {
    if (doing != doing_) {
      doing_ = doing;
      lesson_.log.say(fmt::format("Now {}.", doing));
    }
    if (lesson_.set_progress) lesson_.set_progress(static_cast<std::int32_t>(100 * share_of_learning * share));
    return !lesson_.should_stop || !lesson_.should_stop();
  }

 private:
  const Lesson& lesson_;
  std::string doing_{};
};

class AnomalyLesson {
 public:
  AnomalyLesson(const Lesson& lesson, vision::Embedder& embedder) : lesson_(lesson), embedder_(embedder) {}

  Result<vision::TrainedAnomaly> learn_goods(const TrainingSet& set, const Settings& settings) {
    SG_ASSIGN(auto goods, readable(taught(set, Role::good)));
    const vision::AnomalyTraining training{.false_reject_rate = settings.false_reject_rate,
                                           .seed = seed,
                                           .scratch = lesson_.scratch,
                                           .aligns = settings.method == Method::align};
    Teller teller(lesson_);
    for (std::size_t tries = 0;; ++tries) {
      const Example* unreadable = nullptr;
      const auto give = [&](std::size_t place) { return good_picture(*goods[place], unreadable); };
      auto trained = vision::train_anomaly(give, goods.size(), embedder_, training, std::ref(teller));
      if (trained || unreadable == nullptr || tries == most_unreadable) return trained;
      leave_out(lesson_, unreadable->photo_id, trained.error());
      std::erase(goods, unreadable);
    }
  }

  // The model as it was when there are too few defects.
  Result<void> teach(const TrainingSet& set, vision::TrainedAnomaly& trained) {
    std::vector<vision::DefectExample> defects;
    for (const auto* example : taught(set, Role::defect)) {
      SG_TRY(check_goes_on(lesson_));
      auto look = look_at(trained.model, *example);
      if (look) {
        if (*look) defects.push_back(std::move(**look));
      } else if (is_of_one_photo(look.error())) {
        leave_out(lesson_, example->photo_id, look.error());
      } else {
        return core::fail(look.error());
      }
    }
    if (defects.size() < least_taught_defects) {
      if (!defects.empty())
        trained.remarks.push_back(fmt::format("{} pictures of defects change nothing yet; {} to learn from do.",
                                              defects.size(), least_taught_defects));
      return {};
    }
    SG_ASSIGN(auto after, vision::teach_defects(trained.model, defects, seed));
    lesson_.log.say(fmt::format("{} defects were taught; they stand apart from good pictures by {:.2f}.",
                                defects.size(), after.separation));
    if (!(after.weight > 0))
      trained.remarks.emplace_back(
          "The defects that were shown have nothing in common that tells them from good ones.");
    trained.model = std::move(after.model);
    trained.file = std::move(after.file);
    return {};
  }

 private:
  // Those whose files are there.
  Result<std::vector<const Example*>> readable(const std::vector<const Example*>& examples) {
    std::vector<const Example*> there;
    const std::size_t most = std::min(examples.size(), vision::most_good_pictures);
    for (std::size_t i = 0; i < most; ++i) {
      SG_ASSIGN(const auto photo, find_photo(lesson_, examples[i]->photo_id));
      if (photo) there.push_back(examples[i]);
    }
    return there;
  }

  Result<vision::GoodPicture> good_picture(const Example& example, const Example*& unreadable) {
    SG_ASSIGN(const auto photo, find_photo(lesson_, example.photo_id));
    if (!photo) {
      unreadable = &example;
      return core::fail(core::not_found("it was deleted meanwhile"));
    }
    auto picture = picture_of(lesson_, *photo);
    const auto image = picture.image();
    if (!image) {
      if (is_of_one_photo(image.error())) unreadable = &example;
      return core::fail(image.error());
    }
    return vision::GoodPicture{
        .raster = (*image)->raster, .name = example.photo_id.to_string(), .group = example.group};
  }

  Result<std::optional<vision::DefectExample>> look_at(const vision::AnomalyModel& model, const Example& example) {
    SG_ASSIGN(const auto photo, find_photo(lesson_, example.photo_id));
    if (!photo) return std::optional<vision::DefectExample>{};
    auto picture = picture_of(lesson_, *photo);
    SG_ASSIGN(const auto* image, picture.image());
    SG_ASSIGN(auto look, vision::look_at_defect(model, image->raster, example.group, embedder_));
    return std::optional(std::move(look));
  }

  const Lesson& lesson_;
  vision::Embedder& embedder_;
};

// Of the newest good pictures as many as a model holds.
Result<Learnt> learn_references(const Lesson& lesson, const TrainingSet& set) {
  std::vector<vision::Reference> references;
  for (const auto* example : taught(set, Role::good)) {
    if (references.size() == vision::most_references) break;
    SG_TRY(check_goes_on(lesson));
    SG_ASSIGN(const auto photo, find_photo(lesson, example->photo_id));
    if (!photo) continue;
    auto picture = picture_of(lesson, *photo);
    const auto image = picture.image();
    if (!image) {
      if (!is_of_one_photo(image.error())) return core::fail(image.error());
      leave_out(lesson, example->photo_id, image.error());
      continue;
    }
    SG_ASSIGN(auto grey, vision::grey_of((*image)->raster));
    references.push_back({.name = example->photo_id.to_string(), .picture = std::move(grey)});
  }
  SG_ASSIGN(const auto model, vision::ReferenceModel::of(std::move(references)));
  Learnt learnt{.format = "sightglass-reference",
                .file = vision::write_references(model),
                .backbone = {},
                .labels = {},
                .remarks = {"How many good pictures it rejects is not promised: references set no threshold."}};
  return learnt;
}

}  // namespace

Result<Learnt> learn_anomaly(const Lesson& lesson, const TrainingSet& set, const Settings& settings) {
  if (settings.method == Method::compare) return learn_references(lesson, set);
  SG_ASSIGN(auto* embedder, lesson.workshop.instruments.embedder());
  AnomalyLesson teaching(lesson, *embedder);
  SG_ASSIGN(auto trained, teaching.learn_goods(set, settings));
  SG_TRY(teaching.teach(set, trained));
  return Learnt{.format = "sightglass-anomaly",
                .file = std::move(trained.file),
                .backbone = std::string(embedder->model()),
                .labels = {},
                .remarks = std::move(trained.remarks)};
}

}  // namespace sightglass::inspection::training
