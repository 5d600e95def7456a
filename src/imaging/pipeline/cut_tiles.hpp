// Step: from a whole picture in planes to the tiles of its pyramid.
#pragma once

#include <cstdint>

#include "core/result.hpp"
#include "imaging/decoder.hpp"
#include "imaging/pipeline/planes.hpp"

namespace sightglass::imaging::pipeline {

// Turns a picture without scaling it. Chroma of 4:2:2 becomes 4:4:4; otherwise it stays as it is. Pure.
PlanarPicture make_upright(PlanarPicture stored, core::Orientation orientation);

// Gives `sink` every tile of an upright picture in the order of TileGrid. Each level is made of the one before by
// averaging 2×2 pixels; of two levels only the smaller one is in memory beside the tile at work.
// Errors: of the sink; internal when a tile cannot be encoded.
core::Result<void> cut_tiles(PlanarPicture picture, std::int32_t quality, TileSink& sink);

}  // namespace sightglass::imaging::pipeline
