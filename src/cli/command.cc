#include "cli/command.h"

namespace signet::cli {

std::string Invocation::one(std::string_view name) const {
    const auto found = values_.find(name);
    return found == values_.end() || found->second.empty() ? std::string{} : found->second.back();
}

const std::vector<std::string>& Invocation::all(std::string_view name) const {
    static const std::vector<std::string> none;
    const auto found = values_.find(name);
    return found == values_.end() ? none : found->second;
}

std::string Invocation::config() const {
    return has("--config") ? one("--config") : std::string{kDefaultConfig};
}

void Invocation::add(std::string_view name, std::string value) {
    values_[std::string{name}].push_back(std::move(value));
}

std::string Command::name() const {
    return noun.empty() ? std::string{verb} : std::string{noun} + " " + std::string{verb};
}

}  // namespace signet::cli
