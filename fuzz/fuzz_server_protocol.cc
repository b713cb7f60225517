// The whole machine, answered at random: it never breaks an invariant, never asks an unproven
// client about mail, never speaks after it closed, and never owes an answer it did not ask for.
#include "check.h"
#include "smtp/feed_split.h"
#include "smtp/server_protocol.h"

#include <cstdint>

using namespace signet;

namespace {

class Caller {
public:
    Caller(smtp::Role role, std::uint8_t seed)
        : protocol_(role, small_limits(seed % 2 == 0)),
          tls_(role == smtp::Role::submissions),
          seed_(seed) {
        protocol_.greet(smtp::reply(220, "x"));
    }

    void receive(std::string_view octets) {
        protocol_.received(octets);
        while (turn()) {
        }
        const auto output = protocol_.take_output();
        CHECK(output.empty() || output.ends_with("\r\n"));
        CHECK(!silent_ || output.empty());
        silent_ = closed_;
        if (handshake_due_) {
            protocol_.restart_after_tls();
            handshake_due_ = false;
            tls_ = true;
        }
    }

private:
    static smtp::ProtocolLimits small_limits(bool lenient) {
        smtp::ProtocolLimits limits;
        limits.command_line_octets = 128;
        limits.auth_line_octets = 256;
        limits.errors = 8;
        limits.recipients = 3;
        limits.message_octets = 64;
        limits.bare_lf = lenient ? smtp::BareLf::normalize : smtp::BareLf::reject;
        return limits;
    }

    // 2xx mostly, now and then a refusal; the codes that move the machine where they belong.
    smtp::Reply choose(int good) {
        seed_ = seed_ * 1664525 + 1013904223;
        constexpr int kOthers[] = {421, 451, 535, 550, 554, 250, 334, 221};
        const auto draw = seed_ >> 24;
        const int code = draw % 4 != 0 ? good : kOthers[draw / 4 % 8];
        return smtp::reply(code, "x");
    }

    void answer(int good) {
        const auto reply = choose(good);
        closed_ = closed_ || reply.closes();
        protocol_.answer(reply);
        proven_ = proven_ || protocol_.authenticated();
    }

    bool turn() {
        auto event = protocol_.next_event();
        if (std::holds_alternative<smtp::NeedInput>(event)) return false;
        if (std::holds_alternative<smtp::Closed>(event)) {
            closed_ = true;
            return false;
        }
        std::visit([this](const auto& asked) { on(asked); }, event);
        return true;
    }

    void on(const smtp::StartTls&) {
        CHECK(!tls_);
        if (protocol_.has_unread_input()) {
            protocol_.answer(smtp::reply(554, "x"));
            return;
        }
        protocol_.answer(smtp::reply(220, "x"));
        handshake_due_ = true;
    }
    void on(const smtp::Auth&) {
        CHECK(tls_ && !proven_);
        answer(seed_ % 2 ? 334 : 235);
    }
    void on(const smtp::AuthResponse&) {
        CHECK(tls_ && !proven_);
        answer(seed_ % 2 ? 334 : 235);
    }
    void on(const smtp::Mail&) {
        mail();
        answer(250);
    }
    void on(const smtp::Rcpt&) {
        mail();
        answer(250);
    }
    void on(const smtp::Vrfy&) {
        mail();
        answer(252);
    }
    void on(const smtp::Data&) {
        mail();
        answer(354);
    }
    void on(const smtp::Bdat&) { mail(); }
    void on(const smtp::ChunkEnd& end) {
        mail();
        CHECK(end.octets <= 64);
        answer(250);
    }
    void on(const smtp::Content& content) {
        mail();
        CHECK(!content.octets.empty());
    }
    void on(const smtp::ContentEnd& end) {
        mail();
        CHECK(end.octets <= 64);
        answer(250);
    }
    void on(const smtp::Quit&) { answer(221); }
    void on(const smtp::Refused& refused) { CHECK(refused.verb.size() <= 12); }
    void on(const smtp::NeedInput&) {}
    void on(const smtp::Closed&) {}
    void on(const auto&) { answer(250); }
    void mail() const { CHECK(tls_ && proven_); }

    smtp::ServerProtocol protocol_;
    bool tls_, proven_ = false, handshake_due_ = false, closed_ = false, silent_ = false;
    std::uint32_t seed_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const std::string_view octets{reinterpret_cast<const char*>(data) + 2, size - 2};
    Caller caller{data[0] & 1 ? smtp::Role::submissions : smtp::Role::submission, data[1]};
    for (const auto& piece : smtp::cut_at_random(octets, data[0])) caller.receive(piece);
    return 0;
}
