// How old passwords get, and who is still there.
#include "settings/judgement.h"
#include "settings/people.h"

#include <algorithm>

namespace signet::settings {
namespace {

void ages_make_sense(Judgement& judgement) {
    const auto& age = judgement.settings.passwords.age;
    const bool written = judgement.places.written.contains("passwords.warn_before");
    for (const auto& text : age.warn_before) {
        const auto warning = parse_warning(text);
        if (!warning && !no_warning(text)) {
            judgement.add("E0370", "`" + text + "` is no number of days", "passwords.warn_before",
                          "write for example \"14d\"");
        } else if (warning && written && age.most > seconds{0} && *warning >= age.most) {
            judgement.add("E0370", "a warning of " + text + " comes before the password is made",
                          "passwords.warn_before");
        }
    }
    if (age.most > seconds{0}) {
        judgement.add("W0370", "passwords have to be changed because of their age",
                      "passwords.max_age", "leave it out unless somebody demands it");
    }
}

// Of the keys of [reconcile], what does not fit together.
void reconciling_makes_sense(Judgement& judgement) {
    const auto& reconcile = judgement.settings.reconcile;
    const bool store = !reconcile.store.empty(), list = !reconcile.list.empty();
    if (store && list) {
        judgement.add("E0371", "`store` and `list` exclude each other", "reconcile.list");
    }
    if (!reconcile.at.empty() && !parse_time_of_day(reconcile.at)) {
        judgement.add("E0371", "`" + reconcile.at + "` is no time of day", "reconcile.at",
                      "write for example \"02:30\"");
    }
    if (!reconcile.at.empty() && !store && !list) {
        judgement.add("E0371", "nothing says who is still there", "reconcile.at",
                      "set `store` or `list`");
    }
    const auto& stores = judgement.settings.stores;
    const bool found = std::ranges::any_of(stores, [&](const StoreSettings& one) {
        return one.name == reconcile.store && one.kind == "ldap";
    });
    if (store && !found) {
        judgement.add("E0371", "there is no [[store]] `" + reconcile.store + "` of kind ldap",
                      "reconcile.store");
    }
}

void groups_are_named(Judgement& judgement) {
    const auto& stores = judgement.settings.stores;
    for (std::size_t i = 0; i < stores.size(); ++i) {
        for (const auto& text : stores[i].rights.groups) {
            if (parse_group_of_directory(text)) continue;
            judgement.add("E0372", "`" + text + "` does not give a group of the directory a name",
                          item("store", i) + ".ldap.groups",
                          "write \"staff=cn=staff,ou=groups,dc=example,dc=com\"");
        }
    }
}

}  // namespace

void judge_people(Judgement& judgement) {
    ages_make_sense(judgement);
    reconciling_makes_sense(judgement);
    groups_are_named(judgement);
}

}  // namespace signet::settings
