// The helper that asks PAM: a process of its own, since modules block, fork, load whatever they
// like, and may need rights that the server has not.  All of libpam is behind this header.
#pragma once

#include "store/pam_protocol.h"

namespace signet::store {

// One question (pam_authenticate and pam_acct_mgmt).  Blocks for as long as the modules do.
PamReply ask_pam(const PamRequest& request);

// Answers the requests that come on the socket, one after the other, until it is closed.
// Returns the exit code of the process.
int serve_pam(int socket);

}  // namespace signet::store
