#include "submission/session_world.h"

namespace signet::submission {
namespace {

// The stream dies with the session, so its output is copied while it lives.
struct Spy final : net::Stream {
    Spy(std::unique_ptr<net::ScriptedStream> s, std::string& o) : inner(std::move(s)), out(o) {}
    ~Spy() override { out = inner->written(); }
    Task<Result<std::string_view, net::IoFault>> read_some(Deadline d) override {
        return inner->read_some(d);
    }
    Task<Result<void, net::IoFault>> write(std::string_view o, Deadline d) override {
        return inner->write(o, d);
    }
    void set_idle(bool idle) override { inner->set_idle(idle); }
    Task<Result<void, net::IoFault>> start_tls(Deadline d) override { return inner->start_tls(d); }
    bool has_unread_octets() override { return inner->has_unread_octets(); }
    Task<void> close() override { return inner->close(); }
    std::optional<net::TlsInfo> tls() const override { return inner->tls(); }
    std::optional<Secret> channel_binding(net::ChannelBinding type) const override {
        return inner->channel_binding(type);
    }
    std::string last_tls_error() const override { return inner->last_tls_error(); }
    net::HandshakeFailure handshake_failure() const override { return inner->handshake_failure(); }
    net::Endpoint peer() const override { return inner->peer(); }
    net::Endpoint local() const override { return inner->local(); }
    void set_read_limit(std::size_t octets) override { inner->set_read_limit(octets); }
    void behind_proxy(net::Endpoint client, net::Endpoint server) override {
        inner->behind_proxy(std::move(client), std::move(server));
    }
    std::optional<net::Endpoint> proxy() const override { return inner->proxy(); }
    std::unique_ptr<net::ScriptedStream> inner;
    std::string& out;
};

}  // namespace

std::string World::serve(smtp::Role role) {
    std::string written;
    const Services services{.clock = clock,
                            .ulids = ulids,
                            .credentials = accounts,
                            .recipients = *serving_directory,
                            .queue = *serving_queue,
                            .audit = audit,
                            .connections = connections,
                            .rates = *serving_rates,
                            .settings = settings,
                            .entropy = entropy};
    end = net::run_task(serve_session(
        std::make_unique<Spy>(std::move(stream), written),
        Door{.listener = "door", .role = role, .meter = meter, .proxies = proxies}, services));
    return written;
}

}  // namespace signet::submission
