// What `signet pam-helper` does, for credentials_test.cc.
#include "store/serve_pam.h"

int main() { return signet::store::serve_pam(0); }
