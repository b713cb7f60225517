// What a client ties its proof to (RFC 5056), with the name it has in the protocol.
#pragma once

#include "net/stream.h"

namespace signet::net {

struct NamedBinding {
    std::string_view name;
    Secret octets;
};

// tls-exporter on TLS 1.3 (RFC 9266 §2); before that tls-unique, which servers expect there
// (RFC 5802 §6.1).  nullopt: the connection has none that can be trusted.
std::optional<NamedBinding> binding_for_client(const Stream& stream);

}  // namespace signet::net
