#include "app/load_settings.h"

#include "app/files.h"
#include "settings/alias_files.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

namespace signet::app {
namespace {

settings::Problem unreadable(const std::string& path, std::string why) {
    settings::Problem problem;
    problem.code = "E0001";
    problem.message = std::move(why);
    problem.place.file = path;
    return problem;
}

std::vector<std::string> paths_of(const std::string& main) {
    std::vector<std::string> paths;
    std::error_code none;  // no conf.d is the usual case
    const auto beside = std::filesystem::path{main}.parent_path() / "conf.d";
    for (const auto& entry : std::filesystem::directory_iterator{beside, none}) {
        if (entry.path().extension() == ".toml") paths.push_back(entry.path().string());
    }
    std::ranges::sort(paths);
    paths.insert(paths.begin(), main);
    return paths;
}

// The files that [aliases] names are part of the settings: in force with them, or not at all.
Result<settings::Parsed, std::vector<settings::Problem>> with_aliases(settings::Parsed parsed) {
    std::vector<settings::SourceText> sources;
    std::vector<settings::Problem> problems;
    for (const auto& path : parsed.snapshot.aliases.files) {
        auto content = read_file(path);
        if (content && *content) {
            sources.push_back({path, std::move(**content)});
            continue;
        }
        settings::Problem problem;
        problem.code = "E0311";
        problem.message = content ? path + " does not exist" : content.error();
        problem.place = parsed.places.of("aliases.files");
        problems.push_back(std::move(problem));
    }
    if (!problems.empty()) return fail(std::move(problems));
    auto table = settings::read_alias_files(parsed.snapshot, sources);
    if (!table) return fail(std::move(table.error()));
    parsed.snapshot.aliases.table = std::move(*table);
    return parsed;
}

Secret without_line_end(std::string text) {
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
    return Secret{std::move(text)};
}

Result<Secret, std::string> secret_from_file(const std::string& path) {
    auto content = read_file(path);
    if (!content) return fail(content.error());
    if (!*content) return fail("the secret file " + path + " does not exist");
    auto secret = without_line_end(std::move(**content));
    if (secret.empty()) return fail("the secret file " + path + " is empty");
    return secret;
}

}  // namespace

Result<settings::Parsed, std::vector<settings::Problem>> load_settings(const std::string& path) {
    std::vector<settings::SourceText> sources;
    std::vector<settings::Problem> problems;
    for (const auto& part : paths_of(path)) {
        auto content = read_file(part);
        if (!content)
            problems.push_back(unreadable(part, content.error()));
        else if (!*content)
            problems.push_back(unreadable(part, "there is no such file"));
        else
            sources.push_back({part, std::move(**content)});
    }
    if (!problems.empty()) return fail(std::move(problems));
    auto parsed = settings::parse(sources);
    if (!parsed || parsed->snapshot.aliases.files.empty()) return parsed;
    return with_aliases(std::move(*parsed));
}

std::string find_control_socket(const std::string& path) {
    auto socket = settings::AdminSettings{}.socket;
    for (const auto& part : paths_of(path)) {
        auto content = read_file(part);
        if (!content || !*content) continue;
        std::vector<settings::Problem> ignored;
        const auto document = settings::read_document({part, std::move(**content)}, ignored);
        for (const auto& section : document.root.entries) {
            if (section.key != "admin") continue;
            for (const auto& entry : section.value.entries) {
                if (entry.key == "socket" && !entry.value.text.empty()) socket = entry.value.text;
            }
        }
    }
    return socket;
}

Result<Secret, std::string> read_secret(const settings::SecretSource& source) {
    if (source.literal) return source.literal->clone();
    if (!source.file.empty()) return secret_from_file(source.file);
    if (!source.env.empty()) {
        const char* value = std::getenv(source.env.c_str());
        if (value == nullptr || *value == '\0') {
            return fail("the environment variable " + source.env + " is not set");
        }
        return Secret::copy_of(value);
    }
    const char* directory = std::getenv("CREDENTIALS_DIRECTORY");
    if (directory == nullptr) {
        return fail("credential " + source.credential +
                    ": systemd gave no credentials (CREDENTIALS_DIRECTORY is not set)");
    }
    return secret_from_file(std::string{directory} + "/" + source.credential);
}

}  // namespace signet::app
