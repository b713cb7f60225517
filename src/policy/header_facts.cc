#include "policy/header_facts.h"

#include "base/text.h"

#include <utility>

namespace signet::policy {
namespace {

constexpr std::size_t kFieldsRead = 8;

void take(AddressField& into, const mail::Field& field, std::size_t fields_read) {
    ++into.fields;
    if (into.fields > fields_read || into.fault) return;
    auto mailboxes = mail::parse_address_list(field.raw);
    if (!mailboxes) {
        into.fault = mailboxes.error();
        into.mailboxes.clear();
        return;
    }
    for (auto& one : *mailboxes) into.mailboxes.push_back(std::move(one));
}

}  // namespace

HeaderFacts header_facts(const mail::Header& header) {
    HeaderFacts facts;
    for (auto field = header.first(); field; field = header.after(*field)) {
        if (equal_nocase(field->name, "From")) take(facts.from, *field, kFieldsRead);
        if (equal_nocase(field->name, "Sender")) take(facts.sender, *field, kFieldsRead);
        if (equal_nocase(field->name, "Resent-From")) take(facts.resent_from, *field, 1);
        if (equal_nocase(field->name, "Resent-Sender")) take(facts.resent_sender, *field, 1);
    }
    return facts;
}

}  // namespace signet::policy
