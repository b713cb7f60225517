// passwords import-breached.
#include "app/breached.h"
#include "app/load_settings.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/link.h"
#include "store/breached_file.h"
#include "store/descriptor.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <ostream>

namespace signet::cli {
namespace {

constexpr Argument kArguments[] = {
    {.name = "FILE",
     .value = {},
     .description = "the public list: SHA-1 in 40 hexadecimal digits, a colon and a count, a line "
                    "each, ordered by hash; - is standard input",
     .required = true},
    {.name = "--at-least", .value = "COUNT", .description = "leave out what was seen less often"},
    {.name = "--to",
     .value = "FILE",
     .description = "write there, instead of where the settings say"}};
constexpr std::string_view kExamples[] = {
    "passwords import-breached pwned-passwords-sha1-ordered-by-hash.txt",
    "passwords import-breached - --at-least 10 < list.txt"};

Result<std::string, LinkFault> target_of(const Invocation& invocation) {
    if (invocation.has("--to")) return invocation.one("--to");
    const auto loaded = app::load_settings(invocation.config());
    if (loaded) return app::breached_place(loaded->snapshot).path;
    return fail(LinkFault{Exit::settings, "the settings in " + invocation.config() +
                                              " cannot be used: " + loaded.error().front().message +
                                              " (or say where to write: --to)"});
}

Result<store::Descriptor, LinkFault> source_of(const std::string& file) {
    store::Descriptor opened{file == "-" ? ::dup(STDIN_FILENO)
                                         : ::open(file.c_str(), O_RDONLY | O_CLOEXEC)};
    if (opened) return opened;
    return fail(LinkFault{errno == ENOENT ? Exit::not_found : Exit::failed,
                          sanitised(file, 200) + ": " + std::strerror(errno)});
}

Exit import(const Invocation& invocation, Console& console) {
    std::uint64_t at_least = 1;
    if (invocation.has("--at-least")) {
        const auto count = parse_unsigned(invocation.one("--at-least"));
        if (!count) return complain({Exit::usage, "--at-least takes a number"}, console);
        at_least = *count;
    }
    const auto target = target_of(invocation);
    if (!target) return complain(target.error(), console);
    const auto source = source_of(invocation.one("FILE"));
    if (!source) return complain(source.error(), console);
    const auto done = store::import_breached(source->get(), *target, at_least);
    if (!done) return complain({Exit::failed, done.error()}, console);
    const auto passwords = std::to_string(done->passwords);
    const auto octets = std::to_string(done->octets);
    if (invocation.json()) {
        console.out << R"({"kind":"breached_list","api_version":1,"passwords":)" << passwords
                    << R"(,"octets":)" << octets << "}\n";
        return Exit::ok;
    }
    console.out << passwords << " passwords of " << done->lines << " lines, " << octets
                << " octets: " << *target << "\n";
    if (!invocation.quiet()) {
        console.err << "It counts from the next password on that somebody chooses.\n";
    }
    return Exit::ok;
}

}  // namespace

constinit const Command command_passwords_import_breached{
    .noun = "passwords",
    .verb = "import-breached",
    .summary = "Make the list of passwords that nobody may choose",
    .description =
        "From the public list of passwords that were found in breaches. Nothing is asked of the "
        "network, and the list takes a thirtieth of its size. The file is put in place when it is "
        "whole; until then the one before counts.",
    .arguments = kArguments,
    .examples = kExamples,
    .run = import};

}  // namespace signet::cli
