// Lines of the stations' journal, and who was told of them, as clients see them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/json_writer.hpp"
#include "database/outputs.hpp"
#include "database/triggers.hpp"

namespace sightglass::http {

struct NamedDelivery {
  database::outputs::Delivery delivery{};
  std::string output{};  // its name
};

// The members of a list's line, without the braces.
void write_trigger(core::JsonWriter& json, const database::triggers::Trigger& trigger);
// Everything that is known of it.
std::string trigger_detail_json(const database::triggers::Trigger& trigger,
                                const std::vector<NamedDelivery>& deliveries);
void write_delivery(core::JsonWriter& json, const database::outputs::Delivery& delivery, std::string_view output);

}  // namespace sightglass::http
