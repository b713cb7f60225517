#include "relay/converse.h"

#include "base/invariant.h"
#include "net/client_binding.h"

#include <algorithm>
#include <utility>

namespace signet::relay {
namespace {

class Conversation {
public:
    // content: null when there is nothing more to send.
    Conversation(net::Stream& stream, smtp::ClientProtocol& client, queue::ContentReader* content,
                 const Clock& clock, Patience patience, Salting* salting)
        : stream_(stream),
          client_(client),
          content_(content),
          clock_(clock),
          patience_(patience),
          salting_(salting) {}

    Task<smtp::Finished> run() {
        auto finished = co_await run_until([](const smtp::ClientStep&) { return false; });
        co_return std::move(*finished);
    }

    // nullopt: it came to a step where the caller wants to stop.
    using Stop = bool (*)(const smtp::ClientStep& step);
    Task<std::optional<smtp::Finished>> run_until(Stop stop) {
        tell_binding();  // where the handshake came first
        auto turn = until(patience_.step);
        for (;;) {
            auto step = client_.next();
            if (stop(step)) co_return std::nullopt;
            if (std::holds_alternative<smtp::NeedInput>(step)) {
                co_await read(turn);  // the time of a turn runs on until its answer is whole
                continue;
            }
            if (auto* finished = std::get_if<smtp::Finished>(&step)) {
                if (!finished->open) co_await stream_.close();
                co_return std::move(*finished);
            }
            co_await act(step);
            turn = until(span_of_turn());
        }
    }

private:
    std::chrono::seconds span_of_turn() const {
        if (client_.settled()) return std::min(patience_.step, patience_.courtesy);
        return client_.awaits_final_reply() ? std::max(patience_.step, patience_.final_answer)
                                            : patience_.step;
    }

    Deadline until(std::chrono::seconds span) const {
        return Deadline::in(clock_, span).sooner_of(patience_.whole);
    }

    Task<void> read(Deadline turn) {
        const auto octets = co_await stream_.read_some(turn);
        if (octets)
            client_.received(*octets);
        else
            lost(octets.error());
    }

    Task<void> act(smtp::ClientStep& step) {
        if (auto* send = std::get_if<smtp::Send>(&step)) {
            co_await write(send->octets);
        } else if (auto* secret = std::get_if<smtp::SendSecret>(&step)) {
            co_await write(secret->octets.reveal());
        } else if (auto* wanted = std::get_if<smtp::SaltPassword>(&step)) {
            INVARIANT(salting_ != nullptr, "who has a password to prove can have it salted");
            client_.salted(co_await salting_->salted(std::move(*wanted)));
        } else if (std::holds_alternative<smtp::HandshakeWanted>(step)) {
            co_await handshake();
        } else {
            co_await give_content();
        }
    }

    Task<void> write(std::string_view octets) {
        const auto written = co_await stream_.write(octets, until(patience_.step));
        if (!written) lost(written.error());
    }

    Task<void> handshake() {
        if (stream_.has_unread_octets()) {
            client_.handshake(smtp::Handshake::unread_octets);
            co_return;
        }
        const auto begun = co_await stream_.start_tls(until(patience_.step));
        if (begun) tell_binding();
        client_.handshake(begun ? smtp::Handshake::done : smtp::Handshake::failed);
    }

    void tell_binding() {
        if (!salting_) return;
        auto binding = net::binding_for_client(stream_);
        if (binding) client_.bind({std::string{binding->name}, std::move(binding->octets)});
    }

    Task<void> give_content() {
        const auto part = co_await content_->read();
        if (!part) {
            client_.content_unavailable();
            co_return;
        }
        client_.content(*part);
    }

    // A server that wants another certificate, or any, says so behind the handshake (RFC 8446
    // §4.4.2.4): what TLS has to say is more than that it is over.
    void lost(net::IoFault how) {
        client_.connection_lost(how == net::IoFault::tls ? stream_.last_tls_error()
                                                         : net::name(how));
    }

    net::Stream& stream_;
    smtp::ClientProtocol& client_;
    queue::ContentReader* content_;
    const Clock& clock_;
    const Patience patience_;
    Salting* const salting_;
};

}  // namespace

Task<smtp::Finished> converse(net::Stream& stream, smtp::ClientProtocol& client,
                              queue::ContentReader& content, const Clock& clock, Patience patience,
                              Salting* salting) {
    Conversation conversation{stream, client, &content, clock, patience, salting};
    co_return co_await conversation.run();
}

Task<std::optional<smtp::Finished>> approach(net::Stream& stream, smtp::ClientProtocol& client,
                                             const Clock& clock, Patience patience,
                                             Salting* salting) {
    Conversation conversation{stream, client, nullptr, clock, patience, salting};
    co_return co_await conversation.run_until([](const smtp::ClientStep& step) {
        const auto* send = std::get_if<smtp::Send>(&step);
        return send && send->octets.starts_with("MAIL ");
    });
}

Task<void> say_goodbye(net::Stream& stream, smtp::ClientProtocol& client, const Clock& clock,
                       Patience patience) {
    Conversation conversation{stream, client, nullptr, clock, patience, nullptr};
    (void)co_await conversation.run();
}

}  // namespace signet::relay
