// The same pictures by libvips alone: what a well-known library makes of them, for comparison.
#pragma once

#include <string>
#include <string_view>

#include "core/geometry.hpp"
#include "unit/imaging/test_pictures.hpp"

namespace sightglass::imaging::golden {

// vips_thumbnail's own result: shrunk while loading, then Lanczos 3, upright, sRGB. Empty when it cannot be made.
test::Decoded thumbnail_by_vips(std::string_view file, core::Size upright_size);

// Every pixel decoded, turned upright, then resampled once with Lanczos 3: slow and as good as it gets.
test::Decoded full_resample_by_vips(std::string_view file, core::Size upright_size);

// The file's pixels stored so that `orientation` shows them as they are now, written with a libvips suffix.
std::string stored_turned(std::string_view file, core::Orientation orientation, const std::string& suffix);

}  // namespace sightglass::imaging::golden
