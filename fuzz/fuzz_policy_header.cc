// The header that an account may send: whatever passes names nobody but its own mailboxes, in one
// From field at most, and every refusal is one printable line.
#include "check.h"
#include "mail/header_scanner.h"
#include "policy/check.h"

#include <algorithm>
#include <cstdint>

using namespace signet;

namespace {

void passes_only_what_is_owned(const policy::Facts& facts, const policy::HeaderFacts& header) {
    for (const auto* field : {&header.from, &header.sender}) {
        CHECK(field->fields <= 1 && !field->fault);
        for (const auto& one : field->mailboxes) {
            CHECK(!one.disputed && facts.login->may_send_as(one.mailbox));
        }
        CHECK(field->fields == 0 || !field->mailboxes.empty());
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    mail::HeaderScanner scanner;
    if (!scanner.feed({reinterpret_cast<const char*>(data), size}) || !scanner.finish()) return 0;
    const auto header = policy::header_facts(scanner.header());

    identity::Login login;
    login.account = "ann";
    login.send_as = {{"ann", "example.com"}, {"", "ann.example"}};
    policy::Facts facts{
        .login = &login, .sender = {mail::Mailbox{"ann", "example.com"}}, .header = &header};
    const auto verdict = policy::judge(policy::Stage::data, facts);
    if (const auto* no = std::get_if<policy::Reject>(&verdict.decision)) {
        CHECK(no->text.size() < 490);
        CHECK(std::ranges::all_of(no->text, [](char c) { return c >= ' ' && c <= '~'; }));
    } else {
        passes_only_what_is_owned(facts, header);
    }

    facts.login = nullptr;
    facts.our_domains = {"example.com"};
    const auto strangers = policy::judge(policy::Stage::data, facts);
    CHECK(strangers.passes());
    for (const auto& effect : strangers.effects) {
        const auto field = std::get<policy::Tag>(effect).field();
        CHECK(field.ends_with("\r\n") && std::ranges::count(field, '\n') == 1);
    }
    return 0;
}
