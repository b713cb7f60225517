// For tests: a server with an mx listener.
#pragma once

#include "base/ip.h"
#include "submission/session_world.h"

#include <string>
#include <vector>

namespace signet::submission {

inline constexpr std::string_view kTo = "RCPT TO:<bob@here.test>\r\n";

// Mail for here.test is taken: for bob, who has an account, and for sales.
struct MxWorld : World {
    MxWorld() {
        settings.domains = {{"here.test", {"sales"}}, {"also.test", {"*"}}};
        settings.listeners = {{.name = "door", .role = "mx", .auth = false}};
        identity::Account bob;
        bob.name = "bob";
        bob.send_as = {{"bob", "here.test"}, {"", "here.test"}};
        net::run_task(directory.add(bob)).value();
    }

    void trust(std::vector<std::string> listeners = {}) {
        settings.networks = {{.name = "printers",
                              .from = {*parse_network("192.0.2.0/24")},
                              .listeners = std::move(listeners),
                              .send_as = {"scanner@here.test"},
                              .recipients = {"here.test", "partner.test"}}};
    }

    // One stranger, who says these lines.
    std::string hear(std::string lines) {
        reconnect().say("EHLO mx.example.net\r\n").say(std::move(lines)).say("QUIT\r\n");
        return serve(smtp::Role::mx);
    }
    std::string rcpt(std::string_view path) {
        const auto written =
            hear("MAIL FROM:<a@example.net>\r\nRCPT TO:" + std::string{path} + "\r\n");
        const auto sender_ok = written.find("Sender ok\r\n");
        if (sender_ok == std::string::npos) return written;
        return written.substr(sender_ok + std::string_view{"Sender ok\r\n"}.size(), 9);
    }
};

}  // namespace signet::submission
