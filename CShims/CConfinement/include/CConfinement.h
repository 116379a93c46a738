/// CConfinement: giving privileges up.
///
/// In C because prctl is variadic, libcap's types are opaque pointers with a
/// life of their own, and errno must be taken before any other code runs. Each
/// function acts on the calling thread unless it says otherwise, and returns 0
/// (or a value) or −errno. No policy: the order and the meaning are Swift's.
#ifndef FAULTLINE_CCONFINEMENT_H
#define FAULTLINE_CCONFINEMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/// Makes the C library look users and groups up in /etc/passwd and /etc/group alone, for the whole process.
/// For other services it would load libraries, which a statically linked program can't.
int cconfinement_use_local_accounts(void);

/// How many capabilities the running kernel knows.
int cconfinement_capability_count(void);

/// Writes a capability's name ("cap_sys_admin", or its number where libcap has
/// none) to `name`, cut to `capacity` bytes with the final zero.
void cconfinement_capability_name(int capability, char *name, size_t capacity);

/// Clears the ambient set.
int cconfinement_clear_ambient(void);

/// Takes one capability out of the bounding set. −EPERM without CAP_SETPCAP.
int cconfinement_drop_bounding(int capability);

/// Clears the effective, permitted and inheritable sets.
int cconfinement_clear_capabilities(void);

/// Becomes the user for ever: `count` supplementary groups, then the three group
/// ids, then the three user ids. All threads. The groups are read during the
/// call only.
int cconfinement_become(uid_t user, gid_t group, const gid_t *groups, size_t count);

/// Tries to become user 0 again. True = it worked, and the process is root now:
/// it must not go on.
bool cconfinement_can_regain_root(void);

/// Sets no_new_privs: no later execve gives more than the process has.
int cconfinement_set_no_new_privileges(void);

#endif
