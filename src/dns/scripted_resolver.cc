#include "dns/scripted_resolver.h"

#include <stdexcept>

namespace signet::dns {

Name named(const std::string& text) {
    auto name = Name::parse(text);
    if (!name) throw std::invalid_argument(text + " is no name");
    return *name;
}

Mx exchanger(std::uint16_t preference, const std::string& host) {
    return {preference, named(host)};
}

ScriptedResolver& ScriptedResolver::says(const std::string& name, Type type,
                                         Result<Answer, Fault> answer) {
    answers_.insert_or_assign({named(name), type}, std::move(answer));
    return *this;
}

ScriptedResolver& ScriptedResolver::host(const std::string& name,
                                         const std::vector<std::string>& addresses) {
    Answer v4{.canonical = named(name)}, v6{.canonical = named(name)};
    for (const auto& text : addresses) {
        const auto address = parse_ip(text).value();
        (address.v6 ? v6 : v4).addresses.push_back(address);
    }
    for (auto* answer : {&v4, &v6}) {
        if (answer->addresses.empty()) answer->found = Answer::Found::no_records;
    }
    return says(name, Type::a, v4).says(name, Type::aaaa, v6);
}

ScriptedResolver& ScriptedResolver::mail(const std::string& name,
                                         const std::vector<Mx>& exchanges) {
    return says(name, Type::mx, Answer{.canonical = named(name), .exchanges = exchanges});
}

ScriptedResolver& ScriptedResolver::without_mail(const std::string& name) {
    return says(name, Type::mx,
                Answer{.found = Answer::Found::no_records, .canonical = named(name)});
}

ScriptedResolver& ScriptedResolver::nowhere(const std::string& name) {
    const Answer none{.found = Answer::Found::no_such_name, .canonical = named(name)};
    return says(name, Type::mx, none).says(name, Type::a, none).says(name, Type::aaaa, none);
}

ScriptedResolver& ScriptedResolver::broken(const std::string& name, Type type, Fault::Kind kind) {
    return says(name, type, fail(Fault{kind, std::string{dns::name(kind)}}));
}

Task<Result<Answer, Fault>> ScriptedResolver::ask(Question question, Deadline) {
    asked.push_back(question.name.text() + " " + std::string{dns::name(question.type)});
    const auto found = answers_.find(question);
    if (found == answers_.end()) co_return fail(Fault{Fault::Kind::servfail, "not scripted"});
    co_return found->second;
}

}  // namespace signet::dns
