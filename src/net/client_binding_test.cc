#include "net/client_binding.h"

#include "net/scripted_stream.h"

#include <gtest/gtest.h>

namespace signet::net {
namespace {

// The type and the first octet of what a client binds to.
std::string bound(const std::string& exporter, const std::string& unique, bool tls = true) {
    ManualClock clock;
    ScriptedStream stream{clock};
    if (tls) stream.inside_tls();
    stream.bind(ChannelBinding::tls_exporter, exporter).bind(ChannelBinding::tls_unique, unique);
    const auto binding = binding_for_client(stream);
    if (!binding) return "none";
    return std::string{binding->name} + " " + std::string{binding->octets.reveal().substr(0, 1)};
}

TEST(ClientBinding, IsTheOneThatServersExpectOfThisVersionOfTls) {
    EXPECT_EQ(bound("e", ""), "tls-exporter e");  // TLS 1.3
    EXPECT_EQ(bound("e", "u"), "tls-unique u");   // TLS 1.2
    EXPECT_EQ(bound("", ""), "none");             // without the extended master secret
    EXPECT_EQ(bound("e", "u", false), "none");
}

}  // namespace
}  // namespace signet::net
