#define _GNU_SOURCE
#include "CConfinement.h"

#include <errno.h>
#include <grp.h>
#include <nss.h>
#include <stdio.h>
#include <sys/capability.h>
#include <sys/prctl.h>
#include <unistd.h>

int cconfinement_use_local_accounts(void) {
  static const char *const databases[] = {"passwd", "group", "initgroups"};
  for (size_t index = 0; index < sizeof databases / sizeof *databases; index += 1)
    if (__nss_configure_lookup(databases[index], "files") != 0) return -errno;
  return 0;
}

int cconfinement_capability_count(void) { return cap_max_bits(); }

void cconfinement_capability_name(int capability, char *name, size_t capacity) {
  char *known = cap_to_name(capability);
  if (known != NULL) {
    snprintf(name, capacity, "%s", known);
    cap_free(known);
  } else {
    snprintf(name, capacity, "%d", capability);
  }
}

int cconfinement_clear_ambient(void) { return cap_reset_ambient() < 0 ? -errno : 0; }

int cconfinement_drop_bounding(int capability) {
  return cap_drop_bound(capability) < 0 ? -errno : 0;
}

int cconfinement_clear_capabilities(void) {
  cap_t none = cap_init();  // a set with every flag cleared
  if (none == NULL) return -errno;
  int result = cap_set_proc(none) < 0 ? -errno : 0;
  cap_free(none);
  return result;
}

int cconfinement_become(uid_t user, gid_t group, const gid_t *groups, size_t count) {
  if (setgroups(count, groups) < 0) return -errno;
  if (setresgid(group, group, group) < 0) return -errno;
  if (setresuid(user, user, user) < 0) return -errno;
  return 0;
}

bool cconfinement_can_regain_root(void) {
  return setresuid(0, 0, 0) == 0 || seteuid(0) == 0;
}

int cconfinement_set_no_new_privileges(void) {
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ? -errno : 0;
}
