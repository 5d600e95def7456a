// Which models can judge the frames of inspection stations: those that are ready to find anomalies, learnt or compared.
#pragma once

#include <string_view>

#include "core/result.hpp"
#include "database/database.hpp"
#include "database/models.hpp"

namespace sightglass::inspection {

// Block on the database.

// The model "name@version", or the newest ready version of "name". not_found unless it is there, finds anomalies and is
// ready.
core::Result<database::models::Model> frame_model(database::Session& session, std::string_view label);
// For what a person enters. invalid_input naming `field`, with what is the matter and which models would do.
core::Result<database::models::Model> check_frame_model(database::Session& session, std::string_view label,
                                                        std::string_view field);
// Whether it brings frames to where its pictures have the part. True also where nobody knows before it is read.
bool may_align(const database::models::Model& model);

}  // namespace sightglass::inspection
