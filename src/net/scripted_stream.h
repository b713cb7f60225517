// For tests of a session: the client is a script, everything happens at once, time is virtual.
//
//   ScriptedStream stream(clock);
//   stream.say("EHLO me\r\n").say("STARTTLS\r\n").start_tls().say("EHLO me\r\n").hang_up();
//   run_task(serve(stream));
//   EXPECT_EQ(stream.written(), "220 …");
//
// Behind the last line of the script the client hangs up.
#pragma once

#include "net/proxy_protocol.h"
#include "net/stream.h"

#include <deque>
#include <map>
#include <memory>

namespace signet::net {

class ScriptedStream final : public Stream {
public:
    explicit ScriptedStream(ManualClock& clock);

    // Comes when the server reads; nothing of it is there before.
    ScriptedStream& say(std::string octets);
    // The same, one octet a read.
    ScriptedStream& trickle(std::string_view octets);
    // Is there already, as if in the same segment: has_unread_octets sees it.
    ScriptedStream& glue(std::string octets);
    ScriptedStream& start_tls(std::string sni = "mail.test");
    ScriptedStream& speak(std::string tls_version);  // from the next start_tls on
    ScriptedStream& fail_tls(std::string error = "sslv3 alert certificate unknown",
                             HandshakeFault why = HandshakeFault::client_alert);
    // Time passes before the next line comes; a read whose deadline is sooner times out.
    ScriptedStream& pause(std::chrono::microseconds span);
    ScriptedStream& stall();    // nothing comes any more, every read times out
    ScriptedStream& drain();    // the read is cancelled if the session is idle
    ScriptedStream& hang_up();  // end of file; writes fail from then on

    // Inside TLS from the start.
    ScriptedStream& inside_tls(std::string sni = "mail.test");
    ScriptedStream& from(Endpoint client);
    // What channel_binding gives from then on, inside TLS; empty: there is none.
    ScriptedStream& bind(ChannelBinding type, std::string octets);

    // What the server did to the stream; outlives it.
    struct Transcript {
        std::string written;  // TLS or not
        bool closed = false;
    };
    std::shared_ptr<const Transcript> transcript() const { return transcript_; }
    const std::string& written() const { return transcript_->written; }
    std::size_t written_before_tls() const { return tally_.before_tls; }
    unsigned writes() const { return tally_.writes; }
    bool closed() const { return transcript_->closed; }
    bool script_done() const { return script_.empty(); }

    Task<Result<std::string_view, IoFault>> read_some(Deadline deadline) override;
    Task<Result<void, IoFault>> write(std::string_view octets, Deadline deadline) override;
    void set_idle(bool idle) override { idle_ = idle; }
    Task<Result<void, IoFault>> start_tls(Deadline deadline) override;
    bool has_unread_octets() override;
    Task<void> close() override;
    std::optional<TlsInfo> tls() const override { return tls_; }
    std::string last_tls_error() const override { return tls_failure_.text; }
    HandshakeFailure handshake_failure() const override {
        return {.why = tls_failure_.why, .offered = "TLSv1.2", .sni = "mail.test"};
    }
    std::optional<Secret> channel_binding(ChannelBinding type) const override;
    void set_read_limit(std::size_t octets) override { ends_.read_limit = octets; }
    Endpoint peer() const override { return ends_.proxied ? ends_.proxied->client : ends_.client; }
    Endpoint local() const override {
        return ends_.proxied ? ends_.proxied->server : Endpoint{"192.0.2.1", 587};
    }
    void behind_proxy(Endpoint client, Endpoint server) override {
        ends_.proxied = ProxyEnds{std::move(client), std::move(server)};
    }
    std::optional<Endpoint> proxy() const override {
        return ends_.proxied ? std::optional(ends_.client) : std::nullopt;
    }

private:
    struct Line {
        enum class Kind {
            say,
            glue,
            start_tls,
            fail_tls,
            pause,
            stall,
            drain,
            hang_up
        } kind;
        std::string text = {};
        std::chrono::microseconds span = {};
    };
    ScriptedStream& add(Line line);
    bool pass_time(Deadline deadline);  // false: the deadline comes first

    ManualClock& clock_;
    std::deque<Line> script_;
    std::shared_ptr<Transcript> transcript_ = std::make_shared<Transcript>();
    std::string tls_version_ = "TLSv1.3";
    std::map<ChannelBinding, std::string> bindings_;
    struct {
        std::string text{};
        HandshakeFault why = HandshakeFault::other;
    } tls_failure_{};
    std::unique_ptr<char[]> last_;
    std::optional<TlsInfo> tls_;
    struct Ends {
        Endpoint client{"192.0.2.7", 49'152};
        std::optional<ProxyEnds> proxied{};
        std::size_t read_limit = 0;
    } ends_;
    struct Tally {
        std::size_t before_tls = 0;
        unsigned writes = 0;
    } tally_;
    bool idle_ = false;
};

}  // namespace signet::net
