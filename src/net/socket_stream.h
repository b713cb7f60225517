// The Stream over a TCP socket.
#pragma once

#include "net/stream.h"
#include "net/tls_io.h"

#include <memory>

struct sockaddr_storage;

namespace signet::net {

// Takes over a connected (or connecting), non-blocking socket.  tls: how start_tls begins; null:
// it fails.  SIGPIPE is ignored for the whole process from the first call on, since OpenSSL writes
// by write(2).
std::unique_ptr<Stream> make_socket_stream(const boost::asio::any_io_executor& executor, int socket,
                                           std::shared_ptr<const TlsStarter> tls);

Endpoint endpoint_of(const sockaddr_storage& address);

}  // namespace signet::net
