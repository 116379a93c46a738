#define _GNU_SOURCE
#include "CKVM.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>

static const int watched[] = {SIGINT, SIGTERM, SIGHUP};
enum { WATCHED_COUNT = sizeof watched / sizeof watched[0] };

static atomic_int noted;
static struct sigaction former[WATCHED_COUNT];
static bool watching;

static void on_interrupt(int signal) {
  int none = 0;
  atomic_compare_exchange_strong(&noted, &none, signal);
  ckvm_ticker_kick_all();
}

/// Lets the signals reach the calling thread: threads of a library's pool begin
/// with all of them blocked.
static int unblock_watched(void) {
  sigset_t set;
  sigemptyset(&set);
  for (int index = 0; index < WATCHED_COUNT; index += 1) sigaddset(&set, watched[index]);
  return -pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}

int ckvm_interrupt_watch(void) {
  if (watching) return 0;
  struct sigaction action = {.sa_handler = on_interrupt, .sa_flags = SA_RESTART | SA_RESETHAND};
  sigemptyset(&action.sa_mask);
  for (int index = 0; index < WATCHED_COUNT; index += 1) {
    if (sigaction(watched[index], NULL, &former[index]) < 0) return -errno;
    if (former[index].sa_handler == SIG_IGN) continue;
    if (sigaction(watched[index], &action, NULL) < 0) return -errno;
  }
  watching = true;
  return unblock_watched();
}

int ckvm_interrupted(void) { return atomic_load(&noted); }

int ckvm_interrupt_unwatch(void) {
  if (!watching) return 0;
  for (int index = 0; index < WATCHED_COUNT; index += 1) {
    if (sigaction(watched[index], &former[index], NULL) < 0) return -errno;
  }
  atomic_store(&noted, 0);
  watching = false;
  return 0;
}
