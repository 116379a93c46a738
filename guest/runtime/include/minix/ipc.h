// The message, and the traps that carry it.
//
// Field names, offsets and numbers are MINIX 3's own (April 2010, i386).
// A message is 36 bytes: who sent it, what it is about, 28 bytes of payload
// in one of nine forms.

#ifndef MINIX_IPC_H
#define MINIX_IPC_H

#include <minix/endpoint.h>
#include <stddef.h>
#include <stdint.h>

typedef struct message {
  endpoint_t m_source;  // filled by the kernel
  int32_t m_type;       // request number, result, or kind of notification
  union {
    struct { int32_t m1_i1, m1_i2, m1_i3; uint32_t m1_p1, m1_p2, m1_p3; };
    struct { int32_t m2_i1, m2_i2, m2_i3, m2_l1, m2_l2; uint32_t m2_p1; int16_t m2_s1; };
    struct { int32_t m3_i1, m3_i2; uint32_t m3_p1; char m3_ca1[16]; };
    struct { int32_t m4_l1, m4_l2, m4_l3, m4_l4, m4_l5; };
    struct { int16_t m5_s1, m5_s2; int32_t m5_i1, m5_i2, m5_l1, m5_l2, m5_l3; };
    struct {
      int32_t m6_l1, m6_l2, m6_l3;
      int16_t m6_s1, m6_s2, m6_s3;
      int8_t m6_c1, m6_c2;
      uint32_t m6_p1, m6_p2;
    };
    struct { int32_t m7_i1, m7_i2, m7_i3, m7_i4; uint32_t m7_p1, m7_p2; };
    struct { int32_t m8_i1, m8_i2; uint32_t m8_p1, m8_p2, m8_p3, m8_p4; };
    struct {
      int32_t m9_l1, m9_l2, m9_l3, m9_l4, m9_l5;
      int16_t m9_s1, m9_s2, m9_s3, m9_s4;
    };
    uint32_t m_words[7];  // the whole payload, whatever its form
  };
} message;

#define MESSAGE_FIELD_AT(field, offset) \
  _Static_assert(offsetof(message, field) == (offset), #field " is not where MINIX has it")

_Static_assert(sizeof(message) == 36, "a message is 36 bytes");
MESSAGE_FIELD_AT(m_source, 0);
MESSAGE_FIELD_AT(m_type, 4);
MESSAGE_FIELD_AT(m1_i1, 8);
MESSAGE_FIELD_AT(m1_i2, 12);
MESSAGE_FIELD_AT(m1_i3, 16);
MESSAGE_FIELD_AT(m1_p1, 20);
MESSAGE_FIELD_AT(m1_p2, 24);
MESSAGE_FIELD_AT(m1_p3, 28);
MESSAGE_FIELD_AT(m2_l1, 20);
MESSAGE_FIELD_AT(m2_l2, 24);
MESSAGE_FIELD_AT(m2_p1, 28);
MESSAGE_FIELD_AT(m2_s1, 32);
MESSAGE_FIELD_AT(m3_p1, 16);
MESSAGE_FIELD_AT(m3_ca1, 20);
MESSAGE_FIELD_AT(m4_l5, 24);
MESSAGE_FIELD_AT(m5_s2, 10);
MESSAGE_FIELD_AT(m5_i1, 12);
MESSAGE_FIELD_AT(m5_l1, 20);
MESSAGE_FIELD_AT(m5_l3, 28);
MESSAGE_FIELD_AT(m6_s1, 20);
MESSAGE_FIELD_AT(m6_c1, 26);
MESSAGE_FIELD_AT(m6_c2, 27);
MESSAGE_FIELD_AT(m6_p2, 32);
MESSAGE_FIELD_AT(m7_i4, 20);
MESSAGE_FIELD_AT(m7_p2, 28);
MESSAGE_FIELD_AT(m8_p1, 16);
MESSAGE_FIELD_AT(m8_p4, 28);
MESSAGE_FIELD_AT(m9_l5, 24);
MESSAGE_FIELD_AT(m9_s1, 28);
MESSAGE_FIELD_AT(m9_s4, 34);
MESSAGE_FIELD_AT(m_words, 8);

// IPC call numbers, as they go into ECX and come back in a status word.
#define SEND 1
#define RECEIVE 2
#define SENDREC 3
#define NOTIFY 4
#define SENDNB 5
#define SENDA 16

// The status word of RECEIVE: how the message was sent.
#define IPC_STATUS_CALL_MASK 0x3F
#define IPC_STATUS_CALL(status) ((status) & IPC_STATUS_CALL_MASK)
#define IPC_FLG_MSG_FROM_KERNEL 1
#define IPC_STATUS_FLAGS_SHIFT 16
#define IPC_STATUS_FROM_KERNEL(status) \
  (((status) >> IPC_STATUS_FLAGS_SHIFT & IPC_FLG_MSG_FROM_KERNEL) != 0)

// One entry of the table that SENDA is given.
typedef struct asynmsg {
  uint32_t flags;  // AMF_*
  endpoint_t dst;
  int32_t result;  // written by the kernel
  message msg;
} asynmsg_t;

_Static_assert(sizeof(asynmsg_t) == 48, "an entry of a SENDA table is 48 bytes");

#define AMF_EMPTY 0
#define AMF_VALID 1
#define AMF_DONE 2
#define AMF_NOTIFY 4
#define AMF_NOREPLY 8

// Each returns what the kernel left in EAX: OK, or a negative error number.
int ipc_send(endpoint_t destination, message *message);
int ipc_sendrec(endpoint_t peer, message *message);
int ipc_sendnb(endpoint_t destination, message *message);
int ipc_notify(endpoint_t destination);
int ipc_senda(asynmsg_t *table, size_t count);

// `status`, which may be a null pointer, receives the status word.
int ipc_receive(endpoint_t source, message *message, int *status);

// Kernel call `number` (m_type becomes KERNEL_CALL + number); returns the reply's m_type.
// Only system processes may make kernel calls.
int kernel_call(int number, message *message);

// A request to a server, as the POSIX library makes it: SENDREC, then a
// negative result (the trap's own, or the reply's) becomes -1 and errno.
int _syscall(endpoint_t server, int number, message *message);

#endif
