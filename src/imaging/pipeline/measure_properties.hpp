// What is computed of every picture in the background: colours, perceptual hash, sharpness, exposure.
#pragma once

#include <cstdint>
#include <vector>

#include "imaging/decoder.hpp"
#include "imaging/pipeline/planes.hpp"

namespace sightglass::imaging::pipeline {

// Pictures are measured at this size, so that figures compare between cameras: a 12-megapixel picture that is
// sharp at 512 pixels serves every view and model here.
constexpr core::Size measuring_box{512, 512};

// `picture` is upright, fitted into measuring_box. Pure.
ImageProperties measure_properties(const RgbPicture& picture);

// Rec. 709 luma (ITU-R BT.709, 3.2), 0 … 255, row by row.
std::vector<float> luma_of(const RgbPicture& picture);

// 64-bit pHash: luma reduced to 32×32, its two-dimensional DCT-II, one bit for each of the 8×8 lowest
// frequencies that is above their median (Zauner 2010; as in pHash and imagehash). Bit 63 is the mean.
std::uint64_t perceptual_hash(const std::vector<float>& luma, core::Size size);

// Variance of the 4-neighbour Laplacian (Pech-Pacheco et al. 2000). 0 for pictures below 3×3.
double sharpness(const std::vector<float>& luma, core::Size size);

// At most five, largest share first, by k-means in CIE L*a*b* (D65) from a median-cut start. Shares add up to 1.
std::vector<DominantColour> dominant_colours(const RgbPicture& picture);

}  // namespace sightglass::imaging::pipeline
