#include "store/breached_file.h"

#include "crypto/digest.h"
#include "identity/breached_list.h"
#include "identity/prepare.h"
#include "store/descriptor.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <vector>

namespace signet::store {
namespace {

using identity::BreachedFault;

constexpr std::size_t kPiece = 1u << 20;   // octets of the list at a time
constexpr std::size_t kLongestLine = 100;  // octets; a hash, a colon, a number
constexpr mode_t kReadable = 0644;         // nothing in it is a secret

std::string why(const std::string& path, std::string_view what) {
    return path + " " + std::string{what};
}
std::string system_fault(const std::string& what) { return what + ": " + std::strerror(errno); }

// As many octets as there are, up to `most`.
Result<std::string, std::string> read_at(int file, std::uint64_t offset, std::size_t most) {
    std::string octets(most, '\0');
    std::size_t done = 0;
    while (done < most) {
        const auto got =
            ::pread(file, octets.data() + done, most - done, static_cast<off_t>(offset + done));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return fail(std::string{std::strerror(errno)});
        if (got == 0) break;
        done += static_cast<std::size_t>(got);
    }
    octets.resize(done);
    return octets;
}

Result<bool, std::string> holds(int file, const identity::BreachedHeader& header,
                                identity::Mark mark) {
    identity::BreachedSearch search{header, mark};
    while (const auto number = search.wanted()) {
        const auto offset = identity::kBreachedHeader + *number * identity::kBreachedBlock;
        const auto block = read_at(file, offset, identity::kBreachedBlock);
        if (!block) return fail("cannot be read: " + block.error());
        if (const auto taken = search.take(*block); !taken) {
            return fail(std::string{explanation(taken.error())});
        }
    }
    return search.found();
}

class Writer {
public:
    explicit Writer(int file) : file_(file) {}
    // false: errno says why.
    bool add(std::string_view octets) {
        waiting_ += octets;
        return waiting_.size() < kPiece || flush();
    }
    bool flush() {
        std::string_view left{waiting_};
        while (!left.empty()) {
            const auto put = ::write(file_, left.data(), left.size());
            if (put < 0 && errno == EINTR) continue;
            if (put < 0) return false;
            left.remove_prefix(static_cast<std::size_t>(put));
        }
        waiting_.clear();
        return true;
    }

private:
    const int file_;
    std::string waiting_;
};

// The list, line by line, and what becomes of it.
class Import {
public:
    Import(Writer& out, std::uint64_t at_least) : out_(out), at_least_(at_least) {}

    // The fault is a sentence.
    Result<void, std::string> take(std::string_view line) {
        ++lines_;
        if (line.empty() || line == "\r") return {};
        const auto read = identity::parse_breached_line(line);
        if (!read) return fail(at_line("is no SHA-1 in 40 hexadecimal digits with a count"));
        if (read->sha1 < last_) {
            return fail(
                at_line("comes before the one above it: take the list that is ordered by "
                        "hash, or sort it: LC_ALL=C sort LIST | signet passwords "
                        "import-breached -"));
        }
        last_ = read->sha1;
        if (read->count < at_least_) return {};
        return put(blocks_.add(identity::mark_of(read->sha1)));
    }
    Result<void, std::string> finish() {
        if (auto done = put(blocks_.finish()); !done) return done;
        if (blocks_.header().passwords == 0) return fail(std::string{"the list names no password"});
        return out_.flush() ? Result<void, std::string>{} : fail(system_fault("cannot be written"));
    }
    const identity::BreachedHeader& header() const { return blocks_.header(); }
    std::uint64_t lines() const { return lines_; }

private:
    std::string at_line(const std::string& what) const {
        return "line " + std::to_string(lines_) + " " + what;
    }
    Result<void, std::string> put(const std::string& block) {
        if (block.empty() || out_.add(block)) return {};
        return fail(system_fault("cannot be written"));
    }

    Writer& out_;
    const std::uint64_t at_least_;
    identity::BreachedBlocks blocks_;
    std::string last_;
    std::uint64_t lines_ = 0;
};

Result<void, std::string> read_lines(int descriptor, Import& import) {
    std::string piece(kPiece, '\0'), begun;
    for (;;) {
        const auto got = ::read(descriptor, piece.data(), piece.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return fail(system_fault("the list cannot be read"));
        if (got == 0) break;
        std::string_view left{piece.data(), static_cast<std::size_t>(got)};
        for (auto end = left.find('\n'); end != left.npos; end = left.find('\n')) {
            begun += left.substr(0, std::min(end, kLongestLine));
            left.remove_prefix(end + 1);
            if (auto done = import.take(begun); !done) return done;
            begun.clear();
        }
        begun += left.substr(0, kLongestLine);
        if (begun.size() > 2 * kLongestLine) break;  // whatever it is, it has no lines
    }
    return begun.empty() ? Result<void, std::string>{} : import.take(begun);
}

Result<BreachedImport, std::string> write_whole(int descriptor, int file, std::uint64_t at_least) {
    Writer out{file};
    // The header is known last, and a file without one is none.
    if (!out.add(std::string(identity::kBreachedHeader, '\0'))) {
        return fail(system_fault("cannot be written"));
    }
    Import import{out, at_least};
    if (auto done = read_lines(descriptor, import); !done) return fail(std::move(done.error()));
    if (auto done = import.finish(); !done) return fail(std::move(done.error()));
    const auto header = text_of(import.header());
    const bool written =
        ::pwrite(file, header.data(), header.size(), 0) == static_cast<ssize_t>(header.size()) &&
        ::fchmod(file, kReadable) == 0 && ::fsync(file) == 0;
    if (!written) return fail(system_fault("cannot be written"));
    return BreachedImport{
        import.lines(), import.header().passwords,
        identity::kBreachedHeader + import.header().blocks * identity::kBreachedBlock};
}

void sync_folder(const std::string& path) {
    const auto slash = path.rfind('/');
    const auto folder = slash == path.npos ? "." : path.substr(0, std::max<std::size_t>(slash, 1));
    const Descriptor opened{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (opened.get() >= 0) ::fsync(opened.get());
}

}  // namespace

Result<bool, std::string> BreachedFile::knows(const Secret& password) const {
    const auto place = place_();
    const Descriptor file{::open(place.path.c_str(), O_RDONLY | O_CLOEXEC)};
    if (file.get() < 0 && errno == ENOENT && !place.must_be) return false;
    const auto trouble = [&](std::string_view what) {
        return fail("the list of breached passwords " + why(place.path, what));
    };
    if (file.get() < 0) return trouble(system_fault("cannot be opened"));
    struct stat status{};
    if (::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) {
        return trouble("is not a file");
    }
    const auto octets = read_at(file.get(), 0, identity::kBreachedHeader);
    if (!octets) return trouble("cannot be read: " + octets.error());
    const auto header =
        identity::parse_breached_header(*octets, static_cast<std::uint64_t>(status.st_size));
    if (!header) return trouble(explanation(header.error()));
    // As it was typed, and as it is kept: lists have what people typed.
    for (const auto& form : identity::password_forms(password)) {
        const auto mark = identity::mark_of(crypto::digest(crypto::Hash::sha1, form.reveal()));
        const auto found = holds(file.get(), *header, mark);
        if (!found) return trouble(found.error());
        if (*found) return true;
    }
    return false;
}

Result<BreachedImport, std::string> import_breached(int descriptor, const std::string& path,
                                                    std::uint64_t at_least) {
    auto beside = path + ".XXXXXX";
    const Descriptor file{::mkostemp(beside.data(), O_CLOEXEC)};
    if (file.get() < 0) return fail(system_fault("no file can be made beside " + path));
    auto made = write_whole(descriptor, file.get(), at_least);
    if (made && ::rename(beside.c_str(), path.c_str()) != 0) {
        made = fail(system_fault(path + " cannot be replaced"));
    }
    if (!made) {
        ::unlink(beside.c_str());
        return made;
    }
    sync_folder(path);
    return made;
}

}  // namespace signet::store
