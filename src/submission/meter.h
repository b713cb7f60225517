// What a session tells of itself to whoever counts: values of closed sets, never who it was.  What
// is an audit event anyway is counted from that (observe/event_meter.h), not here.
#pragma once

#include "net/stream.h"
#include "smtp/server_protocol.h"

#include <optional>
#include <string_view>

namespace signet::submission {

enum class Phase {
    greeting,  // before EHLO, and in a handshake
    ready,
    auth,  // in an AUTH, until its last reply
    data,  // content comes in
};

// fault: none if it succeeded; then `version` says what came of it, else `why` what did not.
struct HandshakeOutcome {
    std::optional<net::IoFault> fault;
    std::string_view version;
    net::HandshakeFault why = net::HandshakeFault::other;
    std::chrono::duration<double> took{};
};

// Of one listener.  Called for every command on the I/O threads: takes no lock and allocates
// nothing.  Safe for concurrent use.
class Meter {
public:
    virtual ~Meter() = default;
    virtual void admitted() {}
    // nullopt: outside; each session comes in once and goes out once.
    virtual void moved(std::optional<Phase> /*from*/, std::optional<Phase> /*to*/) {}
    virtual void command(std::string_view /*verb*/) {}  // as smtp::Refused::verb
    virtual void reply(int /*code*/) {}
    virtual void content_answered(int /*code*/) {}  // content that came in whole, or was too much
    virtual void auth_waits(int /*by*/) {}          // +1: an answer is due; -1: it was given
    virtual void handshake(const HandshakeOutcome& /*outcome*/) {}
};

// Counts nothing: for tests.
Meter& no_meter();

// A session's phase, counted for as long as this lives.
class PhaseMark {
public:
    explicit PhaseMark(Meter& meter) : meter_(meter) { meter_.moved({}, phase_); }
    PhaseMark(const PhaseMark&) = delete;
    PhaseMark& operator=(const PhaseMark&) = delete;
    ~PhaseMark() { meter_.moved(phase_, {}); }

    void set(Phase phase) {
        if (phase == phase_) return;
        meter_.moved(phase_, phase);
        phase_ = phase;
    }

private:
    Meter& meter_;
    Phase phase_ = Phase::greeting;
};

// Every reply in what is to be written, by the code of its last line (RFC 5321 §4.2.1).
void count_replies(std::string_view output, Meter& meter);

// The verb of a command for Meter::command; empty for what is none: content, a response to AUTH.
std::string_view verb_of(const smtp::Event& event);

}  // namespace signet::submission
