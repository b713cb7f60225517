// For tests: a server that takes whatever is in order, over the bare machine.
//
// It knows one account, PLAIN and LOGIN (and SCRAM, if told to), and keeps every message in memory.
// In role mx it offers no sign-in and takes mail for kDomain alone.  What it is asked and what it
// decides goes into a trace, one line for each event, so that two runs can be compared.
#pragma once

#include "smtp/accept_scram.h"
#include "smtp/server_protocol.h"

#include <string>
#include <string_view>
#include <vector>

namespace signet::smtp {

class AcceptAll {
public:
    static constexpr std::string_view kUser = "ann@example.com", kPassword = "correct horse";
    static constexpr std::string_view kDomain = "localhost";

    explicit AcceptAll(Role role, ProtocolLimits limits = {});

    void offer(AcceptScram scram) { scram_ = std::move(scram); }
    std::string connect();                      // the greeting
    std::string feed(std::string_view octets);  // what the server says to that
    bool wants_handshake() const { return wants_handshake_; }
    void handshake();  // the TLS handshake happened
    bool closed() const { return closed_; }

    const std::vector<std::string>& trace() const { return trace_; }
    const std::vector<std::string>& messages() const { return messages_; }  // accepted contents
    ServerProtocol& protocol() { return protocol_; }

private:
    std::string turn();
    bool plays(const sasl::Mechanism& mechanism) const;
    std::vector<std::string_view> offered_mechanisms() const;
    Reply decide(Ehlo& command);
    Reply decide(Helo& command);
    Reply decide(StartTls&);
    Reply decide(Auth& command);
    Reply decide(AuthResponse& response);
    Reply decide(Mail& command);
    Reply decide(Rcpt& command);
    Reply decide(Data&);
    Reply decide(ChunkEnd& end);
    Reply decide(ContentEnd& end);
    Reply decide(Rset&);
    Reply decide(Noop&);
    Reply decide(Vrfy& command);
    Reply decide(Help&);
    Reply decide(Quit&);
    Reply on_plain(std::string_view message);
    Reply on_login(std::string_view message);

    Role role_;
    ProtocolLimits limits_;
    ServerProtocol protocol_;
    bool in_tls_, wants_handshake_ = false, closed_ = false;
    std::string mechanism_, login_user_;
    std::optional<AcceptScram> scram_;
    std::vector<std::string> trace_, messages_;
    std::string content_;
};

}  // namespace signet::smtp
