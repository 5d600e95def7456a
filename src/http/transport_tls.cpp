// Connections over TLS: the bodies, compiled.
#include "http/transport_connection.hpp"
#include "http/transport_connection.ipp"
#include "http/transport_live.ipp"
#include "http/transport_sending.ipp"

namespace sightglass::http {

template class Connection<TlsStream>;

}  // namespace sightglass::http
