#include "net/http_client.h"

#include "base/text.h"
#include "net/loop.h"
#include "net/timer.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <utility>

namespace signet::net {

namespace asio = boost::asio;

namespace {

using Kind = HttpFault::Kind;
using Outcome = Result<HttpResponse, HttpFault>;

// A connection between two questions.  The coroutine that waits for its time to be over owns it, so
// it dies with its loop at the latest.
struct Kept {
    std::unique_ptr<Stream> stream;  // touched on its loop alone; null: somebody has taken it
    SteadyTime until;
};

// Where it is found.
struct Listed {
    std::string origin;
    const Loop* loop;
    std::weak_ptr<Kept> kept;
};

Task<void> wait_and_part(std::shared_ptr<Kept> kept) {
    (void)co_await sleep_until(kept->until);
    const auto stream = std::move(kept->stream);
    if (stream) co_await stream->close();
}

// One question and its answer over one connection.
struct Exchange {
    const http::Url& url;
    const Secret& text;
    http::ResponseLimits limits;
    bool to_head;
    Deadline deadline;
};

HttpFault fault_of(const http::Url& url, IoFault fault, bool begun) {
    const auto where = url.origin();
    switch (fault) {
    case IoFault::closed:
        return {Kind::lost, where + (begun ? " ended the connection within its answer"
                                           : " ended the connection without an answer")};
    case IoFault::timed_out: return {Kind::timed_out, where + " gave no answer in time"};
    case IoFault::tls: return {Kind::lost, where + ": TLS was cut off"};
    case IoFault::cancelled: return {Kind::cancelled, where + " was not asked: the server stops"};
    }
    std::unreachable();
}

HttpFault fault_of(const http::Url& url, const ConnectFault& fault) {
    const auto kind = [&] {
        using enum ConnectFault::Kind;
        switch (fault.kind) {
        case no_such_host:
        case resolver: return Kind::name;
        case refused:
        case unreachable: return Kind::connect;
        case not_public: return Kind::inside;
        case timed_out: return Kind::timed_out;
        case tls: return Kind::tls;
        case cancelled: return Kind::cancelled;
        }
        std::unreachable();
    };
    return {kind(), url.origin() + " cannot be reached: " + fault.text};
}

// Where a redirect leads, without a path that might tell something.
std::string target_of(const http::Url& url, std::string_view location) {
    if (const auto elsewhere = http::parse_url(location)) return elsewhere->origin();
    return location.starts_with('/') && !location.starts_with("//") ? url.origin()
                                                                    : "an address that is none";
}

// RFC 9110 §15.4: of the 3xx, those that send somewhere else.
bool is_redirect(int status) {
    return status == 300 || status == 301 || status == 302 || status == 303 || status == 307 ||
           status == 308;
}

Outcome judge(const http::Url& url, HttpResponse response) {
    if (!is_redirect(response.status)) return response;
    return fail(HttpFault{Kind::redirected,
                          url.origin() + " sends us to " +
                              target_of(url, response.field("location")) +
                              ", and redirects are not followed: write the address that answers"});
}

struct Spoken {
    Outcome outcome;
    bool unheard = false;  // lost before an octet of the answer came
};

Task<Spoken> speak(Stream& stream, const Exchange& exchange) {
    http::ResponseReader reader{exchange.limits, exchange.to_head};
    const auto& url = exchange.url;
    const auto written = co_await stream.write(exchange.text.reveal(), exchange.deadline);
    // A server may answer and hang up without having read it all, so the answer is read all the
    // same.
    if (!written && written.error() != IoFault::closed) {
        co_return Spoken{fail(fault_of(url, written.error(), false)),
                         written.error() == IoFault::tls};
    }
    for (;;) {
        const auto octets = co_await stream.read_some(exchange.deadline);
        if (!octets) {
            const bool broken = octets.error() == IoFault::closed || octets.error() == IoFault::tls;
            co_return Spoken{fail(fault_of(url, octets.error(), reader.begun())),
                             broken && !reader.begun()};
        }
        const auto done = reader.feed(*octets);
        if (!done) {
            co_return Spoken{
                fail(HttpFault{Kind::bad_answer, "the answer of " + url.origin() + " " +
                                                     std::string{http::words(done.error())}})};
        }
        if (*done) co_return Spoken{Outcome{reader.take()}};
    }
}

}  // namespace

struct HttpClient::State {
    State(HttpClientOptions with, HttpConnect by)
        : options(std::move(with)), connect(std::move(by)) {}

    std::unique_ptr<Stream> take(const std::string& origin, const Loop& loop);
    std::unique_ptr<Stream> keep(const std::string& origin, const asio::any_io_executor& executor,
                                 std::unique_ptr<Stream> stream);
    Result<http::Url, HttpFault> where(const std::string& text) const;
    Task<Outcome> ask(HttpRequest request, Deadline deadline);
    Task<Result<std::unique_ptr<Stream>, ConnectFault>> reach(const http::Url& url,
                                                              Deadline deadline) const;

    const HttpClientOptions options;
    const HttpConnect connect;
    std::atomic<unsigned> open = 0;
    std::mutex mutex;
    std::vector<Listed> listed;  // guarded by mutex
};

// Null: none is there.  One of another loop is left alone: it may just be ending over there.
std::unique_ptr<Stream> HttpClient::State::take(const std::string& origin, const Loop& loop) {
    const std::lock_guard lock{mutex};
    std::erase_if(listed, [](const Listed& one) { return one.kept.expired(); });
    for (auto at = listed.begin(); at != listed.end(); ++at) {
        if (at->loop != &loop || at->origin != origin) continue;
        const auto kept = at->kept.lock();
        if (!kept || !kept->stream) continue;
        listed.erase(at);
        return std::move(kept->stream);
    }
    return nullptr;
}

// Gives it back where there is no room for it.
std::unique_ptr<Stream> HttpClient::State::keep(const std::string& origin,
                                                const asio::any_io_executor& executor,
                                                std::unique_ptr<Stream> stream) {
    const auto& loop = Loop::of(executor);
    const auto until = std::chrono::steady_clock::now() + options.idle;
    const auto kept = std::make_shared<Kept>(nullptr, until);
    {
        const std::lock_guard lock{mutex};
        std::erase_if(listed, [](const Listed& one) { return one.kept.expired(); });
        if (loop.draining() || listed.size() >= options.kept) return stream;
        listed.push_back({origin, &loop, kept});
    }
    kept->stream = std::move(stream);
    asio::co_spawn(executor, wait_and_part(kept), asio::detached);
    return nullptr;
}

Result<http::Url, HttpFault> HttpClient::State::where(const std::string& text) const {
    auto url = http::parse_url(text);
    if (!url) {
        return fail(HttpFault{Kind::bad_url, "the address " + sanitised(text, 200) + " " +
                                                 std::string{http::words(url.error())}});
    }
    if (!url->tls && !options.plain_http) {
        return fail(HttpFault{Kind::bad_url,
                              url->origin() + " would be asked in the clear: write https://"});
    }
    if (url->tls && !options.tls) {
        return fail(HttpFault{Kind::bad_url, url->origin() + " cannot be asked without TLS"});
    }
    return std::move(*url);
}

Task<Result<std::unique_ptr<Stream>, ConnectFault>> HttpClient::State::reach(
    const http::Url& url, Deadline deadline) const {
    ConnectTarget target{.host = url.host,
                         .port = url.port,
                         .tls = url.tls ? options.tls : nullptr,
                         .implicit_tls = url.tls,
                         .public_only = !options.private_addresses};
    co_return co_await connect(std::move(target), deadline);
}

Task<Outcome> HttpClient::State::ask(HttpRequest request, Deadline deadline) {
    const auto url = where(request.url);
    if (!url) co_return fail(url.error());
    const auto text = http::request_text({.method = request.method,
                                          .url = *url,
                                          .fields = request.fields,
                                          .body = request.body ? &*request.body : nullptr});
    if (!text) {
        co_return fail(HttpFault{Kind::bad_request, text.error() == http::RequestFault::method
                                                        ? "the method cannot be sent"
                                                        : "a field of the request cannot be sent"});
    }
    const auto executor = co_await asio::this_coro::executor;
    const auto origin = url->origin();
    const Exchange exchange{.url = *url,
                            .text = *text,
                            .limits = {.body_octets = request.most_octets},
                            .to_head = request.method == "HEAD",
                            .deadline = deadline};
    auto stream = request.repeatable ? take(origin, Loop::of(executor)) : nullptr;
    const bool was_kept = stream != nullptr;
    for (bool first = true;; first = false) {
        if (!stream) {
            auto reached = co_await reach(*url, deadline);
            if (!reached) co_return fail(fault_of(*url, reached.error()));
            stream = std::move(*reached);
        }
        auto spoken = co_await speak(*stream, exchange);
        if (spoken.outcome && spoken.outcome->keeps_open) {
            stream = keep(origin, executor, std::move(stream));
        }
        if (stream) co_await stream->close();
        stream.reset();
        // It may have been closed while it waited: then our request was not heard.
        if (first && was_kept && spoken.unheard) continue;
        if (!spoken.outcome) co_return fail(spoken.outcome.error());
        co_return judge(*url, std::move(*spoken.outcome));
    }
}

HttpClient::HttpClient(HttpClientOptions options, HttpConnect connect)
    : state_(std::make_shared<State>(std::move(options), std::move(connect))) {}

HttpClient::~HttpClient() = default;

Task<Outcome> HttpClient::fetch(HttpRequest request, Deadline deadline) {
    const auto state = state_;  // the client may be gone before the answer is there
    if (++state->open > state->options.connections) {
        --state->open;
        co_return fail(HttpFault{Kind::busy, "too many questions are open already"});
    }
    auto outcome = co_await state->ask(std::move(request), deadline);
    --state->open;
    co_return outcome;
}

}  // namespace signet::net
