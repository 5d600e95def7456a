// Makes libvips and the libraries behind it load whatever they load late, while files can still be opened.
#pragma once

#include "core/result.hpp"

namespace sightglass::imaging::vips {

// Decodes one tiny picture of each format, made here. Blocks. Errors: unavailable.
core::Result<void> warm_up();

}  // namespace sightglass::imaging::vips
