#include "admin/serve_admin.h"

#include <boost/json.hpp>

namespace signet::admin {
namespace {

using namespace std::chrono_literals;

constexpr auto kRequestTime = 10s, kAnswerTime = 30s, kIdleTime = 60s;
constexpr unsigned kMaxRequests = 10'000;
constexpr std::size_t kWriteOctets = 16u << 10;  // lines are collected up to this

std::string error_line(const Fault& fault) {
    return boost::json::serialize(
               boost::json::object{{"error", boost::json::object{{"kind", name(fault.kind)},
                                                                 {"message", fault.message}}}}) +
           "\n";
}

// Lines of the peer; what it sent is wiped when it was read, since it may be a password.
class LineBuffer {
public:
    explicit LineBuffer(net::Stream& stream, const Clock& clock) : stream_(stream), clock_(clock) {}
    ~LineBuffer() { wipe(octets_); }
    LineBuffer(const LineBuffer&) = delete;
    LineBuffer& operator=(const LineBuffer&) = delete;

    // nullopt: the connection ended, or took too long.  A line that is too long is given out as
    // far as it came; nothing can follow it.
    Task<std::optional<Secret>> next() {
        auto deadline = Deadline::in(clock_, kIdleTime);
        for (;;) {
            const auto end = octets_.find('\n');
            if (end != std::string::npos) co_return take(end);
            if (octets_.size() > kMaxRequestOctets) co_return take(octets_.size());
            const auto part = co_await stream_.read_some(deadline);
            if (!part) co_return std::nullopt;
            if (octets_.empty()) deadline = Deadline::in(clock_, kRequestTime);
            octets_.reserve(2 * kMaxRequestOctets);  // a string that grows leaves copies behind
            octets_ += part->substr(0, 2 * kMaxRequestOctets - octets_.size());
        }
    }

private:
    Secret take(std::size_t end) {
        auto line = Secret::copy_of(std::string_view{octets_}.substr(0, end));
        const auto rest = octets_.size() > end ? octets_.substr(end + 1) : std::string{};
        wipe(octets_);
        octets_ = rest;
        return line;
    }

    net::Stream& stream_;
    const Clock& clock_;
    std::string octets_;
};

Task<bool> send(net::Stream& stream, const Clock& clock, Outcome outcome) {
    const auto deadline = Deadline::in(clock, kAnswerTime);
    if (!outcome) {
        const auto line = error_line(outcome.error());
        co_return (co_await stream.write(line, deadline)).has_value();
    }
    std::string lines;
    for (const auto& item : outcome->items) {
        lines += "{\"item\":" + item + "}\n";
        if (lines.size() < kWriteOctets) continue;
        if (!co_await stream.write(lines, deadline)) co_return false;
        lines.clear();
    }
    lines += "{\"done\":" + outcome->done + "}\n";
    const auto sent = co_await stream.write(lines, deadline);
    wipe(lines);  // it may carry a password that was made up
    wipe(outcome->done);
    co_return sent.has_value();
}

Task<Outcome> answer_line(const Services& services, const Secret& line, audit::Actor actor) {
    auto request = parse_request(line.reveal());
    if (!request) co_return fail(Fault{Fault::Kind::usage, request.error()});
    request->actor = std::move(actor);
    co_return co_await answer(services, std::move(*request));
}

}  // namespace

Task<void> serve_admin(net::Stream& stream, const Services& services, audit::Actor actor) {
    LineBuffer lines{stream, services.clock};
    for (unsigned i = 0; i < kMaxRequests; ++i) {
        stream.set_idle(true);
        const auto line = co_await lines.next();
        stream.set_idle(false);
        if (!line) break;
        auto outcome = co_await answer_line(services, *line, actor);
        if (!co_await send(stream, services.clock, std::move(outcome))) break;
        if (line->size() > kMaxRequestOctets) break;
    }
    co_await stream.close();
}

Task<void> refuse_admin(net::Stream& stream, const Clock& clock) {
    const auto line = error_line(
        {Fault::Kind::not_allowed, "only root, the server's user and the group signet-admin may"});
    co_await stream.write(line, Deadline::in(clock, kAnswerTime));
    co_await stream.close();
}

}  // namespace signet::admin
