#include "conformance/gateway/gateway_cases.hpp"

namespace sightglass::sources {

std::vector<GatewayCase> gateway_cases() {
  std::vector<GatewayCase> all;
  for (auto& cases : {folder_cases(), ftp_cases(), sftp_cases(), s3_cases(), web_cases()})
    all.insert(all.end(), cases.begin(), cases.end());
  return all;
}

}  // namespace sightglass::sources
