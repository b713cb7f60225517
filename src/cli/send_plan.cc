#include "cli/send_plan.h"

#include "base/text.h"
#include "base/ulid.h"
#include "cli/compose.h"
#include "net/system_clock.h"
#include "net/system_entropy.h"
#include "sasl/nonce.h"
#include "settings/address.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <istream>

namespace signet::cli {
namespace {

constexpr std::size_t kMaxMessageOctets = 100u << 20;
constexpr std::size_t kMaxPasswordOctets = 1'024;
constexpr std::uint16_t kSubmissions = 465;

template <class T>
using OrSentence = Result<T, std::string>;

OrSentence<SendTarget> target_of(const Invocation& invocation) {
    SendTarget target;
    if (invocation.has("--host")) target.host = invocation.one("--host");
    target.ca = invocation.one("--ca");
    const auto tls = invocation.one("--tls");
    if (!tls.empty() && tls != "implicit" && tls != "starttls") {
        return fail(std::string{"--tls takes implicit or starttls"});
    }
    if (invocation.has("--port")) {
        const auto port = parse_unsigned(invocation.one("--port"));
        if (!port || *port == 0 || *port > 65'535) {
            return fail(std::string{"--port takes a number from 1 to 65535"});
        }
        target.port = static_cast<std::uint16_t>(*port);
    } else if (tls == "implicit") {
        target.port = kSubmissions;
    }
    target.implicit_tls = tls.empty() ? target.port == kSubmissions : tls == "implicit";
    return target;
}

OrSentence<mail::Envelope> envelope_of(const Invocation& invocation) {
    mail::Envelope envelope;
    const auto from =
        invocation.has("--from") ? invocation.one("--from") : invocation.one("--user");
    if (!from.empty() && from != "<>") {
        envelope.sender.mailbox = mail::parse_mailbox(from);
        if (!envelope.sender.mailbox) {
            return fail("`" + sanitised(from, 100) + "` is not an address; say --from ADDRESS");
        }
    } else if (from.empty()) {
        return fail(std::string{"say whom it is from: --from ADDRESS"});
    }
    for (const auto& to : invocation.all("--to")) {
        auto mailbox = mail::parse_mailbox(to);
        if (!mailbox) return fail("`" + sanitised(to, 100) + "` is not an address");
        envelope.recipients.push_back({std::move(*mailbox)});
    }
    return envelope;
}

OrSentence<Secret> password_of(const Invocation& invocation, Console& console) {
    const bool from_file = invocation.has("--password-file");
    const bool from_input = invocation.has("--password-stdin");
    if (from_file && from_input) {
        return fail(std::string{"--password-file and --password-stdin exclude each other"});
    }
    if (from_input && invocation.has("MESSAGE")) {
        return fail(std::string{"standard input cannot be both the password and the message"});
    }
    std::optional<Secret> password;
    if (from_file) {
        std::ifstream file{invocation.one("--password-file"), std::ios::binary};
        if (!file) return fail("cannot read " + invocation.one("--password-file"));
        password = read_secret_from(file, kMaxPasswordOctets);
    } else if (from_input) {
        password = read_secret_from(console.in, kMaxPasswordOctets);
    } else {
        password = console.ask_hidden("Password of " + invocation.one("--user") + ": ");
    }
    if (!password || password->empty()) {
        return fail(std::string{"a password is needed: --password-file or --password-stdin"});
    }
    return std::move(*password);
}

OrSentence<std::string> content_of(const Invocation& invocation, Console& console) {
    if (invocation.has("MESSAGE")) {
        if (invocation.one("MESSAGE") != "-") return fail(std::string{"MESSAGE is - or nothing"});
        std::string text;
        std::array<char, 65'536> part;
        while (console.in.read(part.data(), part.size()) || console.in.gcount() > 0) {
            text.append(part.data(), static_cast<std::size_t>(console.in.gcount()));
            if (text.size() > kMaxMessageOctets) {
                return fail(std::string{"the message is larger than 100 MiB"});
            }
        }
        if (text.empty()) return fail(std::string{"standard input is empty"});
        return with_crlf(text);
    }
    net::SystemClock clock;
    net::SystemEntropy entropy;
    UlidSource ids{clock, entropy};
    return compose(
        {.from = invocation.has("--from") ? invocation.one("--from") : invocation.one("--user"),
         .to = invocation.all("--to"),
         .subject = invocation.has("--subject") ? invocation.one("--subject") : "a test of Signet",
         .body = invocation.has("--body") ? invocation.one("--body") : "It works."},
        clock.wall(), ids.next());
}

std::string own_name() {
    std::array<char, 256> name{};
    if (::gethostname(name.data(), name.size() - 1) != 0) return "localhost";
    return settings::parse_host_name(name.data()).value_or("localhost");
}

}  // namespace

Result<SendPlan, std::string> plan_send(const Invocation& invocation, Console& console) {
    auto target = target_of(invocation);
    if (!target) return fail(target.error());
    auto envelope = envelope_of(invocation);
    if (!envelope) return fail(envelope.error());
    SendPlan plan{.target = std::move(*target), .conversation = {}};
    auto& setting = plan.conversation.setting;
    setting.hostname = own_name();
    setting.inside_tls = plan.target.implicit_tls;
    if (invocation.has("--user")) {
        auto password = password_of(invocation, console);
        if (!password) return fail(password.error());
        setting.credentials = {invocation.one("--user"), std::move(*password)};
        net::SystemEntropy entropy;
        setting.nonce = sasl::fresh_nonce(entropy);
        if (!setting.credentials.usable()) {
            return fail(std::string{"user or password cannot be sent: empty, too long, or a NUL"});
        }
    }
    auto content = content_of(invocation, console);
    if (!content) return fail(content.error());
    const bool eight_bit =
        std::ranges::any_of(*content, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
    envelope->body = eight_bit ? mail::Body::eight_bit_mime : mail::Body::seven_bit;
    plan.conversation.message = {std::move(*envelope), content->size()};
    plan.conversation.content = std::move(*content);
    return plan;
}

}  // namespace signet::cli
