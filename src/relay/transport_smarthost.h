// Everything to one server, which takes it from there: a provider's or a company's smart host.
#pragma once

#include "base/secret.h"
#include "net/connect.h"
#include "relay/transport.h"
#include "smtp/client_protocol.h"

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace signet::relay {

struct SmartHost {
    std::string host = {};  // a name or an IP address
    std::uint16_t port = 587;
    bool implicit_tls = false;
    smtp::TlsPolicy tls = smtp::TlsPolicy::verified;
    // Verifies if and only if tls is `verified`; null only for `none` without implicit TLS.
    std::shared_ptr<const net::TlsClientContext> tls_context = {};
    std::string user = {};  // empty: no AUTH
    Secret password = {};
    std::string hostname = {};          // ours, for EHLO
    std::chrono::seconds timeout{300};  // of each step: settings::QueueSettings::delivery_timeout
};

// net::connect, or a test's.
using Connect = std::function<Task<Result<std::unique_ptr<net::Stream>, net::ConnectFault>>(
    net::ConnectTarget, Deadline)>;

// `clock` outlives the transport.
std::unique_ptr<Transport> make_smart_host_transport(SmartHost smart_host, const Clock& clock,
                                                     Connect connect = net::connect);

}  // namespace signet::relay
