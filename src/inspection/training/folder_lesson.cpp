#include "inspection/training/folder_lesson.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>

#include "core/json_writer.hpp"
#include "inspection/training/figures.hpp"
#include "inspection/training/lesson.hpp"
#include "runtime/unix_fd.hpp"
#include "vision/anomaly/defect_head.hpp"
#include "vision/anomaly/train_anomaly.hpp"
#include "vision/heads/head_file.hpp"
#include "vision/heads/head_input.hpp"
#include "vision/heads/texture.hpp"
#include "vision/reference/picture_judge.hpp"

namespace sightglass::inspection::training {
namespace {

using core::Result;

constexpr std::uint64_t seed = 1;
constexpr double no_detections = 1.0;
constexpr auto head_kind = vision::HeadInput::embedding_and_texture;

Result<core::Raster> raster_of(const FolderGround& ground, const FolderPicture& picture) {
  const runtime::UnixFd file(::open(picture.path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) return core::fail(core::invalid_input("folder", picture.path.string() + " cannot be opened."));
  SG_ASSIGN(auto image, ground.decoder.inspect(file.get(), {.max_side = ground.raster_side}, ground.limits));
  return std::move(image.raster);
}

void leave_out(const FolderGround& ground, const FolderPicture& picture, const core::Error& why) {
  if (ground.tell) ground.tell(fmt::format("{} is left out: {}", picture.path.string(), why.message));
}

// What `use` makes of each picture that can be read.
template <typename Use>
Result<void> each(const FolderGround& ground, const FolderSet& set, const Use& use) {
  for (const auto& picture : set.pictures) {
    auto raster = raster_of(ground, picture);
    const auto used = raster ? use(picture, std::move(*raster)) : Result<void>(core::fail(raster.error()));
    if (used) continue;
    if (!is_of_one_photo(used.error())) return used;
    leave_out(ground, picture, used.error());
  }
  return {};
}

FolderSet part_of(const FolderSet& set, bool is_held_out) {
  FolderSet part{.is_of_classes = set.is_of_classes};
  std::ranges::copy_if(set.pictures, std::back_inserter(part.pictures),
                       [&](const FolderPicture& picture) { return picture.is_held_out == is_held_out; });
  return part;
}

std::string json_of(const auto& figures) {
  std::string text;
  core::JsonWriter json(text);
  write(json, figures);
  return text;
}

Result<std::string> judge_anomaly(const FolderGround& ground, const FolderSet& set, const vision::PictureJudge& model,
                                  vision::Embedder& embedder) {
  std::vector<vision::Scored> judged;
  SG_TRY(each(ground, set, [&](const FolderPicture& picture, const core::Raster& raster) -> Result<void> {
    SG_ASSIGN(const auto result, model.score(raster, embedder));
    judged.push_back({result.score, picture.label != "good"});
    return {};
  }));
  return json_of(anomaly_figures(judged, model.threshold()));
}

Result<std::vector<float>> head_values(const core::Raster& raster, vision::HeadInput input,
                                       vision::Embedder& embedder) {
  SG_ASSIGN(const auto pass, embedder.pass(raster, no_detections));
  return vision::head_input(input, vision::embedding_of(pass, embedder.model()).values, &raster);
}

Result<std::string> judge_head(const FolderGround& ground, const FolderSet& set, const vision::FewShotHead& head,
                               vision::Embedder& embedder) {
  std::vector<HeadAnswerGiven> answers;
  SG_TRY(each(ground, set, [&](const FolderPicture& picture, const core::Raster& raster) -> Result<void> {
    SG_ASSIGN(const auto values, head_values(raster, head.parts().input, embedder));
    SG_ASSIGN(const auto answer, head.judge(values));
    answers.push_back({.truth = picture.label,
                       .answer = answer.label,
                       .probability = answer.probability,
                       .is_known = answer.is_known});
    return {};
  }));
  return json_of(head_figures(answers));
}

Result<FolderLearnt> train_head_on(const FolderGround& ground, const FolderSet& set, vision::Embedder& embedder) {
  std::vector<vision::LabelledEmbedding> examples;
  SG_TRY(
      each(ground, part_of(set, false), [&](const FolderPicture& picture, const core::Raster& raster) -> Result<void> {
        SG_ASSIGN(auto values, head_values(raster, head_kind, embedder));
        examples.push_back({.values = std::move(values), .label = picture.label, .group = picture.path.string()});
        return {};
      }));
  vision::HeadTraining training{.input = head_kind};
  if (!examples.empty())
    training.blocks = vision::head_blocks(head_kind, examples.front().values.size() - vision::texture_values);
  SG_ASSIGN(auto trained, vision::train_head(examples, embedder.model(), training));
  if (ground.tell)
    for (const auto& remark : trained.remarks) ground.tell(remark);
  SG_ASSIGN(auto figures, judge_head(ground, part_of(set, true), trained.head, embedder));
  return FolderLearnt{.file = std::move(trained.file), .figures = std::move(figures)};
}

Result<void> teach(const FolderGround& ground, const FolderSet& taught, vision::TrainedAnomaly& trained,
                   vision::Embedder& embedder) {
  std::vector<vision::DefectExample> defects;
  SG_TRY(each(ground, taught, [&](const FolderPicture& picture, const core::Raster& raster) -> Result<void> {
    if (picture.label == "good") return {};
    SG_ASSIGN(auto look, vision::look_at_defect(trained.model, raster, picture.path.string(), embedder));
    defects.push_back(std::move(look));
    return {};
  }));
  if (defects.size() < least_taught_defects) return {};
  SG_ASSIGN(auto after, vision::teach_defects(trained.model, defects, seed));
  trained.model = std::move(after.model);
  trained.file = std::move(after.file);
  return {};
}

// Of a few pictures all good ones may have been held out, while one is enough to compare with: then the first teaches.
FolderSet with_a_reference(FolderSet set) {
  const auto is_good = [](const FolderPicture& picture) { return picture.label == "good"; };
  const auto teaches = [&](const FolderPicture& picture) { return is_good(picture) && !picture.is_held_out; };
  const auto first = std::ranges::find_if(set.pictures, is_good);
  if (first != set.pictures.end() && std::ranges::none_of(set.pictures, teaches)) first->is_held_out = false;
  return set;
}

// The first good pictures of the folders, by the names of their files.
Result<FolderLearnt> keep_references_of(const FolderGround& ground, const FolderSet& given,
                                        vision::Embedder& embedder) {
  const auto set = with_a_reference(given);
  std::vector<vision::Reference> references;
  SG_TRY(
      each(ground, part_of(set, false), [&](const FolderPicture& picture, const core::Raster& raster) -> Result<void> {
        if (picture.label != "good" || references.size() == vision::most_references) return {};
        SG_ASSIGN(auto grey, vision::grey_of(raster));
        references.push_back({.name = picture.path.filename().string(), .picture = std::move(grey)});
        return {};
      }));
  SG_ASSIGN(auto model, vision::ReferenceModel::of(std::move(references)));
  std::string file = vision::write_references(model);
  SG_ASSIGN(auto figures, judge_anomaly(ground, part_of(set, true), vision::PictureJudge(std::move(model)), embedder));
  return FolderLearnt{.file = std::move(file), .figures = std::move(figures)};
}

Result<FolderLearnt> train_anomaly_on(const FolderGround& ground, const FolderSet& set, vision::Embedder& embedder) {
  const auto taught = part_of(set, false);
  // Rasters are not kept: each is decoded when its turn comes, and once before to see that it can be.
  FolderSet goods{};
  SG_TRY(each(ground, taught, [&](const FolderPicture& picture, const core::Raster&) -> Result<void> {
    if (picture.label == "good") goods.pictures.push_back(picture);
    return {};
  }));
  const auto give = [&](std::size_t place) -> Result<vision::GoodPicture> {
    SG_ASSIGN(auto raster, raster_of(ground, goods.pictures[place]));
    return vision::GoodPicture{.raster = std::move(raster), .name = goods.pictures[place].path.filename().string()};
  };
  const vision::AnomalyTraining training{
      .false_reject_rate = ground.false_reject_rate, .seed = seed, .aligns = ground.method == Method::align};
  SG_ASSIGN(auto trained, vision::train_anomaly(give, goods.pictures.size(), embedder, training, {}));
  SG_TRY(teach(ground, taught, trained, embedder));
  if (ground.tell)
    for (const auto& remark : trained.remarks) ground.tell(remark);
  SG_ASSIGN(auto figures,
            judge_anomaly(ground, part_of(set, true), vision::PictureJudge(std::move(trained.model)), embedder));
  return FolderLearnt{.file = std::move(trained.file), .figures = std::move(figures)};
}

Result<void> check_backbone(const std::string& backbone, const vision::Embedder& embedder) {
  if (backbone == embedder.model()) return {};
  return core::fail(core::ErrorCode::conflict,
                    fmt::format("The model was learnt on the backbone {}; here is {}.", backbone, embedder.model()));
}

}  // namespace

Result<FolderLearnt> train_on(const FolderGround& ground, const FolderSet& set) {
  SG_ASSIGN(auto* embedder, ground.instruments.embedder());
  const bool compares = ground.method == Method::compare;
  if (ground.method != Method::learn && set.is_of_classes)
    return core::fail(core::invalid_input("method", "Only folders named good and defect can be compared or aligned."));
  if (compares) return keep_references_of(ground, set, *embedder);
  return set.is_of_classes ? train_head_on(ground, set, *embedder) : train_anomaly_on(ground, set, *embedder);
}

Result<std::string> evaluate_on(const FolderGround& ground, const FolderSet& set, std::string_view file) {
  SG_ASSIGN(auto* embedder, ground.instruments.embedder());
  if (set.is_of_classes) {
    SG_ASSIGN(const auto head, vision::read_head(file));
    SG_TRY(check_backbone(head.parts().backbone, *embedder));
    return judge_head(ground, set, head, *embedder);
  }
  SG_ASSIGN(const auto model, vision::PictureJudge::read(file));
  if (!model.backbone().empty()) SG_TRY(check_backbone(std::string(model.backbone()), *embedder));
  return judge_anomaly(ground, set, model, *embedder);
}

}  // namespace sightglass::inspection::training
