// The file an anomaly model is kept in: `sightglass-anomaly`, anomaly.bin of its bundle.
#pragma once

#include <string>
#include <string_view>

#include "core/result.hpp"
#include "vision/anomaly/anomaly_model.hpp"

namespace sightglass::vision {

// "SGA2", the length of a JSON header (4 bytes), the header, then numbers in the order that anomaly_file.cpp states,
// all little end first. Sums of files are the bundle's affair. "SGA1" was
// the same before places knew their neighbourhood, and is read.
constexpr std::string_view anomaly_file_name = "anomaly.bin";

// internal when a number cannot be kept.
core::Result<std::string> write_anomaly(const AnomalyParts& parts);
// Any bytes. invalid_input, saying what is wrong, for what write_anomaly cannot have written. No more memory than a few
// times the bytes'.
core::Result<AnomalyModel> read_anomaly(std::string_view bytes);

}  // namespace sightglass::vision
