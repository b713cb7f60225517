#include "net/http_server.h"

#include <algorithm>
#include <atomic>

namespace signet::net {
namespace {

constexpr std::string_view kMethods = "GET, HEAD";

bool may_ask(const Endpoint& peer, const std::vector<IpNetwork>& allow) {
    const auto address = parse_ip(peer.ip);
    if (!address) return false;
    const auto ours = [&](const IpNetwork& network) { return network.contains(*address); };
    static const std::array loopback{*parse_network("127.0.0.0/8"), *parse_network("::1")};
    return std::ranges::any_of(loopback, ours) || std::ranges::any_of(allow, ours);
}

// nullopt: nobody listens any more.
Task<std::optional<http::Response>> answer_to(Stream& stream, const HttpOptions& options,
                                              const HttpHandler& handler, http::Request& request,
                                              Deadline deadline) {
    if (!may_ask(stream.peer(), options.allow)) co_return http::plain(403);
    http::RequestReader reader;
    for (;;) {
        const auto octets = co_await stream.read_some(deadline);
        if (!octets && octets.error() == IoFault::timed_out) co_return http::plain(408);
        if (!octets) co_return std::nullopt;
        const auto done = reader.feed(*octets);
        if (!done) co_return http::plain(http::status_of(done.error()));
        if (*done) break;
    }
    request = reader.take();
    if (!http::host_is_ours(request.host, options.hostname)) co_return http::plain(421);
    if (request.method != "GET" && request.method != "HEAD") {
        auto no = http::plain(405);
        no.allow = kMethods;
        co_return no;
    }
    co_return co_await handler(request);
}

}  // namespace

Task<void> serve_http(std::unique_ptr<Stream> stream, const HttpOptions& options,
                      const HttpHandler& handler, const Clock& clock) {
    http::Request request;
    stream->set_idle(true);  // a drain need not wait for a question
    const auto response = co_await answer_to(*stream, options, handler, request,
                                             Deadline::in(clock, options.patience));
    if (response) {
        if (options.count) options.count(request, response->status);
        const auto text = http::wire(*response, request.method != "HEAD", clock.wall());
        (void)co_await stream->write(text, Deadline::in(clock, options.patience));
    }
    co_await stream->close();
}

struct HttpServer::State {
    const Clock& clock;
    HttpOptions options;
    HttpHandler handler;
    std::atomic<unsigned> open = 0;
};

namespace {

Task<void> turn_away(std::unique_ptr<Stream> stream, const Clock& clock) {
    const auto text = http::wire(http::plain(503), true, clock.wall());
    (void)co_await stream->write(text, Deadline::in(clock, std::chrono::seconds{1}));
    co_await stream->close();
}

}  // namespace

Result<std::unique_ptr<HttpServer>, std::string> HttpServer::open(IoThreads& io, const Clock& clock,
                                                                  HttpOptions options,
                                                                  HttpHandler handler) {
    ListenerOptions listening;
    listening.bind = options.bind;
    listening.backlog = 64;
    auto state = std::make_shared<State>(clock, std::move(options), std::move(handler));
    auto serve = [state](std::unique_ptr<Stream> stream) -> Task<void> {
        if (++state->open > state->options.connections) {
            co_await turn_away(std::move(stream), state->clock);
        } else {
            co_await serve_http(std::move(stream), state->options, state->handler, state->clock);
        }
        --state->open;
    };
    auto listener = Listener::open(io, std::move(listening), std::move(serve));
    if (!listener) return fail(listener.error());
    return std::unique_ptr<HttpServer>(new HttpServer(std::move(state), std::move(*listener)));
}

HttpServer::HttpServer(std::shared_ptr<State> state, std::unique_ptr<Listener> listener)
    : state_(std::move(state)), listener_(std::move(listener)) {}

HttpServer::~HttpServer() = default;

}  // namespace signet::net
