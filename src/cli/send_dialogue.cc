#include "cli/send_dialogue.h"

#include "base/text.h"
#include "net/client_binding.h"

namespace signet::cli {
namespace {

using namespace std::chrono_literals;

constexpr auto kStepTime = 2min, kFinalTime = 10min;
constexpr std::size_t kPart = 16u << 10;
constexpr std::size_t kLongestShown = 998;

class Shown {
public:
    Shown(const net::Stream& stream, ShowLine show) : stream_(stream), show_(std::move(show)) {}

    void sent(std::string_view octets) { each_line(octets, stream_.tls() ? " ~> " : " -> "); }
    // "AUTH PLAIN ***": the words that are no secret.
    void sent_secret(std::string_view octets) {
        auto words = starts_nocase(octets, "AUTH ") ? octets.substr(0, octets.find(' ', 5))
                                                    : std::string_view{};
        words = words.substr(0, words.find('\r'));
        each_line((words.empty() ? "" : std::string{words} + " ") + "***",
                  stream_.tls() ? " ~> " : " -> ");
    }
    // A reply comes in parts: a line is shown when it is whole.
    void received(std::string_view octets) {
        constexpr std::size_t kLimit = 64u << 10;
        part_ += octets;
        const auto end = part_.rfind('\n');
        if (end == std::string::npos && part_.size() < kLimit) return;
        each_line(std::string_view{part_}.substr(0, end), stream_.tls() ? "<~  " : "<-  ");
        part_.erase(0, end == std::string::npos ? part_.size() : end + 1);
    }
    void note(std::string_view text) { show_("*** " + std::string{text}); }
    void content(std::size_t octets) {
        note("the message, " + std::to_string(octets) + " octets, and the final dot");
    }

private:
    void each_line(std::string_view octets, std::string_view mark) {
        for (auto line : split(octets, '\n')) {
            if (line.ends_with('\r')) line.remove_suffix(1);
            if (!line.empty()) show_(std::string{mark} + sanitised(line, kLongestShown));
        }
    }

    const net::Stream& stream_;
    ShowLine show_;
    std::string part_;
};

class Talk {
public:
    Talk(net::Stream& stream, Conversation conversation, const Clock& clock, ShowLine show)
        : stream_(stream),
          clock_(clock),
          shown_(stream, std::move(show)),
          content_(std::move(conversation.content)),
          protocol_(std::move(conversation.setting), std::move(conversation.message)) {}

    Task<smtp::Finished> run() {
        tell_binding();  // where the handshake came first
        for (;;) {
            auto step = protocol_.next();
            if (auto* finished = std::get_if<smtp::Finished>(&step)) {
                co_await stream_.close();
                co_return std::move(*finished);
            }
            co_await take(std::move(step));
        }
    }

private:
    Deadline deadline() const {
        return Deadline::in(clock_, ended_ ? std::chrono::seconds{kFinalTime} : kStepTime);
    }

    Task<void> take(smtp::ClientStep step) {
        if (std::get_if<smtp::NeedInput>(&step)) {
            co_await read();
        } else if (const auto* send = std::get_if<smtp::Send>(&step)) {
            if (!in_content_) shown_.sent(send->octets);
            co_await write(send->octets);
        } else if (const auto* secret = std::get_if<smtp::SendSecret>(&step)) {
            shown_.sent_secret(secret->octets.reveal());
            co_await write(secret->octets.reveal());
        } else if (const auto* wanted = std::get_if<smtp::SaltPassword>(&step)) {
            protocol_.salted(sasl::salt(*wanted));  // nobody else is on this thread
        } else if (std::get_if<smtp::HandshakeWanted>(&step)) {
            co_await handshake();
        } else {
            give_content();
        }
    }

    Task<void> read() {
        in_content_ = false;
        const auto got = co_await stream_.read_some(deadline());
        if (!got) {
            shown_.note("connection lost: " + std::string{net::name(got.error())});
            protocol_.connection_lost(net::name(got.error()));
            co_return;
        }
        shown_.received(*got);
        protocol_.received(*got);
    }

    Task<void> write(std::string_view octets) {
        const auto written = co_await stream_.write(octets, deadline());
        if (written) co_return;
        shown_.note("connection lost: " + std::string{net::name(written.error())});
        protocol_.connection_lost(net::name(written.error()));
    }

    Task<void> handshake() {
        if (stream_.has_unread_octets()) {
            shown_.note("octets behind the 220: somebody sits in between");
            protocol_.handshake(smtp::Handshake::unread_octets);
            co_return;
        }
        const auto done = co_await stream_.start_tls(deadline());
        if (done) {
            tell_binding();
            const auto tls = stream_.tls();
            shown_.note(tls ? tls->version + ", " + tls->cipher : "TLS");
        } else {
            shown_.note("TLS failed: " + sanitised(stream_.last_tls_error(), 300));
        }
        protocol_.handshake(done ? smtp::Handshake::done : smtp::Handshake::failed);
    }

    void tell_binding() {
        auto binding = net::binding_for_client(stream_);
        if (binding) protocol_.bind({std::string{binding->name}, std::move(binding->octets)});
    }

    void give_content() {
        if (!in_content_) shown_.content(content_.size());
        in_content_ = true;
        const auto part = std::string_view{content_}.substr(at_, kPart);
        at_ += part.size();
        ended_ = part.empty();
        protocol_.content(part);
    }

    net::Stream& stream_;
    const Clock& clock_;
    Shown shown_;
    std::string content_;
    std::size_t at_ = 0;
    bool in_content_ = false, ended_ = false;
    smtp::ClientProtocol protocol_;
};

}  // namespace

Task<smtp::Finished> converse(net::Stream& stream, Conversation conversation, const Clock& clock,
                              ShowLine show) {
    Talk talk{stream, std::move(conversation), clock, std::move(show)};
    co_return co_await talk.run();
}

}  // namespace signet::cli
