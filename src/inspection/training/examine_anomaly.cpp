#include "inspection/training/examine.hpp"
#include "vision/reference/picture_judge.hpp"

namespace sightglass::inspection::training {
namespace {

using core::Result;
using vision::PictureJudge;
using vision::Scored;

// Scores of one model; of another backbone it has none.
struct Judged {
  const PictureJudge* model = nullptr;
  std::vector<Scored> scores{};

  Result<void> judge(const core::Raster& raster, const vision::BackbonePass& pass, vision::Embedder& embedder,
                     bool is_defect) {
    if (model == nullptr) return {};
    SG_ASSIGN(const auto result, model->score(raster, pass, embedder));
    scores.push_back({result.score, is_defect});
    return {};
  }
};

Result<void> look(const Lesson& lesson, const Example& example, Judged& now, Judged& before) {
  SG_ASSIGN(const auto photo, find_photo(lesson, example.photo_id));
  if (!photo) return {};
  auto picture = picture_of(lesson, *photo);
  SG_ASSIGN(const auto* image, picture.image());
  SG_ASSIGN(const auto* pass, picture.pass());
  SG_ASSIGN(auto* embedder, lesson.workshop.instruments.embedder());
  const bool is_defect = example.role == Role::defect;
  SG_TRY(now.judge(image->raster, *pass, *embedder, is_defect));
  return before.judge(image->raster, *pass, *embedder, is_defect);
}

Result<void> look_at_all(const Lesson& lesson, const TrainingSet& set, Judged& now, Judged& before) {
  double done = 0;
  for (const auto& example : set.examples) {
    done += 1;
    if (!example.is_held_out || (example.role != Role::good && example.role != Role::defect)) continue;
    SG_TRY(check_goes_on(lesson));
    if (const auto looked = look(lesson, example, now, before); !looked) {
      if (!is_of_one_photo(looked.error())) return looked;
      leave_out(lesson, example.photo_id, looked.error());
    }
    if (lesson.set_progress)
      lesson.set_progress(static_cast<std::int32_t>(examining_from + (99 - examining_from) * done /
                                                                         static_cast<double>(set.examples.size())));
  }
  return {};
}

std::string json_of(const AnomalyFigures& figures) {
  std::string text;
  core::JsonWriter json(text);
  write(json, figures);
  return text;
}

}  // namespace

Result<Examination> examine_anomaly(const Lesson& lesson, const TrainingSet& set, std::string_view file,
                                    const std::optional<std::string>& current) {
  SG_ASSIGN(const auto model, PictureJudge::read(file));
  SG_ASSIGN(const auto* embedder, lesson.workshop.instruments.embedder());
  Examination examination;
  std::optional<PictureJudge> held;
  if (current) {
    SG_ASSIGN(held, PictureJudge::read(*current));
    // References need none, and can always be asked.
    const bool is_of_another = !held->backbone().empty() && held->backbone() != embedder->model();
    if (is_of_another) {
      examination.remarks.push_back("The model that holds was learnt on the backbone " + std::string(held->backbone()) +
                                    " and cannot be asked any more.");
      held.reset();
    }
  }
  Judged now{.model = &model};
  Judged before{.model = held ? &*held : nullptr};
  SG_TRY(look_at_all(lesson, set, now, before));
  const auto figures = anomaly_figures(now.scores, model.threshold());
  std::optional<AnomalyFigures> figures_before;
  if (held) figures_before = anomaly_figures(before.scores, held->threshold());
  examination.now = json_of(figures);
  if (figures_before) examination.before = json_of(*figures_before);
  examination.ruling = judge(figures, figures_before);
  return examination;
}

}  // namespace sightglass::inspection::training
