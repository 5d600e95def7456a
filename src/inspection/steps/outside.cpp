#include <algorithm>
#include <cctype>
#include <span>
#include <string>
#include <string_view>

#include "core/not_sent.hpp"
#include "inspection/steps/steps.hpp"

namespace sightglass::inspection::steps {
namespace {

using core::ErrorCode;
using core::Result;
using vision::ProviderAnswer;

// A request that was refused as a whole, or never went out, was not charged; of one that broke off nobody here knows.
bool was_not_charged(const core::Error& error) {
  return core::was_not_sent(error) || error.code == ErrorCode::permission_denied ||
         error.code == ErrorCode::unauthenticated || error.code == ErrorCode::invalid_input ||
         error.code == ErrorCode::quota_exceeded || error.code == ErrorCode::too_large;
}

// Reserved before, settled behind, whatever comes back.
Result<ProviderAnswer> pay_and_ask(Outside& outside, const core::Photo& photo, const vision::ProviderPicture& picture) {
  const auto units = outside.provider.units_of(outside.features);
  SG_TRY(outside.provider.prepare());
  SG_ASSIGN(
      const auto call,
      outside.budget.reserve(
          {.provider = outside.provider.name(), .photo = photo.id, .units = units, .is_urgent = outside.is_urgent}));
  auto answers = outside.provider.annotate({&picture, 1}, outside.features);
  if (!answers) {
    SG_TRY(was_not_charged(answers.error()) ? outside.budget.release(call, answers.error().message)
                                            : outside.budget.settle(call, units));
    return core::fail(answers.error());
  }
  SG_TRY(outside.budget.settle(call, units));
  return std::move(answers->front());
}

core::Box on_original(StepContext& context, const core::Box& on_display) {
  const auto& photo = context.picture.photo();
  const core::Box shown = core::scaled(on_display, static_cast<double>(photo.size.width) / photo.display_size.width,
                                       static_cast<double>(photo.size.height) / photo.display_size.height);
  return core::turned_back(shown, context.picture.upright_size(), photo.rotation);
}

// Letters and digits alone, whatever their case: readers differ in blanks and points.
std::string essence(std::string_view text) {
  std::string kept;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80 || std::isalnum(byte) != 0) kept += static_cast<char>(std::tolower(byte));
  }
  return kept;
}

// A line that was read here and holds the same word at the same place: most of the word lies on it.
bool is_read_already(std::span<const vision::TextLine> lines, const vision::TextLine& word) {
  constexpr double least_share = 0.5;
  const auto sought = essence(word.text);
  return std::ranges::any_of(lines, [&](const vision::TextLine& line) {
    const double across = std::min(line.box.right(), word.box.right()) - std::max(line.box.x, word.box.x);
    const double down = std::min(line.box.bottom(), word.box.bottom()) - std::max(line.box.y, word.box.y);
    const bool is_there = across > 0 && down > 0 && across * down >= least_share * word.box.area();
    return is_there && essence(line.text).contains(sought);
  });
}

}  // namespace

Result<void> ask_outside(StepContext& context) {
  auto& outside = *context.outside;
  const auto& photo = context.picture.photo();
  SG_ASSIGN(const auto jpeg, context.picture.display_jpeg());
  SG_ASSIGN(const auto answer, pay_and_ask(outside, photo, {.jpeg = jpeg, .size = photo.display_size}));
  auto& seen = context.seen;
  seen.provider += std::string("+") + std::string(outside.provider.name());
  seen.cost += outside.provider.units_of(outside.features) * outside.budget.plan().price_of_unit;
  for (const auto& label : answer.labels)
    seen.outside_labels.push_back({.name = label.name, .confidence = label.confidence});
  for (auto object : answer.objects) {
    object.box = on_original(context, object.box);
    seen.objects.push_back(std::move(object));
  }
  const auto local_lines = seen.text.size();
  for (auto word : answer.text) {
    word.box = on_original(context, word.box);
    if (!is_read_already({seen.text.data(), local_lines}, word)) seen.text.push_back(std::move(word));
  }
  return {};
}

}  // namespace sightglass::inspection::steps
