#include "dns/rdata.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace signet::dns {
namespace {

// Takes octets from the front, or nothing.
class Octets {
public:
    explicit Octets(std::string_view octets) : rest_(octets) {}

    bool at_end() const { return rest_.empty(); }
    std::string_view rest() const { return rest_; }
    std::optional<std::string_view> take(std::size_t count) {
        if (count > rest_.size()) return {};
        const auto taken = rest_.substr(0, count);
        rest_.remove_prefix(count);
        return taken;
    }
    std::optional<std::uint8_t> octet() {
        const auto taken = take(1);
        if (!taken) return {};
        return static_cast<std::uint8_t>(taken->front());
    }
    std::optional<std::uint16_t> number() {
        const auto high = octet(), low = octet();
        if (!high || !low) return {};
        return static_cast<std::uint16_t>(*high << 8 | *low);
    }
    // <character-string>: one octet of length (RFC 1035 §3.3).
    std::optional<std::string_view> counted() {
        const auto length = octet();
        return length ? take(*length) : std::nullopt;
    }

private:
    std::string_view rest_;
};

constexpr std::size_t kWireOctets = 255;  // of a name, with its lengths (RFC 1035 §2.3.4)

struct WireName {
    std::optional<Name> name = Name{};  // none: labels that Name does not take
};

// nullopt: there is no name here.
std::optional<WireName> take_name(Octets& in) {
    std::string text;
    bool dotted = false;  // inside a label: joined by dots it would pass for another name
    for (;;) {
        const auto label = in.counted();
        if (!label || label->size() > kLabelOctets) return {};  // a pointer has both top bits set
        if (label->empty()) break;
        dotted |= label->contains('.');
        text.append(text.empty() ? "" : ".").append(*label);
        if (text.size() + 2 > kWireOctets) return {};
    }
    if (text.empty()) return WireName{};
    return WireName{dotted ? std::nullopt : Name::parse(text)};
}

bool take_address(bool v6, std::string_view rdata, Answer& answer) {
    IpAddress address{.v6 = v6};
    if (rdata.size() != address.bits() / 8) return false;
    std::memcpy(address.octets.data(), rdata.data(), rdata.size());
    answer.addresses.push_back(address);
    return true;
}

bool take_mx(Octets in, Answer& answer) {
    const auto preference = in.number();
    if (!preference) return false;
    auto exchange = take_name(in);
    if (!exchange || !in.at_end()) return false;
    answer.exchanges.push_back({*preference, std::move(exchange->name)});
    return true;
}

bool take_txt(Octets in, Answer& answer) {
    if (in.at_end()) return false;  // one or more strings (RFC 1035 §3.3.14)
    std::string text;
    while (!in.at_end()) {
        const auto part = in.counted();
        if (!part) return false;
        text += *part;
    }
    answer.texts.push_back(std::move(text));
    return true;
}

bool take_tlsa(Octets in, Answer& answer) {
    const auto usage = in.octet(), selector = in.octet(), matching = in.octet();
    if (!usage || !selector || !matching || in.at_end()) return false;
    answer.associations.push_back({*usage, *selector, *matching, std::string{in.rest()}});
    return true;
}

}  // namespace

bool take_rdata(Type type, std::string_view rdata, Answer& answer) {
    if (rdata.size() > kRdataOctets) return false;
    switch (type) {
    case Type::a: return take_address(false, rdata, answer);
    case Type::aaaa: return take_address(true, rdata, answer);
    case Type::mx: return take_mx(Octets{rdata}, answer);
    case Type::txt: return take_txt(Octets{rdata}, answer);
    case Type::tlsa: return take_tlsa(Octets{rdata}, answer);
    }
    std::unreachable();
}

}  // namespace signet::dns
