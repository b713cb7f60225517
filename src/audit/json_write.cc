#include "audit/json.h"
#include "audit/json_writer.h"
#include "audit/timestamp.h"
#include "base/text.h"

namespace signet::audit {
namespace {

// Octets of one text, after which it is cut.
constexpr std::size_t kWord = 64;        // a name that Signet chose
constexpr std::size_t kText = 255;       // a name that somebody else chose
constexpr std::size_t kAddress = 320;    // RFC 5321 §4.5.3.1: 64 + 1 + 255
constexpr std::size_t kMessageId = 998;  // RFC 5322 §2.1.1: one line
constexpr std::size_t kSentence = 1'024;
constexpr std::size_t kRecipients = 1'000;
constexpr std::size_t kChanges = 100;

void write_stamp(JsonWriter& out, const Event& event, const Stamp& stamp) {
    out.text("schema", kSchema, kWord);
    out.text("time", timestamp(event.time), kWord);
    out.text("id", event.id, kWord);
    out.number("seq", stamp.seq);
    out.text("node", stamp.node, kText);
    out.text("instance", stamp.instance, kWord);
}

void write_what(JsonWriter& out, const Event& event) {
    out.text("event", event.event, kWord);
    out.text("outcome", name(event.outcome), kWord);
    out.text("reason", event.reason, kWord);
    out.text("severity", name(event.severity), kWord);
    out.text("service", event.service, kWord);
    out.text("frontend", event.frontend, kText);
    out.text("session_id", event.session_id, kWord);
}

void write_where(JsonWriter& out, const Event& event) {
    out.object("client", [&] {
        out.text("ip", event.client.ip, kWord);
        out.number_if("port", event.client.port);
        out.text("ehlo", event.client.ehlo, kText);
        out.text("proxy_ip", event.client.proxy_ip, kWord);
    });
    out.object("server", [&] {
        out.text("ip", event.server.ip, kWord);
        out.number_if("port", event.server.port);
    });
    if (!event.tls) return;
    out.object("tls", [&] {
        out.text("version", event.tls->version, kWord);
        out.text("cipher", event.tls->cipher, kWord);
        out.text("sni", event.tls->sni, kText);
        out.boolean("implicit", event.tls->implicit);
    });
}

void write_who(JsonWriter& out, const Event& event) {
    out.object("user", [&] {
        out.text("name", event.user_name, kText);
        out.text("normalized", lower(event.user_name), kText);
    });
    out.object("account", [&] { out.text("name", event.account_name, kText); });
    out.text("authzid", event.authzid, kText);
    out.text("mechanism", event.mechanism, kWord);
    out.object("credential", [&] {
        out.text("kind", event.credential_kind, kWord);
        out.text("id", event.credential_id, kWord);
    });
}

void write_decision(JsonWriter& out, const Event& event) {
    out.object("policy", [&] {
        out.text("rule", event.policy_rule, kWord);
        out.text("action", event.policy_action, kWord);
    });
    out.object("smtp", [&] {
        if (event.smtp.code > 0) out.number("code", static_cast<std::uint64_t>(event.smtp.code));
        out.text("enhanced", event.smtp.enhanced, kWord);
    });
    out.milliseconds("latency_ms", event.latency_ms);
    if (event.repeat_count == 1) return;
    out.object("repeat", [&] { out.number("count", event.repeat_count); });
}

void write_message(JsonWriter& out, const Message& message) {
    out.object("message", [&] {
        out.text("queue_id", message.queue_id, kWord);
        out.text("id", message.message_id, kMessageId);
        out.text("sender", message.sender, kAddress);
        const auto count = std::min(message.recipients.size(), kRecipients);
        if (count > 0) {
            out.array("recipients", [&] {
                for (std::size_t i = 0; i < count; ++i) {
                    out.text("", message.recipients[i], kAddress);
                }
            });
        }
        out.number_if("recipients_left_out", message.recipients.size() - count);
        out.number("size", message.size);
    });
}

void write_admin(JsonWriter& out, const Event& event) {
    if (event.actor) {
        out.object("actor", [&] {
            out.text("id", event.actor->id, kWord);
            out.text("name", event.actor->name, kText);
            out.text("via", event.actor->via, kWord);
        });
    }
    if (event.target) {
        out.object("target", [&] {
            out.text("kind", event.target->kind, kWord);
            out.text("id", event.target->id, kWord);
            out.text("name", event.target->name, kText);
        });
    }
    if (event.change.empty()) return;
    out.array("change", [&] {
        for (const auto& change :
             std::span{event.change}.first(std::min(event.change.size(), kChanges))) {
            out.object("", [&] {
                out.text("field", change.field, kWord);
                out.text("old", change.old_value, kSentence);
                out.text("new", change.new_value, kSentence);
            });
        }
    });
}

}  // namespace

std::string to_json(const Event& event, const Stamp& stamp) {
    JsonWriter out;
    out.object("", [&] {
        write_stamp(out, event, stamp);
        write_what(out, event);
        write_where(out, event);
        write_who(out, event);
        write_decision(out, event);
        if (event.message) write_message(out, *event.message);
        if (event.delivery) {
            out.object("delivery", [&] {
                out.text("route", event.delivery->route, kText);
                out.text("next_hop", event.delivery->next_hop, kText);
                out.number_if("attempt", event.delivery->attempt);
            });
        }
        write_admin(out, event);
        out.text("detail", event.detail, kSentence);
    });
    return std::move(out).finish();
}

}  // namespace signet::audit
