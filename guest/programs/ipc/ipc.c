// The IPC primitives, checked from ring 3 with real traps.  A conductor leads
// a cast of partners (cast.h) through every case of the primitives that it is
// asked for, and looks at all that comes out of each trap, theirs and its own.
// Run ipc-checks and ipc-killed, the manifests, which fill the cast.

#include <check.h>
#include <program.h>
#include <string.h>

#include "conduct.h"
#include "partner.h"
#include "primitives.h"

typedef struct {
  const char *name;
  void (*conduct)(void);
} Primitive;

static const Primitive primitives[] = {
  {"send", conduct_send},     {"receive", conduct_receive}, {"sendrec", conduct_sendrec},
  {"notify", conduct_notify}, {"sendnb", conduct_sendnb},   {"senda", conduct_senda},
  {"badcall", conduct_badcall}, {"user", conduct_user},     {"killed", conduct_killed},
};

static const Primitive *find(const char *name) {
  for (unsigned i = 0; i < sizeof primitives / sizeof *primitives; i++) {
    if (strcmp(name, primitives[i].name) == 0) {
      return &primitives[i];
    }
  }
  return NULL;
}

static int conduct(int count, char **names) {
  for (int i = 0; i < count; i++) {
    const Primitive *primitive = find(names[i]);
    if (!primitive) {
      fail("no primitive is called %s", names[i]);
    }
    check_subject(primitive->name);
    primitive->conduct();
    check_summary();
  }
  dismiss_all();
  return check_failed();
}

int main(int argc, char **argv) {
  if (argc == 2 && strcmp(argv[1], "as-partner") == 0) {
    return partner();
  }
  if (argc == 2 && strcmp(argv[1], "as-user") == 0) {
    return user();
  }
  if (argc < 2) {
    usage("ipc PRIMITIVE… | as-partner | as-user   (by way of ipc-checks or ipc-killed)");
  }
  return conduct(argc - 1, argv + 1);
}
