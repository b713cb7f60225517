#include "audit/event.h"

#include <utility>

namespace signet::audit {

std::string_view name(Outcome outcome) {
    switch (outcome) {
    case Outcome::success: return "success";
    case Outcome::failure: return "failure";
    case Outcome::aborted: return "aborted";
    case Outcome::error: return "error";
    }
    std::unreachable();
}

std::string_view name(Severity severity) {
    switch (severity) {
    case Severity::info: return "info";
    case Severity::notice: return "notice";
    case Severity::warning: return "warning";
    case Severity::critical: return "critical";
    }
    std::unreachable();
}

}  // namespace signet::audit
