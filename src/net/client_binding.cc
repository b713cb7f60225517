#include "net/client_binding.h"

#include <utility>

namespace signet::net {

std::optional<NamedBinding> binding_for_client(const Stream& stream) {
    if (auto unique = stream.channel_binding(ChannelBinding::tls_unique)) {
        return NamedBinding{"tls-unique", std::move(*unique)};
    }
    if (auto exported = stream.channel_binding(ChannelBinding::tls_exporter)) {
        return NamedBinding{"tls-exporter", std::move(*exported)};
    }
    return {};
}

}  // namespace signet::net
