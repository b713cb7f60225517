// An event as one line of text, for the operations log and for programs such as fail2ban that read
// it.  A stable contract (docs/reference/audit.md): the keys of a line and their order never
// change; a new key comes last.
//
//   auth outcome=… reason=… user=… ip=… mech=… service=… rule=… rep=…
//   message event=… outcome=… reason=… user=… ip=… service=… queue=… msgid=… from=… to=… nrcpt=…
//           size=… route=… hop=… try=… code=… status=… session=…
//   event name=… outcome=… reason=… user=… ip=… service=… session=… actor=… target=… detail=…
#pragma once

#include "audit/event.h"

#include <string>

namespace signet::audit {

// No line end.  A value is cut to 255 octets, then percent-encoded, so that whatever a stranger
// says stays in its field; an empty value is "-", and a value "-" is "%2D".
std::string text_line(const Event& event);

}  // namespace signet::audit
