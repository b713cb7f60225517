// Rules about how somebody signs in: that each can be of use, and that nobody is let in by mistake.
#include "settings/judgement.h"

#include "settings/mechanisms.h"

#include <algorithm>

namespace signet::settings {
namespace {

void listeners_are_there(Judgement& judgement) {
    const auto& settings = judgement.settings;
    for (std::size_t i = 0; i < settings.sign_in.size(); ++i) {
        for (const auto& name : settings.sign_in[i].listeners) {
            if (std::ranges::count(settings.listeners, name, &ListenerSettings::name) != 0)
                continue;
            judgement.add("E0380", "there is no listener `" + name + "`",
                          item("sign_in", i) + ".listeners", "write the name of a [[listener]]");
        }
    }
}

// A rule behind one that is for everybody everywhere.
void each_is_reached(Judgement& judgement) {
    const auto& rules = judgement.settings.sign_in;
    const auto whole = std::ranges::find_if(rules, [](const SignInSettings& rule) {
        return rule.for_everybody() && rule.listeners.empty() && rule.from.empty();
    });
    if (whole == rules.end() || whole + 1 == rules.end()) return;
    const auto next = static_cast<std::size_t>(whole - rules.begin()) + 1;
    judgement
        .add("W0380", "nobody ever comes to the rule `" + rules[next].name + "`",
             item("sign_in", next), "the one before it is for everybody")
        .notes.push_back("`" + whole->name + "` is at " +
                         where(judgement.places.of(item("sign_in", next - 1))));
}

void somebody_may_act(Judgement& judgement) {
    const auto& rules = judgement.settings.act_as;
    for (std::size_t i = 0; i < rules.size(); ++i) {
        if (rules[i].accounts.empty() && rules[i].groups.empty()) {
            judgement.add("E0381", "`" + rules[i].name + "` says not who may act",
                          item("act_as", i), "set `accounts` or `groups`");
        }
        const bool anybody = std::ranges::count(rules[i].accounts, "*") != 0;
        if (anybody && std::ranges::count(rules[i].as, "*") != 0) {
            judgement.add("W0381", "everybody may act as everybody", item("act_as", i),
                          "whoever has one password then has all accounts");
        }
    }
}

void certificates_are_of_use(Judgement& judgement) {
    const auto& settings = judgement.settings;
    const auto& certificates = settings.client_certificates;
    const auto named = named_mechanisms(settings);
    const bool external = is_named("EXTERNAL", named);
    if (certificates.ca.empty() && !certificates.revoked.empty()) {
        judgement.add("E0382", "`revoked` without `ca`", "client_certificates.revoked",
                      "name the authorities that made these lists in `ca`");
    }
    if (!certificates.ca.empty() && !external) {
        judgement.add("W0382", "nobody can sign in with a certificate", "client_certificates.ca",
                      "add \"EXTERNAL\" to auth.mechanisms");
    }
}

}  // namespace

void judge_sign_in(Judgement& judgement) {
    listeners_are_there(judgement);
    each_is_reached(judgement);
    somebody_may_act(judgement);
    certificates_are_of_use(judgement);
}

}  // namespace signet::settings
