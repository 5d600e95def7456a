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

// A key that no server knows, as ssh-keygen makes it with these options.
std::string new_private_key(const std::string& options = "-t ed25519");
// The first of sftp_cases() has three: Ed25519, ECDSA and RSA.
std::string fingerprint_of_host_key(const RemoteEnd& end, int number);
// An sshd at which this command is what answers those who ask for SFTP. Null where there is no sshd.
std::shared_ptr<RemoteEnd> sshd_with_subsystem(const std::string& command);

}  // namespace sightglass::sources
