// What the program can be asked for.

#ifndef PRIMITIVES_H
#define PRIMITIVES_H

// The conductor's part of each, one file each.
void conduct_send(void);
void conduct_receive(void);
void conduct_sendrec(void);
void conduct_notify(void);
void conduct_sendnb(void);
void conduct_senda(void);
void conduct_badcall(void);
void conduct_user(void);
void conduct_killed(void);

// The ordinary process, beginning to end.
int user(void);

#endif
