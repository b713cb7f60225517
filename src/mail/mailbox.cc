// The address grammar of RFC 5321 §4.1.2 and RFC 6531 §3.3, production by production.
//
// Legal does not mean obeyed: "%", "!" and a source route are octets of a local part or nothing
// at all; none of them ever routes a message (RFC 5321 appendix F.2 tells what happened when they
// did).
#include "mail/mailbox.h"

#include "base/ip.h"
#include "mail/idna.h"

#include <algorithm>

namespace signet::mail {
namespace {

constexpr std::size_t kLocalPartOctets = 64;  // RFC 5321 §4.5.3.1.1
constexpr std::size_t kDomainOctets = 255;    // RFC 5321 §4.5.3.1.2
constexpr std::size_t kPathOctets = 256;      // RFC 5321 §4.5.3.1.3, with "<" and ">"
constexpr std::size_t kLabelOctets = 63;      // RFC 1035 §2.3.4

bool is_utf8_octet(char c) { return static_cast<unsigned char>(c) >= 0x80; }

// RFC 5322 §3.2.3, and RFC 6531 §3.3: atext =/ UTF8-non-ascii
bool is_atext(char c) {
    return is_alnum(c) || is_utf8_octet(c) || std::string_view{"!#$%&'*+-/=?^_`{|}~"}.contains(c);
}

// qtextSMTP = %d32-33 / %d35-91 / %d93-126, and quoted-pairSMTP = %d92 %d32-126; RFC 6531 §3.3:
// qtextSMTP =/ UTF8-non-ascii
bool is_quotable(char c) { return (c >= ' ' && c <= '~') || is_utf8_octet(c); }

bool is_ldh(char c) { return is_alnum(c) || c == '-'; }

// Dot-string = Atom *("." Atom)
bool is_dot_string(std::string_view text) {
    Cursor in{text};
    do {
        if (in.take_while(is_atext).empty()) return false;
    } while (in.take('.'));
    return in.at_end();
}

// Quoted-string = DQUOTE *QcontentSMTP DQUOTE.  Yields what stands between, escapes removed.
std::optional<std::string> parse_quoted_string(Cursor& in) {
    if (!in.take('"')) return {};
    std::string content;
    while (!in.at_end() && in.peek() != '"') {
        const bool escaped = in.take('\\');
        if (in.at_end() || !is_quotable(in.peek())) return {};
        if (escaped && is_utf8_octet(in.peek())) return {};
        content += in.peek();
        in.rewind(in.offset() + 1);
        if (content.size() > kLocalPartOctets) return {};
    }
    if (!in.take('"')) return {};
    return content;
}

// The grammar lets "" through; no mailbox is named so.  Of UTF-8 only what can be seen is taken:
// "ann" and "ann" with a zero width space behind it must not be two people.
bool is_local_part(std::string_view content) {
    if (content.empty() || content.size() > kLocalPartOctets) return false;
    if (!std::ranges::all_of(content, is_quotable)) return false;
    return is_ascii(content) || is_visible(content);
}

// Local-part = Dot-string / Quoted-string
std::optional<std::string> parse_local_part(Cursor& in) {
    std::string local_part;
    if (in.peek() == '"') {
        auto content = parse_quoted_string(in);
        if (!content) return {};
        local_part = std::move(*content);
    } else {
        local_part = in.take_while([](char c) { return is_atext(c) || c == '.'; });
        if (!is_dot_string(local_part)) return {};
    }
    if (!is_local_part(local_part)) return {};
    return local_part;
}

// sub-domain = Let-dig [Ldh-str], Ldh-str = *( ALPHA / DIGIT / "-" ) Let-dig
bool is_label(std::string_view label) {
    return !label.empty() && label.size() <= kLabelOctets && label.front() != '-' &&
           label.back() != '-';
}

// Domain = sub-domain *("." sub-domain).  RFC 1123 §2.1: the highest label is never a number, so
// a host name can never be taken for an IPv4 address.
bool is_domain(std::string_view text) {
    if (text.empty() || text.size() > kDomainOctets) return false;
    const auto labels = split(text, '.');
    for (const auto label : labels) {
        if (!is_label(label)) return false;
    }
    return labels.back().find_first_not_of("0123456789") != std::string_view::npos;
}

// IPv6-addr = IPv6-full / IPv6-comp / IPv6v4-full / IPv6v4-comp.  "The "::" represents at least
// 2 16-bit groups of zeros"; RFC 4291 would take one.
bool is_ipv6(std::string_view text) {
    const auto address = parse_ip(text);
    if (!address || !address->v6) return false;
    if (!text.contains("::")) return true;
    std::size_t groups = 0;
    for (const auto part : split(text, ':')) groups += part.contains('.') ? 2 : !part.empty();
    return groups <= 6;
}

// The grammar allows "010"; programs do not agree whether that is ten or eight, so it is refused.
bool is_ipv4(std::string_view text) {
    const auto address = parse_ip(text);
    return address && !address->v6;
}

// address-literal = "[" ( IPv4-address-literal / IPv6-address-literal ) "]".  No other tag is
// registered for General-address-literal.
bool is_address_literal(std::string_view text) {
    if (text.size() < 2 || text.front() != '[' || text.back() != ']') return false;
    text = text.substr(1, text.size() - 2);
    constexpr std::string_view tag = "IPv6:";
    return starts_nocase(text, tag) ? is_ipv6(text.substr(tag.size())) : is_ipv4(text);
}

// Moves behind the domain or address literal, if there is one.
std::optional<std::string> parse_domain(Cursor& in) {
    const auto from = in.offset();
    if (in.take('[')) {
        in.take_until("]");
        in.take(']');
        const auto to = in.offset();
        in.rewind(from);
        const auto literal = in.rest().substr(0, to - from);
        if (!is_address_literal(literal)) return {};
        in.rewind(to);
        return lower(literal);
    }
    const auto domain =
        in.take_while([](char c) { return is_ldh(c) || c == '.' || is_utf8_octet(c); });
    // RFC 6531 §3.3: sub-domain =/ U-label
    const auto ascii = is_ascii(domain) ? lower(domain) : domain_to_ascii(domain).value_or("");
    if (!is_domain(ascii)) return {};
    return ascii;
}

// A-d-l = At-domain *( "," At-domain ), At-domain = "@" Domain; read, and forgotten.
bool skip_source_route(Cursor& in) {
    if (in.peek() != '@') return true;
    do {
        if (!in.take('@') || !parse_domain(in)) return false;
    } while (in.take(','));
    return in.take(':');
}

// What we write must fit, too: "<" text ">" is a path of somebody else's.
bool fits_a_path(const Mailbox& mailbox) { return mailbox.text().size() + 2 <= kPathOctets; }

// Path = "<" [ A-d-l ":" ] Mailbox ">"
std::optional<Mailbox> parse_path(Cursor& in) {
    const auto from = in.offset();
    if (in.take('<') && skip_source_route(in)) {
        auto mailbox = parse_mailbox(in);
        if (mailbox && in.take('>') && in.offset() - from <= kPathOctets) return mailbox;
    }
    in.rewind(from);
    return {};
}

}  // namespace

std::string Mailbox::text() const {
    std::string text;
    if (is_dot_string(local_part)) {
        text = local_part;
    } else {
        text = '"';
        for (const char c : local_part) {
            if (c == '"' || c == '\\') text += '\\';
            text += c;
        }
        text += '"';
    }
    return domain.empty() ? text : text + "@" + domain;
}

Mailbox Mailbox::folded() const { return {fold_case(local_part), domain}; }

bool is_ascii(std::string_view text) { return std::ranges::none_of(text, is_utf8_octet); }

std::optional<Mailbox> make_mailbox(std::string local_part, std::string_view domain) {
    auto read = parse_domain(domain);
    if (!read || !is_local_part(local_part)) return {};
    Mailbox mailbox{std::move(local_part), std::move(*read)};
    if (!fits_a_path(mailbox)) return {};
    return mailbox;
}

std::optional<std::string> parse_domain(std::string_view whole) {
    Cursor in{whole};
    auto domain = parse_domain(in);
    if (!in.at_end()) domain.reset();
    return domain;
}

std::optional<Mailbox> parse_mailbox(Cursor& in) {
    const auto from = in.offset();
    if (auto local_part = parse_local_part(in); local_part && in.take('@')) {
        if (auto domain = parse_domain(in)) {
            Mailbox mailbox{std::move(*local_part), std::move(*domain)};
            if (fits_a_path(mailbox)) return mailbox;
        }
    }
    in.rewind(from);
    return {};
}

std::optional<Mailbox> parse_mailbox(std::string_view whole) {
    Cursor in{whole};
    auto mailbox = parse_mailbox(in);
    if (!in.at_end()) mailbox.reset();
    return mailbox;
}

std::optional<ReversePath> parse_reverse_path(Cursor& in) {
    if (in.take("<>")) return ReversePath{};
    ReversePath path{parse_path(in)};
    if (path.is_null()) return {};
    return path;
}

std::optional<Mailbox> parse_forward_path(Cursor& in) {
    const auto from = in.offset();
    if (in.take('<')) {
        const auto name = in.rest().substr(0, std::string_view{"Postmaster"}.size());
        if (in.take("Postmaster>")) return Mailbox{std::string{name}, {}};
        in.rewind(from);
    }
    return parse_path(in);
}

}  // namespace signet::mail
