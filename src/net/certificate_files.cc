#include "net/certificate_files.h"

#include "base/errno_text.h"
#include "base/secret.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cerrno>

namespace signet::net {
namespace {

constexpr std::size_t kMaxFile = 1 << 20;

// Into room that never moves: it may be a key.
Result<Secret, std::string> read_whole(const std::string& what, const std::string& path) {
    const auto wrong = [&](const std::string& why) { return what + " " + path + ": " + why; };
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);  // no pipe stops us
    if (file < 0) return fail(wrong(errno_text(errno)));
    std::string octets;
    octets.reserve(kMaxFile + 1);
    struct stat status{};
    std::string why;
    if (::fstat(file, &status) != 0 || !S_ISREG(status.st_mode)) why = "not a file";
    while (why.empty() && octets.size() <= kMaxFile) {
        const auto before = octets.size();
        constexpr std::size_t kPart = 65'536;
        octets.resize(before + std::min(kPart, kMaxFile + 1 - before));
        const auto got = ::read(file, octets.data() + before, octets.size() - before);
        octets.resize(before + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
        if (got < 0 && errno != EINTR) why = errno_text(errno);
        if (got == 0) break;
    }
    ::close(file);
    Secret content{std::move(octets)};
    if (!why.empty()) return fail(wrong(why));
    if (content.size() > kMaxFile) return fail(wrong("larger than 1 MiB"));
    return content;
}

}  // namespace

Result<std::shared_ptr<const crypto::ServerCertificate>, std::string> load_certificate(
    const CertificateFiles& files) {
    const auto certificate = read_whole("certificate", files.certificate);
    if (!certificate) return fail(certificate.error());
    const auto key = read_whole("key", files.key);
    if (!key) return fail(key.error());
    return crypto::ServerCertificate::read(certificate->reveal(), key->reveal(),
                                           {files.certificate, files.key});
}

}  // namespace signet::net
