// What Reconyx cameras write beside EXIF's own fields: a block of fixed places, or the older cameras' lines of text.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "core/trap_facts.hpp"

namespace sightglass::imaging::exiv2 {

// A maker note of HyperFire, UltraFire, HyperFire 2, MicroFire or HyperFire 4K; nullopt for any other and for one that
// is cut short or holds what no such camera writes. Values may lie out of their ranges: see core::plausible().
// A temperature is read only when its two scales agree.
std::optional<core::TrapFacts> read_reconyx_note(std::span<const std::byte> note);

// A JPEG comment of RapidFire: "Trg: M 3/10", "Tmp: 21 C" and so on, a line each. nullopt for other comments.
std::optional<core::TrapFacts> read_reconyx_comment(std::string_view comment);

}  // namespace sightglass::imaging::exiv2
