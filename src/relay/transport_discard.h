// Nowhere: the message is taken and dropped, and its event says so.
#pragma once

#include "relay/transport.h"

#include <memory>

namespace signet::relay {

std::unique_ptr<Transport> make_discard_transport();

}  // namespace signet::relay
