#include "mail/trace.h"

#include "base/text.h"
#include "mail/date.h"
#include "mail/folded_field.h"

#include <algorithm>
#include <utility>

namespace signet::mail {
namespace {

constexpr std::size_t kDomainOctets = 255;  // RFC 5321 §4.5.3.1.2
constexpr std::size_t kAddressOctets = 45;  // the longest IPv6 address, written out
constexpr std::string_view kUnknown = "unknown";

// What may stand in a host name, and the "_" that many machines have in theirs.
bool is_name_octet(char c) { return is_alnum(c) || c == '-' || c == '.' || c == '_'; }
bool is_address_octet(char c) { return is_alnum(c) || c == ':' || c == '.'; }

template <class Predicate>
std::string sieved(std::string_view text, std::size_t limit, Predicate legal) {
    std::string clean;
    for (const char c : text) {
        if (clean.size() == limit) break;
        if (legal(c)) clean += c;
    }
    return clean;
}

// RFC 5321 §4.1.3: address-literal = "[" ( IPv4-address-literal / IPv6-address-literal ) "]"
std::string address_literal(std::string_view ip) {
    const auto address = sieved(ip, kAddressOctets, is_address_octet);
    return (address.contains(':') ? "[IPv6:" : "[") + address + "]";
}

// Programs without a name of their own say EHLO with the address of their machine.
bool looks_like_address(std::string_view ehlo) {
    return ehlo.starts_with('[') || ehlo.contains(':') ||
           ehlo.find_first_not_of("0123456789.") == std::string_view::npos;
}

std::string client_name(const Trace& trace) {
    if (looks_like_address(trace.ehlo)) {
        if (!trace.show_client_address) return std::string{kUnknown};
        auto inner = trim(trace.ehlo, "[]");
        if (starts_nocase(inner, "IPv6:")) inner.remove_prefix(5);
        return address_literal(inner);
    }
    auto name = sieved(trace.ehlo, kDomainOctets, is_name_octet);
    return name.empty() ? std::string{kUnknown} : name;
}

}  // namespace

std::string_view name(With with) {
    if (with.utf8) {
        if (with.tls) return with.authenticated ? "UTF8SMTPSA" : "UTF8SMTPS";
        return with.authenticated ? "UTF8SMTPA" : "UTF8SMTP";
    }
    if (!with.extended) return "SMTP";
    if (with.tls) return with.authenticated ? "ESMTPSA" : "ESMTPS";
    return with.authenticated ? "ESMTPA" : "ESMTP";
}

// Time-stamp-line = "Received:" FWS Stamp <CRLF>
// Stamp = From-domain By-domain Opt-info [CFWS] ";" FWS date-time
std::string received_field(const Trace& trace) {
    FoldedField field{"Received:"};
    field.add("from " + client_name(trace));
    if (trace.show_client_address) field.add("(" + address_literal(trace.client_ip) + ")");
    field.add("by " + std::string{trace.hostname});
    field.add("with " + std::string{name(trace.with)} + " id " + std::string{trace.queue_id} + ";");
    field.add(date_time(trace.when));
    return std::move(field).finish();
}

// Return-path-line = "Return-Path:" FWS Reverse-path <CRLF>
std::string return_path_field(const ReversePath& sender) {
    return "Return-Path: <" + sender.text() + ">\r\n";
}

}  // namespace signet::mail
