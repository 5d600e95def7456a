// After the header follow, each only when its part has weight:
//   Gaussian cells: channels (16 bit whole), means (32 bit), factors (16 bit, × factor_scale), usual means, deviations
//   (32 bit)
//   bank: points (16 bit), usual means, deviations (32 bit); with a context the same of places averaged over it
//   global part: mean, scale (32 bit), pictures (16 bit), likenesses of the goods (16 bit)
//   defects: direction (32 bit)
//   reference that pictures are aligned to: grey levels (16 bit whole)
#include "vision/anomaly/anomaly_file.hpp"

#include <algorithm>
#include <cmath>

#include "core/json_writer.hpp"
#include "vision/numeric/header_fields.hpp"
#include "vision/numeric/number_blocks.hpp"

namespace sightglass::vision {

namespace {

using core::Result;

constexpr std::string_view magic_with_reference = "SGA3";
constexpr std::string_view magic = "SGA2";
constexpr std::string_view magic_without_context = "SGA1";
constexpr double largest = 1e300;
// The largest factor is brought to this before it is kept in 16 bits, which reach to 65,504.
constexpr float kept_factor = 1000;

float factor_scale_of(const AnomalyParts& parts) {
  float most = 0;
  if (parts.gaussian)
    for (const float value : parts.gaussian->factors().values()) most = std::max(most, std::abs(value));
  return most > 0 ? most / kept_factor : 1;
}

void write_recipe(core::JsonWriter& json, const AnomalyRecipe& recipe) {
  json.member("channels", recipe.channels)
      .member("ridge", recipe.ridge)
      .member("projected", recipe.projected)
      .member("context", recipe.context)
      .member("bank", recipe.bank)
      .member("neighbours", recipe.neighbours)
      .member("gaussian_weight", recipe.gaussian_weight)
      .member("bank_weight", recipe.bank_weight)
      .member("global_weight", recipe.global_weight)
      .member("top_share", recipe.top_share)
      .member("folds", recipe.folds)
      .member("is_stretched", recipe.is_stretched);
}

Result<AnomalyRecipe> read_recipe(const HeaderFields& fields, bool has_context) {
  AnomalyRecipe recipe{.context = 0};
  const auto whole = [&](std::string_view name, std::int32_t most, std::int32_t& value) -> Result<void> {
    SG_ASSIGN(const auto number, fields.integer(name, 1, most));
    value = static_cast<std::int32_t>(number);
    return {};
  };
  SG_TRY(whole("channels", 256, recipe.channels));
  SG_TRY(whole("projected", 512, recipe.projected));
  SG_TRY(whole("bank", 20'000, recipe.bank));
  SG_TRY(whole("neighbours", 100, recipe.neighbours));
  SG_TRY(whole("folds", 20, recipe.folds));
  if (has_context) {
    SG_ASSIGN(const auto context, fields.integer("context", 0, most_context));
    recipe.context = static_cast<std::int32_t>(context);
  }
  SG_ASSIGN(recipe.ridge, fields.number("ridge", 0, 1e6));
  SG_ASSIGN(recipe.gaussian_weight, fields.number("gaussian_weight", 0, 1e6));
  SG_ASSIGN(recipe.bank_weight, fields.number("bank_weight", 0, 1e6));
  SG_ASSIGN(recipe.global_weight, fields.number("global_weight", 0, 1e6));
  SG_ASSIGN(recipe.top_share, fields.number("top_share", 0, 1));
  SG_ASSIGN(recipe.is_stretched, fields.boolean("is_stretched"));
  const double weights = recipe.gaussian_weight + recipe.bank_weight + recipe.global_weight;
  if (!(weights > 0)) return core::fail(core::invalid_input("recipe", "No part of the anomaly model has weight."));
  return recipe;
}

std::string header_of(const AnomalyParts& parts, float factor_scale) {
  std::string text;
  core::JsonWriter json(text);
  json.begin_object();
  write_recipe(json, parts.recipe);
  json.member("backbone", parts.backbone)
      // As text: JSON numbers hold 53 bits everywhere.
      .member("seed", std::to_string(parts.seed))
      .member("width", parts.cells.width)
      .member("height", parts.cells.height)
      .member("values", static_cast<std::int64_t>(parts.values))
      .member("whole", static_cast<std::int64_t>(parts.global ? parts.global->mean().size() : 0))
      .member("pictures", static_cast<std::int64_t>(parts.global ? parts.global->centred().rows() : 0))
      .member("shrinkage", parts.global ? parts.global->shrinkage() : 1)
      .member("points", static_cast<std::int64_t>(parts.bank ? parts.bank->points().rows() : 0))
      .member("around", static_cast<std::int64_t>(parts.around ? parts.around->points().rows() : 0))
      .member("factor_scale", static_cast<double>(factor_scale))
      .member("map_mean", parts.map_standard.mean)
      .member("map_deviation", parts.map_standard.deviation)
      .member("global_mean", parts.global_standard.mean)
      .member("global_deviation", parts.global_standard.deviation)
      .member("box_from", parts.seed_value)
      .member("threshold", parts.threshold.value)
      .member("asked", parts.threshold.asked)
      .member("goods", parts.threshold.goods)
      .member("rank", parts.threshold.rank)
      .member("is_extrapolated", parts.threshold.is_extrapolated)
      .member("rate_least", parts.threshold.rate.least)
      .member("rate_most", parts.threshold.rate.most);
  if (parts.defects) {
    json.member("defect_offset", parts.defects->offset)
        .member("defect_weight", parts.defects->weight)
        .member("defect_mean", parts.defects->standard.mean)
        .member("defect_deviation", parts.defects->standard.deviation);
    json.key("good_margins").begin_array();
    for (const double margin : parts.defects->good_margins) json.number(margin);
    json.end_array();
  }
  json.member("has_defects", parts.defects.has_value());
  if (parts.reference) {
    json.member("reference_width", parts.reference->grey().size.width)
        .member("reference_height", parts.reference->grey().size.height)
        .member("reference_likeness", parts.reference->least_likeness());
  }
  json.key("names").begin_array();
  for (const auto& good : parts.goods) json.string(good.name);
  json.end_array().key("scores").begin_array();
  for (const auto& good : parts.goods) json.number(good.score);
  json.end_array().end_object();
  return text;
}

void write_usual(BlockWriter& blocks, const PlaceStatistics& usual) {
  blocks.floats(usual.means());
  blocks.floats(usual.deviations());
}

Result<PlaceStatistics> read_usual(BlockReader& blocks, std::size_t cells) {
  SG_ASSIGN(auto means, blocks.floats(cells));
  SG_ASSIGN(auto deviations, blocks.floats(cells));
  if (!std::ranges::all_of(deviations, [](float value) { return value > 0; }))
    return core::fail(core::invalid_input("model", "A deviation in the file of the model is not above 0."));
  return PlaceStatistics(std::move(means), std::move(deviations));
}

Result<void> read_standards(const HeaderFields& fields, AnomalyParts& parts) {
  SG_ASSIGN(parts.map_standard.mean, fields.number("map_mean", -largest, largest));
  SG_ASSIGN(parts.map_standard.deviation, fields.number("map_deviation", 1e-30, largest));
  SG_ASSIGN(parts.global_standard.mean, fields.number("global_mean", -largest, largest));
  SG_ASSIGN(parts.global_standard.deviation, fields.number("global_deviation", 1e-30, largest));
  SG_ASSIGN(parts.seed_value, fields.number("box_from", -largest, largest));
  auto& threshold = parts.threshold;
  SG_ASSIGN(threshold.value, fields.number("threshold", -largest, largest));
  SG_ASSIGN(threshold.asked, fields.number("asked", 0, 1));
  SG_ASSIGN(threshold.rate.least, fields.number("rate_least", 0, 1));
  SG_ASSIGN(threshold.rate.most, fields.number("rate_most", threshold.rate.least, 1));
  SG_ASSIGN(const auto goods, fields.integer("goods", 1, 20'000));
  SG_ASSIGN(const auto rank, fields.integer("rank", 1, goods + 1));
  SG_ASSIGN(threshold.is_extrapolated, fields.boolean("is_extrapolated"));
  threshold.goods = static_cast<std::int32_t>(goods);
  threshold.rank = static_cast<std::int32_t>(rank);
  SG_ASSIGN(auto names, fields.texts("names", 20'000, 1000));
  SG_ASSIGN(const auto scores, fields.numbers("scores", names.size()));
  if (names.size() < 2) return core::fail(core::invalid_input("names", "The model's file holds no good pictures."));
  for (std::size_t i = 0; i < names.size(); ++i) parts.goods.push_back({std::move(names[i]), scores[i]});
  return {};
}

Result<void> read_gaussian(const HeaderFields& fields, BlockReader& blocks, AnomalyParts& parts) {
  const auto cells = static_cast<std::size_t>(parts.cells.pixels());
  const auto channels = static_cast<std::size_t>(parts.recipe.channels);
  SG_ASSIGN(parts.channels, blocks.shorts(channels));
  if (!std::ranges::all_of(parts.channels, [&](std::uint16_t channel) { return channel < parts.values; }))
    return core::fail(core::invalid_input("model", "A channel in the file of the model is none of the backbone."));
  SG_ASSIGN(Matrix means, blocks.floats(cells, channels));
  SG_ASSIGN(Matrix factors, blocks.halves(cells, channels * (channels + 1) / 2));
  SG_ASSIGN(const double scale, fields.number("factor_scale", 1e-30, 1e30));
  for (auto& value : factors.values()) value *= static_cast<float>(scale);
  parts.gaussian.emplace(std::move(means), std::move(factors));
  SG_ASSIGN(parts.gaussian_usual, read_usual(blocks, cells));
  return {};
}

Result<void> read_bank(const HeaderFields& fields, BlockReader& blocks, AnomalyParts& parts) {
  SG_ASSIGN(const auto points, fields.integer("points", 1, parts.recipe.bank));
  SG_ASSIGN(Matrix bank,
            blocks.halves(static_cast<std::size_t>(points), static_cast<std::size_t>(parts.recipe.projected)));
  parts.bank = std::make_shared<const NearestPoints>(std::move(bank));
  SG_ASSIGN(parts.bank_usual, read_usual(blocks, static_cast<std::size_t>(parts.cells.pixels())));
  if (parts.recipe.context == 0) return {};
  SG_ASSIGN(const auto around, fields.integer("around", 1, parts.recipe.bank));
  SG_ASSIGN(Matrix means,
            blocks.halves(static_cast<std::size_t>(around), static_cast<std::size_t>(parts.recipe.projected)));
  parts.around = std::make_shared<const NearestPoints>(std::move(means));
  SG_ASSIGN(parts.around_usual, read_usual(blocks, static_cast<std::size_t>(parts.cells.pixels())));
  return {};
}

Result<void> read_global(const HeaderFields& fields, BlockReader& blocks, AnomalyParts& parts) {
  SG_ASSIGN(const auto whole, fields.integer("whole", 1, 1 << 16));
  SG_ASSIGN(const auto pictures, fields.integer("pictures", 1, 256));
  SG_ASSIGN(const double shrinkage, fields.number("shrinkage", 1e-6, 1));
  SG_ASSIGN(auto mean, blocks.floats(static_cast<std::size_t>(whole)));
  SG_ASSIGN(auto scale, blocks.floats(static_cast<std::size_t>(whole)));
  SG_ASSIGN(Matrix centred, blocks.halves(static_cast<std::size_t>(pictures), static_cast<std::size_t>(whole)));
  SG_ASSIGN(parts.global, GlobalPart::restore(std::move(mean), std::move(scale), std::move(centred), shrinkage));
  SG_ASSIGN(parts.likenesses, blocks.halves(parts.goods.size(), likeness_values));
  return {};
}

Result<void> read_defects(const HeaderFields& fields, BlockReader& blocks, AnomalyParts& parts) {
  if (!parts.global) return core::fail(core::invalid_input("has_defects", "Defects were taught to no global part."));
  DefectPart part;
  SG_ASSIGN(part.offset, fields.number("defect_offset", -largest, largest));
  SG_ASSIGN(part.weight, fields.number("defect_weight", 0, 1e6));
  SG_ASSIGN(part.standard.mean, fields.number("defect_mean", -largest, largest));
  SG_ASSIGN(part.standard.deviation, fields.number("defect_deviation", 1e-30, largest));
  SG_ASSIGN(part.good_margins, fields.numbers("good_margins", parts.global->centred().rows()));
  if (part.good_margins.size() < 3)
    return core::fail(core::invalid_input("good_margins", "There are too few good pictures beside the defects."));
  SG_ASSIGN(part.direction, blocks.floats(parts.global->mean().size()));
  parts.defects = std::move(part);
  return {};
}

Result<void> read_reference(const HeaderFields& fields, BlockReader& blocks, AnomalyParts& parts) {
  SG_ASSIGN(const auto width, fields.integer("reference_width", 1, PartReference::side));
  SG_ASSIGN(const auto height, fields.integer("reference_height", 1, PartReference::side));
  SG_ASSIGN(const double likeness, fields.number("reference_likeness", -1, 1));
  GreyPicture grey{.size = {static_cast<std::int32_t>(width), static_cast<std::int32_t>(height)}};
  SG_ASSIGN(const auto values, blocks.shorts(static_cast<std::size_t>(grey.size.pixels())));
  for (const auto value : values) {
    if (value > 255) return core::fail(core::invalid_input("model", "The model's reference has no such grey level."));
    grey.values.push_back(static_cast<std::uint8_t>(value));
  }
  SG_ASSIGN(parts.reference, PartReference::restore(std::move(grey), likeness));
  return {};
}

}  // namespace

Result<std::string> write_anomaly(const AnomalyParts& parts) {
  const float factor_scale = factor_scale_of(parts);
  std::string file = begun(parts.reference ? magic_with_reference : magic, header_of(parts, factor_scale));
  BlockWriter blocks(file);
  if (parts.gaussian) {
    blocks.shorts(parts.channels);
    blocks.floats(parts.gaussian->means().values());
    Matrix factors = parts.gaussian->factors();
    for (auto& value : factors.values()) value /= factor_scale;
    blocks.halves(factors.values());
    write_usual(blocks, *parts.gaussian_usual);
  }
  if (parts.bank) {
    blocks.halves(parts.bank->points().values());
    write_usual(blocks, *parts.bank_usual);
  }
  if (parts.around) {
    blocks.halves(parts.around->points().values());
    write_usual(blocks, *parts.around_usual);
  }
  if (parts.global) {
    blocks.floats(parts.global->mean());
    blocks.floats(parts.global->scale());
    blocks.halves(parts.global->centred().values());
    blocks.halves(parts.likenesses.values());
  }
  if (parts.defects) blocks.floats(parts.defects->direction);
  if (parts.reference) {
    const auto& values = parts.reference->grey().values;
    blocks.shorts(std::vector<std::uint16_t>(values.begin(), values.end()));
  }
  if (!blocks.is_sound()) return core::fail(core::internal_error("A number of the anomaly model cannot be kept."));
  return file;
}

Result<AnomalyModel> read_anomaly(std::string_view bytes) {
  const bool has_context = !bytes.starts_with(magic_without_context);
  const bool has_reference = bytes.starts_with(magic_with_reference);
  SG_ASSIGN(const auto file, opened(bytes, has_reference ? magic_with_reference
                                           : has_context ? magic
                                                         : magic_without_context));
  SG_ASSIGN(const auto fields, HeaderFields::parse(file.header));
  AnomalyParts parts;
  SG_ASSIGN(parts.recipe, read_recipe(fields, has_context));
  SG_ASSIGN(parts.backbone, fields.text("backbone", 200));
  SG_ASSIGN(const std::string seed, fields.text("seed", 20));
  const bool is_number = !seed.empty() && std::ranges::all_of(seed, [](char c) { return c >= '0' && c <= '9'; });
  if (!is_number) return core::fail(core::invalid_input("seed", "The seed in the model's file is no number."));
  for (const char digit : seed) parts.seed = 10 * parts.seed + static_cast<std::uint64_t>(digit - '0');
  SG_ASSIGN(const auto width, fields.integer("width", 1, 64));
  SG_ASSIGN(const auto height, fields.integer("height", 1, 64));
  SG_ASSIGN(const auto values, fields.integer("values", 1, 1 << 14));
  parts.cells = {static_cast<std::int32_t>(width), static_cast<std::int32_t>(height)};
  parts.values = static_cast<std::size_t>(values);
  SG_TRY(read_standards(fields, parts));
  BlockReader blocks(file.blocks);
  if (parts.recipe.gaussian_weight > 0) SG_TRY(read_gaussian(fields, blocks, parts));
  if (parts.recipe.bank_weight > 0) SG_TRY(read_bank(fields, blocks, parts));
  if (parts.recipe.global_weight > 0) SG_TRY(read_global(fields, blocks, parts));
  SG_ASSIGN(const bool has_defects, fields.boolean("has_defects"));
  if (has_defects) SG_TRY(read_defects(fields, blocks, parts));
  if (has_reference) SG_TRY(read_reference(fields, blocks, parts));
  if (blocks.left() != 0)
    return core::fail(core::invalid_input("model", "The file of the model is longer than its header says."));
  return AnomalyModel(std::move(parts));
}

}  // namespace sightglass::vision
