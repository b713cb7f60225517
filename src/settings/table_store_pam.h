// The keys of a [[store]] of kind pam.
#pragma once

#include "settings/described.h"

#include <array>

namespace signet::settings {

inline constexpr std::string_view kPamUsers[] = {"login", "local-part"};

inline constexpr std::array kPamStoreKeys{
    inner_key<&StoreSettings::pam, &PamSettings::service>(
        "pam.service", of_kind(Type::Kind::name),
        "The service, a file in /etc/pam.d, whose `auth` and `account` lines decide."),
    inner_key<&StoreSettings::pam, &PamSettings::user>(
        "pam.user", choice(kPamUsers),
        "Whom PAM is asked about: `login`, what the client presented, in lower case; "
        "`local-part`, what stands before its `@`."),
    with_default(inner_key<&StoreSettings::pam, &PamSettings::directory>(
                     "pam.directory", of_kind(Type::Kind::path),
                     "The directory with the file of the service."),
                 "those of the system")};

}  // namespace signet::settings
