#include "relay/scripted_hops.h"

#include <utility>

namespace signet::relay {

namespace {

// The transport closes and drops its stream; the test still wants to see it.
class Borrowed final : public net::Stream {
public:
    explicit Borrowed(net::Stream& real) : real_(real) {}
    Task<Result<std::string_view, net::IoFault>> read_some(Deadline deadline) override {
        return real_.read_some(deadline);
    }
    Task<Result<void, net::IoFault>> write(std::string_view octets, Deadline deadline) override {
        return real_.write(octets, deadline);
    }
    Task<Result<void, net::IoFault>> start_tls(Deadline deadline) override {
        return real_.start_tls(deadline);
    }
    bool has_unread_octets() override { return real_.has_unread_octets(); }
    Task<void> close() override { return real_.close(); }
    std::optional<net::TlsInfo> tls() const override { return real_.tls(); }
    std::string last_tls_error() const override { return real_.last_tls_error(); }
    std::optional<Secret> channel_binding(net::ChannelBinding type) const override {
        return real_.channel_binding(type);
    }
    net::Endpoint peer() const override { return real_.peer(); }
    net::Endpoint local() const override { return real_.local(); }

private:
    net::Stream& real_;
};

}  // namespace

const std::string kEhlo = "250-mx\r\n250-PIPELINING\r\n250-SIZE\r\n250 AUTH PLAIN\r\n";

void take_message(net::ScriptedStream& peer) {
    peer.say("220 mx\r\n").say(kEhlo).say("250 ok\r\n250 ok\r\n354 go\r\n").say("250 kept\r\n");
}

Task<ScriptedHops::Connected> ScriptedHops::open(net::ConnectTarget target) {
    targets.push_back(std::move(target));
    if (fault) co_return fail(*fault);
    const auto known = faults_of.find(targets.back().host);
    if (known != faults_of.end()) co_return fail(known->second);
    kept.push_back(std::make_unique<net::ScriptedStream>(clock_));
    if (targets.back().implicit_tls) kept.back()->inside_tls();
    scripts.at(0)(*kept.back());
    scripts.pop_front();
    co_return std::make_unique<Borrowed>(*kept.back());
}

Connect ScriptedHops::connect() {
    return [this](net::ConnectTarget target, Deadline) { return open(std::move(target)); };
}

}  // namespace signet::relay
