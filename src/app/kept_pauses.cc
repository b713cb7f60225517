#include "app/kept_pauses.h"

#include <utility>

namespace signet::app {

Result<std::vector<queue::Pause>, std::string> KeptPauses::read() const {
    const auto text = read_file(path_);
    if (!text) return fail(text.error());
    if (!*text) return std::vector<queue::Pause>{};
    auto pauses = queue::parse_pauses(**text);
    if (pauses) return std::move(*pauses);
    return fail(path_ +
                " is damaged, so what an administrator has paused is not known; remove the file to "
                "go on with nothing paused");
}

FileResult KeptPauses::write(const std::function<std::vector<queue::Pause>()>& current) {
    const std::lock_guard lock{writing_};
    return write_file(path_, queue::text_of(current()), 0600);
}

}  // namespace signet::app
