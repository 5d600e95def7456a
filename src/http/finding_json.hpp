// Findings as the API shows them, each kind in the words of its resource.
#pragma once

#include <string>
#include <string_view>

#include "core/json_writer.hpp"
#include "core/photo.hpp"
#include "database/findings.hpp"

namespace sightglass::http {

// "/api/v1/images/anomalies", "…/meter-readings", "…/damage-reports", "…/spottings".
std::string_view path_of(core::FindingKind kind);

// An object with its kind; `upright` is the photo's size before a person turned it, of which `relative` is a share.
void write_finding(core::JsonWriter& json, const database::findings::Listed& listed);
void write_finding(core::JsonWriter& json, const core::Finding& finding, core::Size upright);
std::string finding_text(const database::findings::Listed& listed);

// A photo's size before it was turned.
core::Size upright_size(const core::Photo& photo);

}  // namespace sightglass::http
