// Local delivery: a file in the recipient's Maildir.
//
// Recipients who share a directory get one file, with a Delivered-To field for each.  In front of
// the message stand Return-Path (RFC 5321 §4.4: final delivery) and those fields; line ends become
// LF.  A message that is tried again, because its success was not recorded, is not delivered twice.
#pragma once

#include "net/worker_pool.h"
#include "relay/transport.h"

#include <memory>
#include <string>

namespace signet::relay {

struct MaildirOptions {
    std::string path;      // see relay/maildir_path.h
    std::string hostname;  // ours: a part of the file's name
};

// `pool` does all file work and outlives the transport.
std::unique_ptr<Transport> make_maildir_transport(MaildirOptions options, net::WorkerPool& pool);

}  // namespace signet::relay
