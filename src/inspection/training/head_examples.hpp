// What heads are shown of an example.
#pragma once

#include <string>
#include <vector>

#include "core/result.hpp"
#include "inspection/training/lesson.hpp"
#include "vision/heads/few_shot_head.hpp"

namespace sightglass::inspection::training {

// Damage shows in the surface too; an animal is told by its shape.
vision::HeadInput input_of(std::string_view task);

struct HeadView {
  std::string label{};
  std::vector<float> values{};
};

// Of good photos the whole one, as the class of nothing. Of others each thing at its place; and of damage the whole
// photo as well, when it shows one class alone, for that is how a photo is judged of which no place is known. None of a
// photo that is gone. Embeddings that were kept with photos are used again. Blocks. Errors: those of head_values().
core::Result<std::vector<HeadView>> head_views(const Lesson& lesson, std::string_view task, vision::HeadInput input,
                                               const Example& example);

}  // namespace sightglass::inspection::training
