// What each step of an analysis does; pipeline.cpp has them in their order. All block.
#pragma once

#include "core/photo.hpp"
#include "core/result.hpp"
#include "inspection/pipeline.hpp"

namespace sightglass::inspection::steps {

core::Result<void> measure(StepContext& context);       // properties, on the decode that all share
core::Result<void> find_objects(StepContext& context);  // objects
core::Result<void> embed(StepContext& context);         // embedding
core::Result<void> read_text(StepContext& context);     // text
core::Result<void> read_codes(StepContext& context);    // codes
core::Result<void> ask_outside(StepContext& context);   // labels, objects and text of a service that costs money
core::Result<void> name_labels(StepContext& context);   // labels, from what the steps before it saw

bool may_show_meters(const core::Photo& photo);            // of an asset
core::Result<void> read_the_meters(StepContext& context);  // findings of the kind reading

// Pictures of jobs and assets are of things, and an animal on one is no observation of wildlife.
bool may_show_animals(const core::Photo& photo);
core::Result<void> find_animals(StepContext& context);  // findings of the kind spotting

// By models that were taught here; `context.taught` has one for the step's task when they run.
core::Result<void> find_anomalies(StepContext& context);  // findings of the kind anomaly, their heat map, the score
bool may_show_damage(const core::Photo& photo);           // of something: a job's photo, or an asset's
core::Result<void> name_damage(StepContext& context);     // findings of the kind damage
core::Result<void> name_species(StepContext& context);    // what the spottings are, instead of what the detector said

}  // namespace sightglass::inspection::steps
