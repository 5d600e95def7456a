// Which servers the suite is held against.
#pragma once

#include <string>
#include <vector>

#include "conformance/gateway/remote_end.hpp"

namespace sightglass::sources {

std::vector<GatewayCase> gateway_cases();

std::vector<GatewayCase> folder_cases();
std::vector<GatewayCase> ftp_cases();
std::vector<GatewayCase> sftp_cases();
std::vector<GatewayCase> s3_cases();
std::vector<GatewayCase> web_cases();

// In PEM; of nobody that a server knows.
std::string other_private_key();
// The fingerprint of the ECDSA key that the first of sftp_cases() has beside its Ed25519 one.
std::string second_host_key(const RemoteEnd& end);

}  // namespace sightglass::sources
