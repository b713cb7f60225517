#include "mail/address_list.h"

#include "base/cursor.h"
#include "mail/encoded_words.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace signet::mail {
namespace {

using Fault = AddressListFault;

bool is_blank(char c) { return c == ' ' || c == '\t'; }
bool is_utf8_octet(char c) { return static_cast<unsigned char>(c) >= 0x80; }

// RFC 5322 §3.2.3; RFC 6532 §3.2: atext =/ UTF8-non-ascii
bool is_atext(char c) {
    return is_alnum(c) || is_utf8_octet(c) || std::string_view{"!#$%&'*+-/=?^_`{|}~"}.contains(c);
}

// What ends a line to some program and not to another, or ends a text: C0 but for TAB and folds,
// DEL, C1, and the separators U+2028 and U+2029.  RFC 5322 §4.1 lets some of them into obsolete
// text; nobody writes them.
std::optional<Fault> look_at_octets(std::string_view raw) {
    for (std::size_t i = 0; i < raw.size(); ++i) {
        const auto c = raw[i];
        if (c == '\r' || c == '\n') {
            const bool fold =
                raw.substr(i).starts_with("\r\n") && i + 2 < raw.size() && is_blank(raw[i + 2]);
            if (!fold) return Fault::bare_newline;
            ++i;
        } else if ((c >= 0 && c < ' ' && c != '\t') || c == 0x7F) {
            return Fault::control;
        }
    }
    if (is_ascii(raw)) return {};
    if (!is_utf8(raw)) return Fault::bad_utf8;
    for (std::size_t i = 0; i + 1 < raw.size(); ++i) {
        const auto next = static_cast<unsigned char>(raw[i + 1]);
        if (raw[i] == '\xC2' && next < 0xA0) return Fault::control;
        const auto here = raw.substr(i, 3);
        if (here == "\xE2\x80\xA8" || here == "\xE2\x80\xA9") return Fault::control;
    }
    return {};
}

// An atom, a quoted string or a dot, as it stands in a phrase or a local part.
struct Piece {
    enum class Kind {
        atom,
        quoted,
        dot
    } kind = Kind::atom;
    std::string text;            // quotes and escapes removed
    bool behind_blanks = false;  // blanks, folds or comments stand before it
};
using Pieces = std::vector<Piece>;

class Reader {
public:
    Reader(std::string_view raw, const AddressListLimits& limits) : in_(raw), limits_(limits) {}

    // address-list = (address *("," address)) / obs-addr-list, which has empty places, too
    Result<std::vector<HeaderMailbox>, Fault> read() {
        do {
            skip_blanks();
            if (!ok() || in_.at_end()) break;
            if (in_.peek() != ',') read_address(/*in_group=*/false);
        } while (ok() && in_.take(','));
        if (ok() && !in_.at_end()) broken(Fault::syntax);
        if (!ok()) return fail(*fault_);
        return std::move(found_);
    }

private:
    bool ok() const { return !fault_; }
    void broken(Fault fault) {
        if (!fault_) fault_ = fault;
    }

    // CFWS: blanks, folds and comments.  true if there were any.
    bool skip_blanks() {
        bool any = false;
        while (ok() && !in_.at_end()) {
            const char c = in_.peek();
            if (c == '(') {
                skip_comment();
            } else if (is_blank(c) || c == '\r' || c == '\n') {
                in_.rewind(in_.offset() + 1);
            } else {
                break;
            }
            any = true;
        }
        return any;
    }

    // comment = "(" *([FWS] ccontent) [FWS] ")", ccontent = ctext / quoted-pair / comment
    void skip_comment() {
        std::size_t depth = 0;
        do {
            if (in_.at_end()) return broken(Fault::unclosed_comment);
            const char c = in_.peek();
            in_.rewind(in_.offset() + 1);
            if (c == '(' && ++depth > limits_.comment_depth) return broken(Fault::too_deep);
            if (c == ')') --depth;
            if (c == '\\' && !take_escaped()) return broken(Fault::unclosed_comment);
        } while (depth > 0);
    }

    // quoted-pair = "\" (VCHAR / WSP), what stands behind the backslash
    std::optional<char> take_escaped() {
        const char c = in_.peek();
        if (in_.at_end() || c == '\r' || c == '\n' || is_utf8_octet(c)) return {};
        in_.rewind(in_.offset() + 1);
        return c;
    }

    // quoted-string = DQUOTE *([FWS] qcontent) [FWS] DQUOTE
    std::string read_quoted() {
        std::string text;
        in_.take('"');
        while (!in_.at_end() && in_.peek() != '"') {
            const char c = in_.peek();
            in_.rewind(in_.offset() + 1);
            if (c == '\\') {
                const auto escaped = take_escaped();
                if (!escaped) return broken(Fault::unclosed_quote), text;
                text += *escaped;
            } else if (c != '\r' && c != '\n') {  // a fold goes, its blank stays (§2.2.3)
                text += c;
            }
        }
        if (!in_.take('"')) broken(Fault::unclosed_quote);
        return text;
    }

    // Words and dots, as long as they last.
    Pieces read_pieces() {
        Pieces pieces;
        for (;;) {
            const bool blanks = skip_blanks();
            if (!ok()) return pieces;
            if (in_.peek() == '"') {
                pieces.push_back({Piece::Kind::quoted, read_quoted(), blanks});
            } else if (in_.take('.')) {
                pieces.push_back({Piece::Kind::dot, ".", blanks});
            } else {
                const auto atom = in_.take_while(is_atext);
                if (atom.empty()) return pieces;
                pieces.push_back({Piece::Kind::atom, std::string{atom}, blanks});
            }
        }
    }

    // address = mailbox / group.  What stands first may be a display name, a local part or the
    // name of a group; what follows tells.
    void read_address(bool in_group) {
        const auto pieces = read_pieces();
        if (!ok()) return;
        const char next = in_.peek();
        if (next == '<') {
            read_angle_address(pieces);
        } else if (next == '@') {
            read_address_spec(pieces, {}, /*disputed=*/false);
        } else if (next == ':' && !in_group && is_phrase(pieces)) {
            read_group();
        } else {
            broken(next == ')' ? Fault::unclosed_comment : Fault::syntax);
        }
        skip_blanks();
    }

    // group = display-name ":" [group-list] ";"
    void read_group() {
        in_.take(':');
        do {
            skip_blanks();
            if (ok() && in_.peek() != ',' && in_.peek() != ';') read_address(/*in_group=*/true);
        } while (ok() && in_.take(','));
        if (ok() && !in_.take(';')) broken(Fault::syntax);
    }

    // phrase = 1*word / obs-phrase; obs-phrase lets dots follow the first word ("John Q. Public")
    static bool is_phrase(const Pieces& pieces) {
        return !pieces.empty() && pieces.front().kind != Piece::Kind::dot;
    }

    // angle-addr = "<" addr-spec ">" / obs-angle-addr = "<" obs-route addr-spec ">"
    void read_angle_address(const Pieces& name) {
        if (!name.empty() && !is_phrase(name)) return broken(Fault::syntax);
        in_.take('<');
        bool disputed = skip_blanks();
        if (in_.peek() == '@' || in_.peek() == ',') {
            skip_route();
            disputed = true;
        }
        const auto local_part = read_pieces();
        if (ok() && in_.peek() != '@') broken(Fault::syntax);
        if (!ok()) return;
        read_address_spec(local_part, display_name(name), disputed);
        if (ok() && skip_blanks()) found_.back().disputed = true;
        if (ok() && !in_.take('>')) broken(Fault::syntax);
    }

    // obs-route = *(CFWS / ",") "@" domain *("," [CFWS] ["@" domain]) ":"; §4.4: "the route
    // portion should be ignored"
    void skip_route() {
        bool any = false;
        do {
            skip_blanks();
            if (!ok() || !in_.take('@')) continue;
            any = true;
            if (read_domain().text.empty()) broken(Fault::syntax);
            skip_blanks();
        } while (ok() && in_.take(','));
        if (ok() && (!any || !in_.take(':'))) broken(Fault::syntax);
    }

    // addr-spec = local-part "@" domain.  REQUIRES: an "@" is next.
    void read_address_spec(const Pieces& pieces, std::string name, bool disputed) {
        std::string local_part;
        bool word_is_due = true;
        for (const auto& piece : pieces) {
            const bool is_dot = piece.kind == Piece::Kind::dot;
            if (is_dot == word_is_due) return broken(Fault::syntax);  // "a b@c", "a..b@c"
            word_is_due = is_dot;
            local_part += piece.text;
            // In front of the whole address blanks are nothing; inside it they are §4.4's.
            disputed |= piece.behind_blanks && &piece != &pieces.front();
            disputed |= piece.kind == Piece::Kind::quoted && pieces.size() > 1;
        }
        if (word_is_due) return broken(pieces.empty() ? Fault::syntax : Fault::bad_address);
        disputed |= blanks_before_at();
        in_.take('@');
        disputed |= skip_blanks();
        auto [domain, spread] = read_domain();
        if (!ok()) return;
        // RFC 2047 §5 (3): "An 'encoded-word' MUST NOT appear in any portion of an 'addr-spec'."
        if (may_hold_encoded_word(local_part)) return broken(Fault::encoded_address);
        auto mailbox = make_mailbox(std::move(local_part), domain);
        if (!mailbox) return broken(Fault::bad_address);
        if (found_.size() == limits_.mailboxes) return broken(Fault::too_many);
        found_.push_back({std::move(name), std::move(*mailbox), disputed || spread});
    }

    // read_pieces() has passed over what stands between the local part and the "@".
    bool blanks_before_at() const {
        const auto at = in_.offset();
        const char before = at == 0 ? '\0' : all_[at - 1];
        return is_blank(before) || before == '\n' || before == ')';
    }

    struct Domain {
        std::string text;
        bool spread = false;  // blanks or comments stand inside
    };

    // domain = dot-atom / domain-literal / obs-domain = atom *("." atom)
    Domain read_domain() {
        Domain domain;
        skip_blanks();
        if (!ok()) return domain;
        if (in_.peek() == '[') {
            domain.text = in_.take_until("]");
            if (!in_.take(']')) broken(Fault::unclosed_quote);
            domain.text += ']';
            return domain;
        }
        for (;;) {
            const auto atom = in_.take_while(is_atext);
            domain.text += atom;
            const auto behind = in_.offset();
            const bool blanks = skip_blanks();
            if (!ok() || atom.empty()) break;
            if (!in_.take('.')) {
                in_.rewind(behind);  // whoever comes next looks at them himself
                break;
            }
            domain.text += '.';
            domain.spread |= skip_blanks() || blanks;
        }
        return domain;
    }

    static std::string display_name(const Pieces& pieces) {
        std::string text;
        for (const auto& piece : pieces) {
            if (!text.empty() && piece.behind_blanks) text += ' ';
            text += piece.text;
        }
        return decode_encoded_words(text);
    }

    Cursor in_;
    std::string_view all_ = in_.rest();
    const AddressListLimits& limits_;
    std::vector<HeaderMailbox> found_;
    std::optional<Fault> fault_;
};

}  // namespace

std::string_view name(AddressListFault fault) {
    switch (fault) {
    case Fault::syntax: return "syntax";
    case Fault::unclosed_quote: return "unclosed_quote";
    case Fault::unclosed_comment: return "unclosed_comment";
    case Fault::bad_address: return "bad_address";
    case Fault::encoded_address: return "encoded_address";
    case Fault::bare_newline: return "bare_newline";
    case Fault::control: return "control";
    case Fault::bad_utf8: return "bad_utf8";
    case Fault::too_many: return "too_many";
    case Fault::too_long: return "too_long";
    case Fault::too_deep: return "too_deep";
    }
    std::unreachable();
}

Result<std::vector<HeaderMailbox>, AddressListFault> parse_address_list(
    std::string_view raw, const AddressListLimits& limits) {
    if (raw.size() > limits.octets) return fail(Fault::too_long);
    if (const auto fault = look_at_octets(raw)) return fail(*fault);
    return Reader{raw, limits}.read();
}

}  // namespace signet::mail
