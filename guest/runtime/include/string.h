// Bytes and strings: the part of the standard library that programs here use.

#ifndef STRING_H
#define STRING_H

#include <stddef.h>

void *memcpy(void *restrict to, const void *restrict from, size_t byteCount);
void *memmove(void *to, const void *from, size_t byteCount);
void *memset(void *to, int byte, size_t byteCount);
int memcmp(const void *left, const void *right, size_t byteCount);

size_t strlen(const char *string);
int strcmp(const char *left, const char *right);
int strncmp(const char *left, const char *right, size_t byteCount);
char *strchr(const char *string, int character);

#endif
