// The parts of add_account_endpoints, and the JSON they share.
#pragma once

#include <string>

#include "core/json_writer.hpp"
#include "core/records.hpp"
#include "http/endpoint.hpp"
#include "http/services.hpp"

namespace sightglass::http {

void add_setup_endpoints(EndpointTable& table, const Services& services);
void add_sign_in_endpoints(EndpointTable& table, const Services& services);
void add_user_endpoints(EndpointTable& table, const Services& services);
void add_token_endpoints(EndpointTable& table, const Services& services);
void add_audit_endpoints(EndpointTable& table, const Services& services);

// Never the password's hash.
void write_user(core::JsonWriter& json, const core::User& user);
// {"user":{…}}
std::string user_envelope(const core::User& user);
// For answers with credentials or personal facts: no cache keeps them.
Response private_json(int status, std::string text);

}  // namespace sightglass::http
