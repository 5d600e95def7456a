#include "inspection/training/examine.hpp"
#include "inspection/training/head_examples.hpp"
#include "vision/heads/head_file.hpp"

namespace sightglass::inspection::training {
namespace {

using core::Result;
using vision::FewShotHead;

std::string json_of(const HeadFigures& figures) {
  std::string text;
  core::JsonWriter json(text);
  write(json, figures);
  return text;
}

Result<void> ask(const FewShotHead& head, const std::vector<HeadView>& views, std::vector<HeadAnswerGiven>& answers) {
  for (const auto& view : views) {
    SG_ASSIGN(const auto answer, head.judge(view.values));
    answers.push_back(
        {.truth = view.label, .answer = answer.label, .probability = answer.probability, .is_known = answer.is_known});
  }
  return {};
}

Result<std::vector<HeadAnswerGiven>> answers_of(const Lesson& lesson, const TrainingSet& set, const FewShotHead& head) {
  std::vector<HeadAnswerGiven> answers;
  for (const auto& example : set.examples) {
    if (!example.is_held_out || (example.role != Role::good && example.role != Role::of_class)) continue;
    SG_TRY(check_goes_on(lesson));
    const auto views = head_views(lesson, set.subject.task, head.parts().input, example);
    if (!views && !is_of_one_photo(views.error())) return core::fail(views.error());
    if (!views)
      leave_out(lesson, example.photo_id, views.error());
    else
      SG_TRY(ask(head, *views, answers));
  }
  return answers;
}

}  // namespace

Result<Examination> examine_head(const Lesson& lesson, const TrainingSet& set, std::string_view file,
                                 const std::optional<std::string>& current) {
  SG_ASSIGN(const auto head, vision::read_head(file));
  SG_ASSIGN(const auto now, answers_of(lesson, set, head));
  const auto figures = head_figures(now);
  Examination examination{.now = json_of(figures)};
  if (lesson.set_progress) lesson.set_progress(static_cast<std::int32_t>((examining_from + 100) / 2));
  std::optional<HeadFigures> figures_before;
  if (current) {
    SG_ASSIGN(const auto held, vision::read_head(*current));
    if (held.parts().backbone == head.parts().backbone) {
      SG_ASSIGN(const auto before, answers_of(lesson, set, held));
      figures_before = head_figures(before);
      examination.before = json_of(*figures_before);
    } else {
      examination.remarks.push_back("The model that holds was learnt on the backbone " + held.parts().backbone +
                                    " and cannot be asked any more.");
    }
  }
  examination.ruling = judge(figures, figures_before);
  return examination;
}

}  // namespace sightglass::inspection::training
