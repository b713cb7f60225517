// The keys of a [[store]] of kind http.
#pragma once

#include "settings/described.h"

#include <array>

namespace signet::settings {

inline constexpr std::array kHttpStoreKeys{
    inner_key<&StoreSettings::http, &HttpStoreSettings::url>(
        "http.url", of_kind(Type::Kind::https_url),
        "Where the service is asked, by POST; docs/reference/http-store.md says what."),
    with_default(inner_key<&StoreSettings::http, &HttpStoreSettings::bearer>(
                     "http.bearer", of_kind(Type::Kind::secret),
                     "What Signet proves itself with to the service, behind `Authorization: "
                     "Bearer`: where it is, never what it is."),
                 "nothing is shown"),
    with_default(inner_key<&StoreSettings::http, &HttpStoreSettings::certificate>(
                     "http.client_certificate", of_kind(Type::Kind::path),
                     "PEM file with the certificate that Signet shows to the service."),
                 "nothing is shown"),
    with_default(inner_key<&StoreSettings::http, &HttpStoreSettings::key>(
                     "http.client_key", of_kind(Type::Kind::path),
                     "PEM file with the key of that certificate."),
                 "that of the certificate's file"),
    with_default(
        inner_key<&StoreSettings::http, &HttpStoreSettings::ca>(
            "http.ca", of_kind(Type::Kind::path),
            "PEM file with the authorities that may have signed the service's certificate."),
        "those of the system"),
    inner_key<&StoreSettings::http, &HttpStoreSettings::private_addresses>(
        "http.private_addresses", of_kind(Type::Kind::flag),
        "Whether the service may be on this machine or in a private network; without it such an "
        "address is not asked, whatever its name says.")};

}  // namespace signet::settings
