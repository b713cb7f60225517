// A client's certificate of any octets: what is read of it has the shapes that are promised, and
// nobody trusts it.
#include "base/text.h"
#include "check.h"
#include "crypto/client_certificate.h"

#include <algorithm>
#include <cstdint>

using namespace signet;

namespace {

bool is_plain(const std::string& name) {
    return !name.empty() && name.size() <= 255 &&
           std::ranges::all_of(name, [](char c) { return c > ' ' && c <= '~'; });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input{reinterpret_cast<const char*>(data), size};
    const auto certificate = crypto::ClientCertificate::read(input);
    if (!certificate) {
        CHECK(!certificate.error().empty());
        return 0;
    }
    CHECK(size <= crypto::kLargestCertificate);
    CHECK(certificate->fingerprint().size() == 64);
    CHECK(certificate->subject().size() <= 255);
    CHECK(sanitised(certificate->subject(), 255) == certificate->subject());
    for (const auto* names :
         {&certificate->emails(), &certificate->dns_names(), &certificate->uris()}) {
        CHECK(names->size() <= 100 && std::ranges::all_of(*names, is_plain));
    }
    for (const auto& name : certificate->principals()) {
        CHECK(!name.empty() && name.size() <= 255 && is_utf8(name));
    }
    return 0;
}
