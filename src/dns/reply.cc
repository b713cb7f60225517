#include "dns/reply.h"

#include "base/text.h"
#include "dns/rdata.h"

#include <array>
#include <utility>

namespace signet::dns {
namespace {

constexpr std::size_t kTextOctets = 300;
constexpr int kNoError = 0, kNameError = 3, kRefused = 5;

// RFC 1035 §4.1.1, RFC 2136 §2.2
std::string rcode_text(int rcode) {
    constexpr std::array<std::string_view, 6> kNames{"NOERROR",  "FORMERR", "SERVFAIL",
                                                     "NXDOMAIN", "NOTIMP",  "REFUSED"};
    const auto index = static_cast<std::size_t>(rcode);
    if (index < kNames.size()) return std::string{kNames[index]};
    return "RCODE " + std::to_string(rcode);
}

Fault malformed(std::string text) { return {Fault::Kind::malformed, std::move(text)}; }

Answer::Found found_in(const Reply& reply) {
    if (reply.rcode == kNameError) return Answer::Found::no_such_name;
    return reply.rdata.empty() ? Answer::Found::no_records : Answer::Found::records;
}

}  // namespace

Result<Answer, Fault> read_reply(const Question& question, const Reply& reply) {
    if (reply.bogus) {
        return fail(Fault{Fault::Kind::bogus, sanitised(reply.why_bogus, kTextOctets)});
    }
    if (reply.rcode != kNoError && reply.rcode != kNameError) {
        const auto kind = reply.rcode == kRefused ? Fault::Kind::refused : Fault::Kind::servfail;
        return fail(Fault{kind, rcode_text(reply.rcode)});
    }
    if (reply.rdata.size() > kMaxRecords) {
        return fail(malformed(std::to_string(reply.rdata.size()) + " records"));
    }
    Answer answer{.found = found_in(reply), .secure = reply.secure, .ttl = reply.ttl};
    answer.canonical = question.name;
    if (!reply.canonical.empty()) {
        auto canonical = Name::parse(reply.canonical);
        if (!canonical) return fail(malformed("an alias to what is no host name"));
        answer.canonical = std::move(*canonical);
    }
    if (answer.found == Answer::Found::no_such_name) return answer;
    for (const auto rdata : reply.rdata) {
        if (take_rdata(question.type, rdata, answer)) continue;
        return fail(malformed("a broken record of type " + std::string{name(question.type)}));
    }
    return answer;
}

std::string_view name(Type type) {
    switch (type) {
    case Type::a: return "A";
    case Type::mx: return "MX";
    case Type::txt: return "TXT";
    case Type::aaaa: return "AAAA";
    case Type::tlsa: return "TLSA";
    }
    std::unreachable();
}

std::string_view name(Fault::Kind kind) {
    switch (kind) {
    case Fault::Kind::servfail: return "servfail";
    case Fault::Kind::refused: return "refused";
    case Fault::Kind::timed_out: return "timed_out";
    case Fault::Kind::bogus: return "bogus";
    case Fault::Kind::malformed: return "malformed";
    case Fault::Kind::cancelled: return "cancelled";
    case Fault::Kind::local: return "local";
    }
    std::unreachable();
}

}  // namespace signet::dns
