// What the crop of one line of text says.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/raster.hpp"
#include "core/result.hpp"
#include "vision/text/ctc.hpp"
#include "vision/text/text_networks.hpp"

namespace sightglass::vision {

// The least of `widths` that holds a crop of `size` at a recogniser's height, 48 pixels for PP-OCR; the largest when
// none does: such a line is squeezed.
std::int32_t width_for(core::Size size, std::span<const std::int32_t> widths, std::int32_t height = 48);

// `crop` holds one upright line and little else. Blocks. Errors: invalid_input for a crop that is too small; internal
// for a network whose output does not fit its characters; those of `networks`.
core::Result<CtcText> recognise(const core::Raster& crop, TextNetworks& networks);

// Whether the line stands on its head, by the direction network; false when there is none.
core::Result<bool> is_upside_down(const core::Raster& crop, TextNetworks& networks);

}  // namespace sightglass::vision
