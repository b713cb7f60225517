#include "net/scripted_stream.h"

#include "base/invariant.h"

namespace signet::net {

ScriptedStream::ScriptedStream(ManualClock& clock) : clock_(clock) {}

ScriptedStream& ScriptedStream::add(Line line) {
    script_.push_back(std::move(line));
    return *this;
}

ScriptedStream& ScriptedStream::say(std::string octets) {
    return add({Line::Kind::say, std::move(octets)});
}

ScriptedStream& ScriptedStream::trickle(std::string_view octets) {
    for (const char octet : octets) say(std::string(1, octet));
    return *this;
}

ScriptedStream& ScriptedStream::glue(std::string octets) {
    return add({Line::Kind::glue, std::move(octets)});
}

ScriptedStream& ScriptedStream::start_tls(std::string sni) {
    return add({Line::Kind::start_tls, std::move(sni)});
}

ScriptedStream& ScriptedStream::speak(std::string tls_version) {
    tls_version_ = std::move(tls_version);
    return *this;
}

ScriptedStream& ScriptedStream::fail_tls(std::string error, HandshakeFault why) {
    tls_failure_.why = why;
    return add({Line::Kind::fail_tls, std::move(error)});
}

ScriptedStream& ScriptedStream::pause(std::chrono::microseconds span) {
    return add({Line::Kind::pause, {}, span});
}

ScriptedStream& ScriptedStream::stall() { return add({Line::Kind::stall}); }
ScriptedStream& ScriptedStream::drain() { return add({Line::Kind::drain}); }
ScriptedStream& ScriptedStream::hang_up() { return add({Line::Kind::hang_up}); }

ScriptedStream& ScriptedStream::inside_tls(std::string sni) {
    tls_ = TlsInfo{tls_version_, "TLS_AES_256_GCM_SHA384", std::move(sni), false};
    return *this;
}

ScriptedStream& ScriptedStream::from(Endpoint client) {
    ends_.client = std::move(client);
    return *this;
}

ScriptedStream& ScriptedStream::bind(ChannelBinding type, std::string octets) {
    bindings_[type] = std::move(octets);
    return *this;
}

std::optional<Secret> ScriptedStream::channel_binding(ChannelBinding type) const {
    const auto found = bindings_.find(type);
    if (!tls_ || found == bindings_.end() || found->second.empty()) return {};
    return Secret::copy_of(found->second);
}

bool ScriptedStream::pass_time(Deadline deadline) {
    auto& span = script_.front().span;
    const auto left = std::chrono::ceil<std::chrono::microseconds>(
        deadline.when() == SteadyTime::max() ? SteadyTime::duration(span)
                                             : deadline.when() - clock_.steady());
    if (span > left || script_.front().kind == Line::Kind::stall) {
        INVARIANT(deadline.when() != SteadyTime::max(), "a stalled read has a deadline");
        clock_.advance(std::max(left, std::chrono::microseconds{0}));
        span -= std::min(span, left);
        return false;
    }
    clock_.advance(span);
    script_.pop_front();
    return true;
}

Task<Result<std::string_view, IoFault>> ScriptedStream::read_some(Deadline deadline) {
    last_.reset();
    while (!script_.empty()) {
        auto& line = script_.front();
        switch (line.kind) {
        case Line::Kind::say:
        case Line::Kind::glue: {
            std::string octets = std::move(line.text);
            script_.pop_front();
            if (ends_.read_limit > 0 && octets.size() > ends_.read_limit) {
                script_.push_front({Line::Kind::glue, octets.substr(ends_.read_limit)});
                octets.resize(ends_.read_limit);
            }
            last_ = std::make_unique<char[]>(octets.size());
            octets.copy(last_.get(), octets.size());
            co_return std::string_view(last_.get(), octets.size());
        }
        case Line::Kind::pause:
        case Line::Kind::stall:
            if (!pass_time(deadline)) co_return fail(IoFault::timed_out);
            continue;
        case Line::Kind::drain:
            script_.pop_front();
            if (idle_) co_return fail(IoFault::cancelled);
            continue;
        case Line::Kind::start_tls:
        case Line::Kind::fail_tls:
        case Line::Kind::hang_up: co_return fail(IoFault::closed);
        }
    }
    co_return fail(IoFault::closed);
}

Task<Result<void, IoFault>> ScriptedStream::write(std::string_view octets, Deadline) {
    if (transcript_->closed) co_return fail(IoFault::closed);
    if (!script_.empty() && script_.front().kind == Line::Kind::hang_up) {
        co_return fail(IoFault::closed);
    }
    transcript_->written += octets;
    if (!tls_) tally_.before_tls = transcript_->written.size();
    ++tally_.writes;
    last_.reset();
    co_return Result<void, IoFault>{};
}

Task<Result<void, IoFault>> ScriptedStream::start_tls(Deadline deadline) {
    INVARIANT(!tls_, "TLS is begun once");
    last_.reset();
    while (!script_.empty()) {
        auto& line = script_.front();
        switch (line.kind) {
        case Line::Kind::start_tls:
            inside_tls(std::move(line.text));
            script_.pop_front();
            co_return Result<void, IoFault>{};
        case Line::Kind::fail_tls: tls_failure_.text = std::move(line.text); break;
        case Line::Kind::say:
        case Line::Kind::glue: tls_failure_.text = "wrong version number"; break;
        case Line::Kind::pause:
        case Line::Kind::stall:
            if (!pass_time(deadline)) co_return fail(IoFault::timed_out);
            continue;
        case Line::Kind::drain: script_.pop_front(); continue;
        case Line::Kind::hang_up: co_return fail(IoFault::closed);
        }
        script_.pop_front();
        co_return fail(IoFault::tls);
    }
    co_return fail(IoFault::closed);
}

bool ScriptedStream::has_unread_octets() {
    return !script_.empty() && script_.front().kind == Line::Kind::glue;
}

Task<void> ScriptedStream::close() {
    transcript_->closed = true;
    co_return;
}

}  // namespace signet::net
