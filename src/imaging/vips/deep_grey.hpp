// Grey pictures of more than eight bits, as measuring cameras write them: ten or twelve bits that begin at the lowest
// one of sixteen, so that what is shown by the upper eight is nearly black.
#pragma once

#include <vips/vips.h>

#include "imaging/vips/vips_handle.hpp"

namespace sightglass::imaging::vips {

// How many bits the values need: 10, 12, 14 or 16, the depths of sensors. 16 also where the picture cannot be read, and
// for any that is not one band of 16 bits. Reads all of `picture`, which must be of sequential access or better.
int significant_bits(VipsImage* picture);

// The upper eight of `bits`, one band of bytes. Null, with libvips's words in its error buffer.
Handle<VipsImage> upper_bits(const Handle<VipsImage>& picture, int bits);

}  // namespace sightglass::imaging::vips
