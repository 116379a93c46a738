// Time: alarms, the time of day, and what was spent.

#include <minix/callnr.h>
#include <minix/ipc.h>
#include <stddef.h>
#include <sys/times.h>
#include <time.h>
#include <unistd.h>

unsigned alarm(unsigned seconds) {
  message request = {.m1_i1 = (int32_t)seconds};
  return (unsigned)_syscall(PM_PROC_NR, ALARM, &request);
}

time_t time(time_t *seconds) {
  message request = {0};
  if (_syscall(PM_PROC_NR, TIME, &request) < 0) {
    return -1;
  }
  if (seconds != NULL) {
    *seconds = request.m2_l1;
  }
  return request.m2_l1;
}

clock_t times(struct tms *spent) {
  message request = {0};
  if (_syscall(PM_PROC_NR, TIMES, &request) < 0) {
    return (clock_t)-1;
  }
  if (spent != NULL) {
    *spent = (struct tms){
      .tms_utime = (clock_t)request.m4_l1,
      .tms_stime = (clock_t)request.m4_l2,
      .tms_cutime = (clock_t)request.m4_l3,
      .tms_cstime = (clock_t)request.m4_l4,
    };
  }
  return (clock_t)request.m4_l5;
}
