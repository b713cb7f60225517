#include "settings/described.h"

namespace signet::settings {
namespace {

using namespace std::chrono_literals;
using days = std::chrono::days;

template <auto Member>
constexpr Key age_key(std::string_view name, Type type, std::string_view description) {
    return inner_key<&PasswordSettings::age, Member>(name, type, description);
}

constexpr std::string_view kForMail[] = {"allowed", "app-passwords-only"};

constexpr Key kKeys[] = {
    key<&PasswordSettings::for_mail>(
        "for_mail", choice(kForMail),
        "`app-passwords-only`: mail takes app passwords and nothing that somebody chose; whoever "
        "shows the right password of his account is told to make one (534)."),
    with_default(
        key<&PasswordSettings::app_password_page>(
            "app_password_page", of_kind(Type::Kind::text),
            "Where people make app passwords, as the 534 says it: an address they can open "
            "or somebody they can ask."),
        "nothing is said"),
    key<&PasswordSettings::min_length>(
        "min_length", count(8, 128),
        "A new password has at least so many characters. Nothing is asked of their kind: length is "
        "what counts. NIST SP 800-63B-4 §3.1.1.2 asks for 15 where the password stands alone."),
    with_default(key<&PasswordSettings::breached_list>(
                     "breached_list", of_kind(Type::Kind::path),
                     "Passwords that nobody may choose, since they are known from breaches: a file "
                     "that `signet passwords import-breached` made."),
                 "`breached-passwords` below storage.path, where it is"),
    age_key<&PasswordAgeSettings::most>(
        "max_age", duration(0s, days{3'650}),
        "How old a password that somebody chose may get; then it is answered 534, and not taken. "
        "\"0s\": as old as its owner likes, which NIST SP 800-63B-4 §3.1.1.2 asks for: passwords "
        "that have to be changed are changed into worse ones."),
    age_key<&PasswordAgeSettings::warn_before>(
        "warn_before", of_kind(Type::Kind::texts),
        "How long before that its owner is told by mail, once each: whole days, or \"none\"."),
    with_default(age_key<&PasswordAgeSettings::page>(
                     "change_page", of_kind(Type::Kind::text),
                     "Where people change their password, as the warnings and the 534 say it."),
                 "nothing is said"),
    age_key<&PasswordAgeSettings::app_passwords>(
        "max_age_app_passwords", of_kind(Type::Kind::flag),
        "Whether app passwords get too old, too. Nobody is told of those before.")};

}  // namespace

constinit const Section section_passwords{
    .name = "passwords",
    .description = "What passwords have to be, and what they open.",
    .keys = kKeys,
    .record = [](Snapshot& snapshot) -> void* { return &snapshot.passwords; },
    .example =
        "[passwords]\nfor_mail = \"app-passwords-only\"\n"
        "app_password_page = \"https://mail.example.com/me\"\n"};

}  // namespace signet::settings
