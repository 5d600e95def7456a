#include "vision/conversion/convert.hpp"

#include "vision/conversion/fixed_onnx.hpp"
#include "vision/conversion/onnx_passes.hpp"
#include "vision/conversion/onnx_reader.hpp"
#include "vision/conversion/onnx_writer.hpp"
#include "vision/conversion/tfjs_graph.hpp"
#include "vision/conversion/tfjs_to_onnx.hpp"

namespace sightglass::vision {
namespace {

core::Result<std::string> finished(OnnxModel model) {
  SG_TRY(settle_shapes(model.graph));
  make_hard_gates(model.graph);
  SG_TRY(make_clips_plain(model.graph));
  SG_TRY(settle_shapes(model.graph));
  drop_unused(model.graph);
  SG_TRY(check_finite(model.graph));
  return write_onnx(model);
}

}  // namespace

core::Result<std::string> convert_tfjs(std::string_view json, std::string_view weights, const NetworkWish& wish) {
  SG_ASSIGN(const auto graph, read_tfjs(json, weights));
  SG_ASSIGN(auto model, tfjs_to_onnx(graph, wish));
  return finished(std::move(model));
}

core::Result<std::string> convert_onnx(std::string_view onnx, const NetworkWish& wish) {
  SG_ASSIGN(auto model, read_onnx(onnx));
  SG_ASSIGN(model, fixed_onnx(std::move(model), wish));
  return finished(std::move(model));
}

}  // namespace sightglass::vision
