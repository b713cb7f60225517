// The step every machine of this folder takes when it can go no further by itself.
#pragma once

namespace signet::smtp {

struct NeedInput {};

}  // namespace signet::smtp
