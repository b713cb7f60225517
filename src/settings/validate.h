// Settings that are right one by one and wrong together (E03xx, W03xx).
#pragma once

#include "settings/problem.h"
#include "settings/snapshot.h"

#include <vector>

namespace signet::settings {

// A rule is not judged when one of its settings could not be read (Places::spoiled): that problem
// is reported already.
//
// To add a rule: a function in validate.cc, or in validate_mail.cc if it is about networks and
// domains, and its line at the end of the file.
std::vector<Problem> validate(const Snapshot& snapshot, const Places& places);

}  // namespace signet::settings
