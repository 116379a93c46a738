#define _GNU_SOURCE
#include "CKVM.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/syscall.h>
#include <time.h>

/// One running ticker, or a free place (`run` is null and `taken` is false).
struct ticker {
  _Atomic(struct kvm_run *) run;  // null = stopped: handlers leave it alone
  atomic_uint ticks;              // since the last take
  atomic_uint visitors;           // handlers that may be using `run` now
  atomic_uint generation;         // tells a stale signal from a current one
  atomic_bool taken;
  timer_t timer;
};

static struct ticker tickers[CKVM_TICKER_CAPACITY];

/// A signal's value names a place and its generation, so that it fits an
/// integer and no pointer travels through the kernel.
static int signal_value(int place, unsigned generation) {
  return (int)(((generation & 0x7FFFFFu) << 8) | (unsigned)place);
}

/// Sets `immediate_exit` of one ticker, unless it has stopped. The visitor count
/// lets `ckvm_ticker_stop` wait until nobody holds the page's address.
static void kick(struct ticker *ticker) {
  atomic_fetch_add(&ticker->visitors, 1);
  struct kvm_run *run = atomic_load(&ticker->run);
  if (run != NULL) ckvm_run_set_immediate_exit(run, 1);
  atomic_fetch_sub(&ticker->visitors, 1);
}

static void on_tick(int signal, siginfo_t *info, void *context) {
  (void)signal;
  (void)context;
  if (info->si_code != SI_TIMER) return;  // a stray kill(2), not a tick
  unsigned value = (unsigned)info->si_value.sival_int;
  struct ticker *ticker = &tickers[value & 0xFF];
  if (value >> 8 != (atomic_load(&ticker->generation) & 0x7FFFFFu)) return;
  int overrun = info->si_overrun;
  atomic_fetch_add(&ticker->ticks, 1u + (overrun > 0 ? (unsigned)overrun : 0u));
  kick(ticker);
}

void ckvm_ticker_kick_all(void) {
  for (int place = 0; place < CKVM_TICKER_CAPACITY; place += 1) kick(&tickers[place]);
}

static int tick_signal(void) { return SIGRTMIN + 5; }

static int install_error;

/// Once per process. SA_RESTART spares every other system call of the thread;
/// KVM_RUN returns −EINTR regardless.
static void install_handler(void) {
  struct sigaction action = {.sa_sigaction = on_tick, .sa_flags = SA_SIGINFO | SA_RESTART};
  sigemptyset(&action.sa_mask);
  install_error = sigaction(tick_signal(), &action, NULL) < 0 ? -errno : 0;
}

/// Makes the signal reach the calling thread.
static int unblock_signal(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, tick_signal());
  return -pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}

/// Takes a free place of the table. Returns its number or −EAGAIN.
static int take_place(void) {
  for (int place = 0; place < CKVM_TICKER_CAPACITY; place += 1) {
    bool expected = false;
    if (atomic_compare_exchange_strong(&tickers[place].taken, &expected, true)) return place;
  }
  return -EAGAIN;
}

/// Creates the timer that sends `place` its ticks. Returns 0 or −errno.
static int create_timer(struct ticker *ticker, int value) {
  struct sigevent event = {
    .sigev_notify = SIGEV_THREAD_ID,
    .sigev_signo = tick_signal(),
    .sigev_value.sival_int = value,
  };
  event._sigev_un._tid = (pid_t)syscall(SYS_gettid);
  return timer_create(CLOCK_MONOTONIC, &event, &ticker->timer) < 0 ? -errno : 0;
}

int ckvm_ticker_start(struct kvm_run *run, unsigned hertz) {
  if (run == NULL || hertz < 1 || hertz > 10000) return -EINVAL;
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, install_handler);
  if (install_error != 0) return install_error;
  int error = unblock_signal();
  if (error != 0) return error;

  int place = take_place();
  if (place < 0) return place;
  struct ticker *ticker = &tickers[place];
  unsigned generation = atomic_fetch_add(&ticker->generation, 1) + 1;
  error = create_timer(ticker, signal_value(place, generation));
  if (error != 0) {
    atomic_store(&ticker->taken, false);
    return error;
  }
  atomic_store(&ticker->ticks, 0);
  atomic_store(&ticker->run, run);

  struct timespec period = {
    .tv_sec = hertz == 1 ? 1 : 0,
    .tv_nsec = hertz == 1 ? 0 : 1000000000 / (long)hertz,
  };
  struct itimerspec rate = {.it_interval = period, .it_value = period};
  if (timer_settime(ticker->timer, 0, &rate, NULL) < 0) {
    error = -errno;
    ckvm_ticker_stop(place);
    return error;
  }
  return place;
}

uint32_t ckvm_ticker_take(int place) {
  struct ticker *ticker = &tickers[place];
  struct kvm_run *run = atomic_load(&ticker->run);
  if (run != NULL) ckvm_run_set_immediate_exit(run, 0);
  return atomic_exchange(&ticker->ticks, 0);
}

void ckvm_ticker_stop(int place) {
  struct ticker *ticker = &tickers[place];
  timer_delete(ticker->timer);
  atomic_store(&ticker->run, NULL);
  atomic_fetch_add(&ticker->generation, 1);
  while (atomic_load(&ticker->visitors) != 0) sched_yield();
  atomic_store(&ticker->taken, false);
}
