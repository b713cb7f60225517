// The file work of a Maildir delivery (https://cr.yp.to/proto/maildir.html): written in tmp/,
// synced, linked into new/, and the directory synced, so that a reader sees whole messages only and
// a delivered one survives the loss of power.
//
// Everything here blocks: it runs on a worker pool, never on an I/O thread.
#pragma once

#include "base/result.h"
#include "relay/maildir_path.h"

#include <memory>
#include <string>
#include <string_view>

namespace signet::relay {

struct FileFault {
    int error = 0;     // errno
    std::string what;  // "mkdir new: Permission denied"
};

// One message on its way into one Maildir.  Destroyed before commit() it leaves nothing behind.
// Not safe for concurrent use.
class MaildirFile {
public:
    // Makes what is missing of the Maildir (0700) and a file in its tmp/ (0600).
    // name: of the file in new/, unique to the message; no "/" in it.
    static Result<std::unique_ptr<MaildirFile>, FileFault> create(const MaildirPath& path,
                                                                  std::string name);
    ~MaildirFile();

    Result<void, FileFault> write(std::string_view octets);
    // Delivered and synced.  If new/ holds the name already, then this message was delivered
    // before, by a try whose success was not recorded, and nothing is added.
    Result<void, FileFault> commit();

private:
    struct State;
    explicit MaildirFile(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace signet::relay
