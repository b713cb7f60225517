// A zone is written by strangers.  Whatever a reply holds, reading it takes no octet that is not
// there, stays within its limits, and every name that comes of it is a name.
//
// Octets: the type's index, the flags, then the records, each behind its length of two octets.
#include "check.h"
#include "dns/reply.h"

#include <cstdint>
#include <vector>

namespace {

using namespace signet::dns;

constexpr Type kTypes[] = {Type::a, Type::mx, Type::txt, Type::aaaa, Type::tlsa};

std::size_t records_of(const Answer& answer) {
    return answer.addresses.size() + answer.exchanges.size() + answer.texts.size() +
           answer.associations.size();
}

void check_name(const Name& name) {
    CHECK(name.text().size() <= kNameOctets);
    const auto again = Name::parse(name.is_root() ? "." : name.text());
    CHECK(again && *again == name);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view input{reinterpret_cast<const char*>(data), size};
    if (size < 2) return 0;
    const Question question{*Name::parse("example.net"), kTypes[data[0] % std::size(kTypes)]};
    Reply reply{
        .rcode = data[1] & 0x0F, .secure = (data[1] & 0x10) != 0, .bogus = (data[1] & 0x20) != 0};
    input.remove_prefix(2);
    if ((data[1] & 0x40) != 0) reply.canonical = input;
    std::vector<std::string_view> rdata;
    while (input.size() >= 2) {
        const std::size_t length =
            static_cast<std::uint8_t>(input[0]) << 8 | static_cast<std::uint8_t>(input[1]);
        rdata.push_back(input.substr(2, length));
        input.remove_prefix(2 + rdata.back().size());
    }
    reply.rdata = rdata;
    const auto answer = read_reply(question, reply);
    if (!answer) return 0;
    CHECK(!reply.bogus);
    check_name(answer->canonical);
    for (const auto& mx : answer->exchanges) {
        if (mx.exchange) check_name(*mx.exchange);
    }
    const bool found = answer->found == Answer::Found::records;
    CHECK(records_of(*answer) == (found ? rdata.size() : 0));
    CHECK(rdata.size() <= kMaxRecords || !found);
    return 0;
}
