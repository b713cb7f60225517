#include "identity/prepare.h"

#include "precis/precis.h"

#include <algorithm>
#include <utility>

namespace signet::identity {
namespace {

Secret taken(precis::Prepared prepared) { return Secret{std::move(*prepared)}; }

void add_form(std::vector<Secret>& forms, Secret form) {
    const bool known = std::ranges::any_of(
        forms, [&](const Secret& other) { return other.reveal() == form.reveal(); });
    if (!known) forms.push_back(std::move(form));
}

}  // namespace

std::vector<Secret> password_forms(const Secret& presented) {
    std::vector<Secret> forms;
    if (auto opaque = precis::opaque_string(presented.reveal())) {
        add_form(forms, taken(std::move(opaque)));
    }
    add_form(forms, presented.clone());
    if (auto older = precis::saslprep(presented.reveal())) add_form(forms, taken(std::move(older)));
    return forms;
}

}  // namespace signet::identity
